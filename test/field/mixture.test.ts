/**
 * Stations of all three versions with faults drawn at random: of every family one, or none. Whatever is
 * drawn, the transformer's limit holds but for the time in which a station that takes what it likes is not
 * yet seen, and no transaction is lost.
 */
import { describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { drawFaults, type StationFaultName } from "../../sims/station/faults/index.js";
import { seedOf } from "../fixtures/seed.js";
import { idOf, runField } from "./stage.js";

const SEED = Math.abs(seedOf(process.env["FC_SEED"]));
const PILES = 6;
/** It is told, has a minute to follow, is sampled once a minute; a pass and its sending. */
const SEEN_S = 60 + 60 + 10;
const DECEIVING: readonly StationFaultName[] = [
  "ignores-profiles",
  "no-smart-charging",
  "forgets-profiles",
  "power-always-zero",
  "no-power",
];

const drawn = (version: OcppVersion): StationFaultName[][] =>
  Array.from({ length: PILES }, (_, index) =>
    drawFaults(SEED, idOf(index), version).filter((name) => name !== "never-starts"),
  );

describe("faults drawn at random", () => {
  it.each(["1.6", "2.0.1", "2.1"] as const)(
    "OCPP %s",
    async (version) => {
      const faults = drawn(version);
      await runField({ version, faults, hours: 0.5, limitKw: 4 + 3.6 * PILES }, async (field) => {
        const deceiving = faults.filter((own) => own.some((name) => DECEIVING.includes(name))).length;
        expect(field.breach.seconds).toBeLessThanOrEqual(deceiving * SEEN_S);
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
