/**
 * Stations of all three versions with faults drawn at random: of every family one, or none. Whatever is
 * drawn, no transaction is lost, and the transformer's limit holds, but for:
 *
 * 1. a station that takes what it likes, until that is seen: once for each;
 * 2. one that tells no power, as that is known by its register alone: until the site is measured again.
 *
 * A clock that is wrong, a meter that lies and a loop of boots break no limit.
 */
import { describe, expect, it } from "vitest";
import { sum } from "../../src/domain/units.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { drawFaults, type StationFaultName } from "../../sims/station/faults/index.js";
import { seedOf } from "../fixtures/seed.js";
import { idOf, runField } from "./stage.js";

const SEED = Math.abs(seedOf(process.env["FC_SEED"]));
const PILES = 6;
/** It is told, has a minute to follow, is sampled once a minute; a pass and its sending. */
const SEEN_S = 60 + 60 + 10;
/** The site is measured, and told that the limit is broken; a pass. */
const MEASURED_S = 30 + 5;

const excusedS = (faults: readonly StationFaultName[]): number => {
  if (faults.includes("ignores-profiles")) return SEEN_S;
  return faults.includes("no-power") ? MEASURED_S : 0;
};

const drawn = (version: OcppVersion, seed: number): StationFaultName[][] =>
  Array.from({ length: PILES }, (_, index) =>
    drawFaults(seed, idOf(index), version).filter((name) => name !== "never-starts"),
  );

describe("faults drawn at random", () => {
  it.each([
    ["1.6", SEED],
    ["2.0.1", SEED],
    ["2.1", SEED],
    // These were above the limit for up to twenty minutes.
    ["1.6", 19],
    ["2.0.1", 48],
    ["2.0.1", 57],
    ["2.1", 72],
  ] as const)(
    "OCPP %s, seed %i",
    async (version, seed) => {
      const faults = drawn(version, seed);
      await runField({ version, faults, hours: 0.5, limitKw: 4 + 3.6 * PILES }, async (field) => {
        expect(field.breach.seconds).toBeLessThanOrEqual(sum(faults.map(excusedS)));
        expect(field.violations()).toEqual([]);
        const sessions = await field.server.control.sessions({});
        expect(sessions.map(({ stationId }) => stationId).sort()).toEqual(
          faults.map((_, index) => idOf(index)),
        );
        expect(field.lines.filter(({ level }) => level >= 50).map(({ msg }) => msg)).not.toContain(
          "a pass of the control loop failed; the next one follows",
        );
      });
    },
    120_000,
  );
});
