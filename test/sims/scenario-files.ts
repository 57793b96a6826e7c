import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Scenario } from "../../sims/scenario.js";
import { YouxuError } from "../../src/domain/errors.js";
import { Faults } from "../../src/domain/faults.js";

export const JINAN = "scenarios/jinan-community.yaml";

/** A file of its own until the test that asks ends: this module serves several test files of one worker. */
export const written = (text: string, name = "s.yaml"): string => {
  const folder = mkdtempSync(join(tmpdir(), "youxu-scenario-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

export const MINIMAL = `name: small
start: "2026-01-14T17:00"
durationHours: 4
site:
  id: home
  timeZone: Asia/Shanghai
  tariff: any
  nodes: [{ id: home, importLimitKw: 10 }]
  stations: [{ id: p1 }]
world:
  stations: [{ count: 1, version: "1.6", cars: { car: 1 } }]
  cars:
    car:
      capacityKwh: { min: 40, max: 40 }
      arrivalSoc: { min: 0.2, max: 0.4 }
      targetSoc: 0.9
      maxChargeKw: 7
      arrives: { mean: "18:00", deviationMinutes: 10, earliest: "17:30", latest: "18:30" }
      departs: { mean: "07:00", deviationMinutes: 10, earliest: "06:30", latest: "07:30" }
`;

export const failure = (run: () => unknown): YouxuError => {
  try {
    run();
  } catch (error) {
    if (error instanceof YouxuError) return error;
    const [first] = error instanceof Faults ? error.faults : [];
    if (first !== undefined) return first;
    throw error;
  }
  throw new Error("nothing was thrown");
};

/** Clock time in Shanghai. */
export const local = (atMs: number): string => new Date(atMs + 8 * 3_600_000).toISOString().slice(11, 16);
export const visitsIn = ({ arrivals, startMs, endMs }: Scenario) => arrivals(startMs, endMs);
