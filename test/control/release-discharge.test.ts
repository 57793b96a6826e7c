import { expect, it } from "vitest";
import { releaseDischarge } from "../../src/control/release-discharge.js";
import type { StationCommand } from "../../src/domain/command.js";
import type { DischargeWay } from "../../src/domain/discharge.js";
import type { StationState } from "../../src/domain/fleet.js";
import { reduceStation, unknownStation } from "../../src/fleet/reduce.js";
import { communityOf, scheduleOfKw, sessionOf, stationOf } from "../fixtures/sites.js";

const SITE = communityOf([stationOf("p1", { maxDischargeKw: 7 })]);
const PLACE = { stationId: "p1", evseId: 1, atMs: 0 };

/** A station that confirmed a discharge told in a way. */
const holding = (way: DischargeWay): StationState => {
  const session = sessionOf("p1");
  const schedule = { ...scheduleOfKw("p1", [-2]), dischargeBy: way };
  const opened = reduceStation(unknownStation("p1"), { ...PLACE, kind: "session-opened", session });
  return reduceStation(opened, { ...PLACE, kind: "schedule-confirmed", schedule });
};

const toldAtTheEnd = (way: DischargeWay): StationCommand[] => {
  const told: StationCommand[] = [];
  const link = {
    send: async (_: string, command: StationCommand) => {
      told.push(command);
      return { status: "accepted" } as const;
    },
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const event = { ...PLACE, kind: "session-closed", session: sessionOf("p1") } as const;
  releaseDischarge({ link, log }, SITE, { event, before: holding(way) });
  return told;
};

it("a discharge that was told beside the profile is taken back with the session, one in the profile ends with it", () => {
  expect(toldAtTheEnd("setting")).toEqual([
    { kind: "tell-power", way: "setting", evseId: 1, transactionId: null, powerKw: 7.04 },
  ]);
  expect(toldAtTheEnd("negative-limit-W")).toEqual([]);
});
