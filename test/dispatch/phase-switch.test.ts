import { describe, expect, it } from "vitest";
import { scheduleOf } from "../../src/dispatch/schedules.js";
import { switchTo } from "../../src/dispatch/phase-switch.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import type { SessionPlan } from "../../src/domain/plan.js";
import { EVENING_MS, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const THREE = { ...SINGLE_PHASE_32A, phases: 3 as const };
const MINUTE = 60_000;

const planOf = (chargeKw: readonly number[], shortfallKwh: number): SessionPlan => ({
  sessionId: "p1.1.s",
  chargeKw,
  dischargeKw: chargeKw.map(() => 0),
  energyKwh: [],
  shortfallKwh,
  shortfallCause: null,
  reasons: [],
});
const NOTHING = planOf([0, 0, 0, 0, 4], 5);

describe("a pile of three phases", () => {
  it.each<[string, Partial<Parameters<typeof switchTo>[0]>, 1 | 3 | null]>([
    ["goes to one where only one has room", { roomKw: 2 }, 1],
    ["stays where there is no room for one", { roomKw: 1.4 }, null],
    ["stays where there is room for three", { roomKw: 4 }, null],
    ["stays where its car's turn comes", { roomKw: 2, plan: planOf([0, 4, 0, 0], 5) }, null],
    ["stays where its car gets all it wants", { roomKw: 2, plan: planOf([0, 0, 0, 0], 0) }, null],
    ["stays where its car uses one anyway", { roomKw: 2, evse: { carPhases: 1 } }, null],
    ["that is of one has nothing to switch", { roomKw: 2, config: SINGLE_PHASE_32A }, null],
    ["on one goes back where there is room", { roomKw: 6, evse: on(1, 15) }, 3],
    ["on one waits a quarter of an hour", { roomKw: 6, evse: on(1, 14) }, null],
    ["on one stays without room for three", { roomKw: 4, evse: on(1, 60) }, null],
    ["on one stays where that is enough", { roomKw: 9, evse: on(1, 60), plan: planOf([2], 0) }, null],
    ["on three again waits as long", { roomKw: 2, evse: on(3, 14) }, null],
  ])("%s", (_, given, expected) => {
    const usual = { config: THREE, evse: { carPhases: null }, plan: NOTHING, roomKw: 2, nowMs: EVENING_MS };
    expect(switchTo({ ...usual, ...given })).toBe(expected);
  });

  it("waits at nothing for half a minute, and its amperes count on the one phase", () => {
    const { phases, periods } = scheduleOf({
      session: sessionOf("p1"),
      plan: planOf([2.2, 2.2], 0),
      horizon: quarterHourHorizon(EVENING_MS, 2),
      config: THREE,
      evse: { carPhases: null, switched: { to: 1, sinceMs: EVENING_MS - 5_000 } },
      capabilities: { rateUnit: "A", maxPeriods: 24, maxStackLevel: 0, dischargeSetpoint: false },
    });
    expect(phases).toBe(1);
    expect(periods.map(({ startMs, value, powerKw }) => [startMs - EVENING_MS, value, powerKw])).toEqual([
      [-60_000, 0, 0],
      [25_000, 10, expect.closeTo(2.2, 6)],
    ]);
  });
});

function on(to: 1 | 3, minutes: number) {
  return { carPhases: null, switched: { to, sinceMs: EVENING_MS - minutes * MINUTE } } as const;
}
