import { describe, expect, it } from "vitest";
import { scheduleOf } from "../../src/dispatch/schedules.js";
import { switchTo } from "../../src/dispatch/phase-switch.js";
import { type Horizon, quarterHourHorizon } from "../../src/domain/horizon.js";
import type { SessionPlan } from "../../src/domain/plan.js";
import type { SchedulePeriod } from "../../src/domain/schedule.js";
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

  it.each<[string, 1 | 3, number, (readonly [seconds: number, value: number, phases: number | undefined])[]]>(
    [
      [
        "to one: its amperes count on the one phase",
        1,
        5,
        [
          [-60, 0, 3],
          [25, 10, undefined],
        ],
      ],
      [
        "to three",
        3,
        5,
        [
          [-60, 0, 1],
          [25, 3.3, undefined],
        ],
      ],
      ["half a minute ago", 1, 30, [[-60, 10, undefined]]],
    ],
  )("waits at nothing, on the phases before, for half a minute: %s", (_, to, secondsAgo, expected) => {
    const { phases, periods } = scheduleAfter({ to, secondsAgo, horizon: quarterHourHorizon(EVENING_MS, 2) });
    expect(phases).toBe(to);
    expect(told(periods)).toEqual(expected);
    expect(periods.at(-1)?.powerKw).toBeCloseTo(to === 1 ? 2.2 : 2.178, 6);
  });

  it("waits as long where the quarter of an hour ends meanwhile", () => {
    const horizon = {
      ...quarterHourHorizon(EVENING_MS, 2),
      startsMs: [EVENING_MS, EVENING_MS + 10_000],
    };
    const { periods } = scheduleAfter({ to: 1, secondsAgo: 5, horizon, chargeKw: [2.2, 3.3] });
    expect(told(periods)).toEqual([
      [-60, 0, 3],
      [25, 15, undefined],
    ]);
  });
});

const told = (periods: readonly SchedulePeriod[]): (readonly [number, number, number | undefined])[] =>
  periods.map(({ startMs, value, phases }) => [(startMs - EVENING_MS) / 1_000, value, phases]);

function scheduleAfter(given: {
  readonly to: 1 | 3;
  readonly secondsAgo: number;
  readonly horizon: Horizon;
  readonly chargeKw?: readonly number[];
}) {
  const { to, secondsAgo, horizon, chargeKw = [2.2, 2.2] } = given;
  return scheduleOf({
    session: sessionOf("p1"),
    plan: planOf(chargeKw, 0),
    horizon,
    config: THREE,
    evse: { carPhases: null, switched: { to, sinceMs: EVENING_MS - secondsAgo * 1_000 } },
    capabilities: { rateUnit: "A", maxPeriods: 24, maxStackLevel: 0, dischargeSetpoint: false },
  });
}

function on(to: 1 | 3, minutes: number) {
  return { carPhases: null, switched: { to, sinceMs: EVENING_MS - minutes * MINUTE } } as const;
}
