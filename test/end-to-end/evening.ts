import { createHash } from "node:crypto";
import { simulate, type Simulation } from "../../src/app/simulate.js";
import { builtInScenario } from "../../src/app/package-files.js";
import type { CycleRecord } from "../../src/control/contract.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { loadScenario, type Scenario } from "../../sims/index.js";

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The demonstration's community on a hard evening: an event comes and goes, ten stations are cut off. */
export const hardEvening = (seed: number): Scenario => {
  const scenario = loadScenario(builtInScenario("jinan-community"), { seed });
  const eventStartMs = scenario.startMs + 6 * HOUR_MS;
  const cutMs = scenario.startMs + 5.5 * HOUR_MS;
  return {
    ...scenario,
    events: [
      {
        postMs: eventStartMs - 10 * MINUTE_MS,
        type: "IMPORT_CAPACITY_LIMIT",
        value: EVENT_LIMIT_KW,
        nodeIds: [scenario.site.rootNodeId],
        startMs: eventStartMs,
        startsNow: false,
        endMs: eventStartMs + HOUR_MS,
      },
    ],
    faults: [
      {
        kind: "offline",
        stationIds: scenario.site.stations.filter((_, index) => index % 4 === 1).map(({ id }) => id),
        fromMs: cutMs,
        toMs: cutMs + HOUR_MS,
      },
    ],
  };
};

const EVENT_LIMIT_KW = 205;

export const runEvening = (
  scenario: Scenario,
  mode: "direct" | "wire",
  policy = "optimizer",
): Promise<Simulation> => simulate({ scenario, mode, policy, keepCycles: true, log: SILENT });

/** What was planned, without what depends on the wall clock. */
export const plansOf = (cycles: readonly CycleRecord[]) =>
  cycles.map(({ startedMs, causes, outcome }) => ({
    startedMs,
    causes: [...causes].sort(),
    plan: outcome.status === "invalid" ? outcome : outcome.plan,
  }));

export const digestOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex");
