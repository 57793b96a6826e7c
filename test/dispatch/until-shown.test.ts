/**
 * Room that a car is to make, by giving back or by drawing less than it was seen to.
 *
 * 1. Nobody has it before the car's own meter shows it: a confirmed profile is a promise.
 * 2. What is held down is no more than what is only promised, and is let go once that is shown.
 * 3. The same holds of the room of a car that did not follow, and is tried again.
 * 4. Those that would draw more wait first; who had better not pause keeps its least power.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DispatchEvse, type GuardedNode, mayDrawKw } from "../../src/dispatch/bounds.js";
import { nextRound } from "../../src/dispatch/rounds.js";
import { shownBackKw } from "../../src/dispatch/shown-discharge.js";
import { heldUntilShown } from "../../src/dispatch/until-shown.js";
import { scheduledKw } from "../../src/domain/draw.js";
import type { EvseState } from "../../src/domain/fleet.js";
import { MINUTE_MS, sum } from "../../src/domain/units.js";
import { EVENING_MS, evseOf, scheduleOfKw, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const gridMs = [0, 15, 30].map((minutes) => EVENING_MS + minutes * MINUTE_MS);
const always = (kw: number): number[] => gridMs.map(() => kw);
const config = { ...SINGLE_PHASE_32A, maxDischargeKw: 7 };

interface Drawn {
  readonly held: number;
  readonly wanted: number;
  /** What its meter shows, and how many minutes ago; null: nothing. */
  readonly shown?: number | null;
  readonly ageMinutes?: number;
}

const car = (id: string, { held, wanted, shown = held, ageMinutes = 1 }: Drawn): DispatchEvse => ({
  config,
  evse: {
    ...startedBefore(evseOf(id), 60),
    held: scheduleOfKw(id, always(held)),
    sample: shown === null ? null : sampleOf(shown, ageMinutes),
  },
  nodePath: ["transformer"],
  wanted: scheduleOfKw(id, always(wanted)),
  maxPeriods: 24,
});

const startedBefore = (evse: EvseState, minutes: number): EvseState => ({
  ...evse,
  session: evse.session && { ...evse.session, startedMs: EVENING_MS - minutes * MINUTE_MS },
});

const sampleOf = (powerKw: number, ageMinutes: number): NonNullable<EvseState["sample"]> => ({
  atMs: EVENING_MS - ageMinutes * MINUTE_MS,
  powerKw,
  importedWh: null,
  exportedWh: null,
  socPercent: null,
});

const guard = (headroomKw: number): GuardedNode => ({
  nodeId: "transformer",
  timesMs: gridMs,
  headroomKw: always(headroomKw),
  counts: "net",
});

const held = (all: readonly DispatchEvse[], headroomKw: number, neverPaused: readonly string[] = []) =>
  heldUntilShown(all, [guard(headroomKw)], {
    gridMs,
    isNeverPaused: ({ stationId }) => neverPaused.includes(stationId),
  });

const wantedKw = (all: readonly DispatchEvse[]): number[] =>
  all.map(({ wanted }) => (wanted === null ? Number.NaN : (scheduledKw(wanted, EVENING_MS) ?? Number.NaN)));

describe("room that a car is to make by giving back", () => {
  // Another car charges with 7 kW under a limit of 7, and a third is to get 5 of what the first is to give back.
  it.each([
    { what: "is not there while its meter shows nothing", shown: null, ageMinutes: 1, others: [7, 0] },
    { what: "is not there while it only waits", shown: 0, ageMinutes: 1, others: [7, 0] },
    { what: "is not there while it still charges", shown: 3, ageMinutes: 1, others: [7, 0] },
    { what: "is there as far as it gives back", shown: -3, ageMinutes: 1, others: [7, 3] },
    {
      what: "is there when its meter shows it but for its error",
      shown: -4.6,
      ageMinutes: 1,
      others: [7, 5],
    },
    { what: "is not there by a sample of long ago", shown: -5, ageMinutes: 16, others: [7, 0] },
  ])("$what", ({ shown, ageMinutes, others }) => {
    const all = [
      car("giving", { held: -5, wanted: -5, shown, ageMinutes }),
      car("charging", { held: 7, wanted: 7 }),
      car("coming", { held: 0, wanted: 5 }),
    ];
    expect(wantedKw(held(all, 7))).toEqual([-5, ...others]);
  });

  it("is taken back from those who have it already, the largest first, once it is not shown", () => {
    const all = [
      car("giving", { held: -5, wanted: -5, shown: 0 }),
      car("large", { held: 7, wanted: 7 }),
      car("small", { held: 4, wanted: 4 }),
    ];
    expect(wantedKw(held(all, 6))).toEqual([-5, 2, 4]);
  });

  // It drew 5 though it was told nothing, and is told nothing again; another is to have its room.
  it.each([
    { what: "on trial keeps what it drew", change: { trialKw: 5 }, others: [2] },
    { what: "that is trusted does not", change: {}, others: [5] },
  ])("of a car $what", ({ change, others }) => {
    const tried = car("tried", { held: 0, wanted: 0, shown: 5 });
    const all = [{ ...tried, evse: { ...tried.evse!, ...change } }, car("coming", { held: 0, wanted: 5 })];
    expect(wantedKw(held(all, 7))).toEqual([0, ...others]);
  });

  it("is not there while a car does not follow: it draws what it draws", () => {
    const stuck = car("stuck", { held: 0, wanted: 0, shown: 5 });
    const known = { ...stuck, wanted: null, evse: { ...stuck.evse!, notFollowingSinceMs: EVENING_MS } };
    const coming = car("coming", { held: 0, wanted: 3 });
    const sent = (limitKw: number) => nextRound([known, coming], [guard(limitKw)], gridMs).send.length;
    expect([sent(7.9), sent(8)]).toEqual([0, 1]);
  });

  it("leaves its least power to a car that would not come back from nothing", () => {
    const all = [
      car("giving", { held: -5, wanted: -5, shown: 0 }),
      car("charging", { held: 7, wanted: 7 }),
      car("weary", { held: 0, wanted: 5 }),
    ];
    expect(wantedKw(held(all, 7))).toEqual([-5, 7, 0]);
    expect(wantedKw(held(all, 7, ["weary"]))).toEqual([-5, 5.68, 1.32]);
  });

  it("leaves the least power of one phase to such a car of a pile that was switched to one", () => {
    const three = (one: DispatchEvse, switched: EvseState["switched"] = null): DispatchEvse => ({
      ...one,
      config: { ...config, phases: 3 },
      evse: { ...one.evse!, switched },
    });
    const all = (switched?: EvseState["switched"]) => [
      car("giving", { held: -5, wanted: -5, shown: 0 }),
      car("charging", { held: 7, wanted: 7 }),
      three(car("weary", { held: 0, wanted: 5 }), switched),
    ];
    expect(wantedKw(held(all(), 7, ["weary"]))).toEqual([-5, 3.04, 3.96]);
    expect(wantedKw(held(all({ to: 1, sinceMs: EVENING_MS }), 7, ["weary"]))).toEqual([-5, 5.68, 1.32]);
  });

  it("is held down once for two guards, where what is held down for one makes room at the other", () => {
    const onBoard = (one: DispatchEvse): DispatchEvse => ({ ...one, nodePath: ["transformer", "board"] });
    const all = [
      onBoard(car("giving", { held: -5, wanted: -5, shown: 0 })),
      onBoard(car("charging", { held: 7, wanted: 7 })),
      car("beside", { held: 4, wanted: 4 }),
    ];
    const guards = [{ ...guard(2), nodeId: "board" }, guard(6)];
    const kept = heldUntilShown(all, guards, { gridMs, isNeverPaused: () => false });
    expect(wantedKw(kept)).toEqual([-5, 2, 4]);
  });

  it("is all that is held down, where a limit does not hold for another reason too", () => {
    const all = [car("giving", { held: -2, wanted: -2, shown: 0 }), car("charging", { held: 7, wanted: 7 })];
    expect(wantedKw(held(all, 1))).toEqual([-2, 5]);
  });

  it("belongs to the session whose meter showed it", () => {
    const shown = evseOf("p1", { sample: sampleOf(-5, 10) });
    expect(shownBackKw(startedBefore(shown, 11), EVENING_MS)).toBe(5);
    const next = startedBefore(shown, 1);
    expect(shownBackKw(next, EVENING_MS)).toBe(0);
    // By a clock that is ahead it begins later than it was heard of.
    expect(shownBackKw({ ...next, openedMs: EVENING_MS - 11 * MINUTE_MS }, EVENING_MS)).toBe(5);
  });

  it("breaks no limit that the plan keeps, whatever of it comes", () => {
    const powers = fc.constantFrom(-7, -5, -2, 0, 2, 4, 7);
    const drawn = fc.record({ held: powers, wanted: powers, comes: fc.constantFrom(0, 0.4, 1) });
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 6 }), (cars) => {
        const all = cars.map((one, index) =>
          car(`p${index}`, { ...one, shown: one.held < 0 ? one.held * one.comes : one.held }),
        );
        const trueKw = (one: DispatchEvse, kw: number): number =>
          kw < 0 ? Math.max(kw, Math.min(0, one.evse?.sample?.powerKw ?? 0)) : kw;
        const nowKw = sum(all.map((one) => trueKw(one, mayDrawKw(guard(0), one, EVENING_MS))));
        const limitKw = Math.max(nowKw, sum(wantedKw(all)));
        let state = held(all, limitKw);
        for (let round = 0; round < 8; round += 1) {
          const { send } = nextRound(state, [guard(limitKw)], gridMs);
          if (send.length === 0) break;
          state = state.map((one) => {
            const sent = send.find(({ stationId }) => stationId === one.evse?.held?.stationId);
            if (sent === undefined || one.evse === null) return one;
            return {
              ...one,
              evse: { ...one.evse, held: sent },
              wanted: sent === one.wanted ? null : one.wanted,
            };
          });
        }
        // Meter error aside, as what follows is judged by.
        const errorKw = 0.7 * all.length;
        const endKw = sum(state.map((one) => trueKw(one, scheduledKw(one.evse!.held!, EVENING_MS) ?? 0)));
        expect(endKw).toBeLessThanOrEqual(limitKw + errorKw);
      }),
      { numRuns: 300 },
    );
  });
});
