import { describe, expect, it } from "vitest";
import { asideMeantUntilMs, isAsideMeant, keptAsideKw } from "../../src/dispatch/told-aside.js";
import type { ToldAside } from "../../src/domain/discharge.js";
import type { EvseState } from "../../src/domain/fleet.js";
import type { Schedule } from "../../src/domain/schedule.js";
import { UNSAID } from "../../src/domain/session.js";
import { EVENING_MS, evseOf, sessionOf } from "../fixtures/sites.js";

const SESSION = sessionOf("p1", { preference: { ...UNSAID, dischargeAllowed: true } });
const PROVEN = { dischargesBy: { way: "setting" as const, evseIds: [1] } };

const schedule = (powerKw: number, minutes: number): Schedule => ({
  purpose: "session",
  stationId: "p1",
  evseId: 1,
  transactionId: SESSION.transactionId,
  unit: "W",
  phases: null,
  dischargeBy: "setting",
  startMs: EVENING_MS,
  endMs: EVENING_MS + minutes * 60_000,
  periods: [{ startMs: EVENING_MS, mode: "setpoint", value: powerKw * 1_000, powerKw }],
});

const ASIDE: ToldAside = {
  way: "setting",
  wording: { to: "Key", data: "{powerW}", reset: "" },
  sessionId: SESSION.id,
  leastKw: -3,
  sinceMs: EVENING_MS,
  underWay: 0,
  mayStand: true,
};
const BACK = evseOf("p1", { session: SESSION, held: schedule(-3, 30), aside: ASIDE });

describe("what an EVSE was told beside its profile", () => {
  const probe = { way: "setting", powerKw: 1, sinceMs: EVENING_MS, endMs: EVENING_MS + 240_000 } as const;
  it.each<[string, Partial<EvseState>, number]>([
    ["by the schedule that it holds", {}, 30],
    ["by one that is under way, which ends later", { sending: schedule(-2, 45) }, 45],
    ["by one that is under way alone", { held: null, sending: schedule(-2, 45) }, 45],
    ["by a probe alone", { held: null, probe }, 4],
    ["not by one that charges", { held: schedule(2, 30) }, -Infinity],
    ["not for another session", { session: { ...SESSION, id: "another" } }, -Infinity],
    ["not while an answer is missing", { unanswered: [schedule(-3, 30)] }, -Infinity],
    ["not while it does not follow", { notFollowingSinceMs: EVENING_MS }, -Infinity],
  ])("is meant %s", (_, otherwise, minutes) => {
    const untilMs = asideMeantUntilMs({ evse: { ...BACK, ...otherwise }, capabilities: PROVEN });
    expect((untilMs - EVENING_MS) / 60_000).toBe(minutes);
  });

  it("is meant until the end, and not from it on", () => {
    const meantAt = (minutes: number) =>
      isAsideMeant({ evse: BACK, capabilities: PROVEN }, EVENING_MS + minutes * 60_000);
    expect([0, 29.9, 30].map(meantAt)).toEqual([true, true, false]);
  });

  it.each<[string, EvseState, number | null]>([
    [
      "is kept as it was taken, not as a deeper word that was refused",
      { ...BACK, aside: { ...ASIDE, leastKw: -10 } },
      -3,
    ],
    ["is not kept where the schedule before it has it charge", { ...BACK, held: schedule(2, 30) }, null],
    ["is not kept where nothing is held", { ...BACK, held: null }, null],
    ["is not kept where it was taken back", { ...BACK, aside: null }, null],
  ])("%s", (_, evse, powerKw) => {
    expect(keptAsideKw(evse)).toBe(powerKw);
  });
});
