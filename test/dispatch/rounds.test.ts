import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dischargeBoundKw, drawBoundKw, scheduledKw } from "../../src/domain/draw.js";
import type { Schedule } from "../../src/domain/schedule.js";
import { sum } from "../../src/domain/units.js";
import type { DispatchEvse, GuardedNode } from "../../src/dispatch/bounds.js";
import { nextRound } from "../../src/dispatch/rounds.js";
import { EVENING_MS, evseOf, scheduleOfKw, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const SLOTS = 6;
const gridMs = Array.from({ length: SLOTS }, (_, slot) => EVENING_MS + slot * 900_000);
const power = fc.constantFrom(0, 1.5, 3, 5, 7);
const powers = fc.array(power, { minLength: SLOTS, maxLength: SLOTS });

const evse = (id: string, heldKw: readonly number[], wantedKw: readonly number[] | null): DispatchEvse => ({
  config: SINGLE_PHASE_32A,
  evse: evseOf(id, { held: scheduleOfKw(id, heldKw) }),
  nodePath: ["piles", "transformer"],
  wanted: wantedKw === null ? null : scheduleOfKw(id, wantedKw),
  maxPeriods: 24,
});

const guard = (headroomKw: readonly number[]): GuardedNode => ({
  nodeId: "transformer",
  timesMs: gridMs,
  headroomKw,
  counts: "draw",
});

/** What stations may draw when each has taken either its old schedule or the one being sent. */
const worstKw = (evses: readonly DispatchEvse[], send: readonly Schedule[], atMs: number): number =>
  sum(
    evses.map(({ config, evse: state }) => {
      const old = drawBoundKw(config, state, atMs);
      const sent = send.find(({ stationId }) => stationId === state?.held?.stationId);
      return Math.max(old, sent === undefined ? 0 : (scheduledKw(sent, atMs) ?? 0));
    }),
  );

const confirm = (
  evses: readonly DispatchEvse[],
  send: readonly Schedule[],
  lost: ReadonlySet<string>,
): DispatchEvse[] =>
  evses.map((one) => {
    const sent = send.find(({ stationId }) => stationId === one.evse?.held?.stationId);
    if (sent === undefined || one.evse === null) return one;
    if (lost.has(sent.stationId))
      return { ...one, evse: { ...one.evse, unanswered: [...one.evse.unanswered, sent] }, wanted: null };
    return {
      ...one,
      evse: { ...one.evse, held: sent, sending: null },
      wanted: sent === one.wanted ? null : one.wanted,
    };
  });

const community = fc
  .array(fc.record({ held: powers, wanted: powers, lost: fc.boolean() }), { minLength: 1, maxLength: 6 })
  .map((cars) => {
    const evses = cars.map(({ held, wanted }, index) => evse(`p${index}`, held, wanted));
    const headroomKw = gridMs.map((_, slot) =>
      Math.max(
        sum(cars.map(({ held }) => held[slot] ?? 0)),
        sum(cars.map(({ wanted }) => wanted[slot] ?? 0)),
      ),
    );
    const lost = new Set(cars.flatMap((car, index) => (car.lost ? [`p${index}`] : [])));
    return { evses, headroomKw, lost };
  });

describe("sending schedules in rounds", () => {
  it("keeps the node whole whatever message is lost on the way", () => {
    fc.assert(
      fc.property(community, ({ evses, headroomKw, lost }) => {
        let state = evses;
        for (let round = 0; round < 10; round++) {
          const { send } = nextRound(state, [guard(headroomKw)], gridMs);
          gridMs.forEach((atMs, slot) => {
            expect(worstKw(state, send, atMs)).toBeLessThanOrEqual((headroomKw[slot] ?? 0) + 1e-3);
          });
          if (send.length === 0) return;
          state = confirm(state, send, lost);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("delivers every schedule when nothing is lost and both plans fit", () => {
    fc.assert(
      fc.property(community, ({ evses, headroomKw }) => {
        let state = evses;
        for (let round = 0; round < 8 && state.some(({ wanted }) => wanted !== null); round++)
          state = confirm(state, nextRound(state, [guard(headroomKw)], gridMs).send, new Set());
        expect(state.filter(({ wanted }) => wanted !== null)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it("never makes a schedule that is no number, also where a discharging car is wanted at rest", () => {
    const cars = [
      evse("giving", [-7, 7, 7, 7, 7, 7], [0, 0, 0, 0, 0, 7]),
      evse("rising", [0, 0, 0, 0, 0, 0], [7, 7, 7, 7, 7, 7]),
    ];
    const tight: GuardedNode = { ...guard([-7, 7, 7, 7, 7, 7]), counts: "net" };
    for (const { periods } of nextRound(cars, [tight], gridMs).send)
      for (const { value, powerKw } of periods) expect([value, powerKw].every(Number.isFinite)).toBe(true);
  });

  it("sends a swap of two cars as a reduction first and the increase after it", () => {
    const cars = [
      evse("rising", [0, 0, 0, 0, 0, 0], [7, 7, 7, 7, 7, 7]),
      evse("falling", [7, 7, 7, 7, 7, 7], [0, 0, 0, 0, 0, 0]),
    ];
    const tight = guard(gridMs.map(() => 7));
    const first = nextRound(cars, [tight], gridMs);
    expect(first.send.map(({ stationId }) => stationId)).toEqual(["falling"]);
    const second = nextRound(confirm(cars, first.send, new Set()), [tight], gridMs);
    expect(second.send.map(({ stationId }) => stationId)).toEqual(["rising"]);
  });

  it("never lets more be given back than may be, whatever message is lost", () => {
    const both = fc.array(fc.constantFrom(-7, -4, -1, 0, 3, 7), { minLength: SLOTS, maxLength: SLOTS });
    const drawn = fc.array(fc.record({ held: both, wanted: both, lost: fc.boolean() }), {
      minLength: 1,
      maxLength: 6,
    });
    const backKw = (kw: number | null | undefined): number => Math.max(0, -(kw ?? 0));
    fc.assert(
      fc.property(drawn, fc.boolean(), (cars, losing) => {
        let state = cars.map(
          ({ held, wanted }, index): DispatchEvse => ({
            ...evse(`p${index}`, held, wanted),
            config: { ...SINGLE_PHASE_32A, maxDischargeKw: 7 },
          }),
        );
        const headroomKw = gridMs.map((_, slot) =>
          Math.max(
            sum(cars.map(({ held }) => backKw(held[slot]))),
            sum(cars.map(({ wanted }) => backKw(wanted[slot]))),
          ),
        );
        const lost = new Set(losing ? cars.flatMap((car, index) => (car.lost ? [`p${index}`] : [])) : []);
        const exports: GuardedNode = { ...guard(headroomKw), counts: "discharge" };
        for (let round = 0; round < 10; round++) {
          const { send } = nextRound(state, [exports], gridMs);
          gridMs.forEach((atMs, slot) => {
            const worstBackKw = sum(
              state.map(({ config, evse: known }) => {
                const sent = send.find(({ stationId }) => stationId === known?.held?.stationId);
                const sentKw = sent === undefined ? 0 : backKw(scheduledKw(sent, atMs));
                return Math.max(dischargeBoundKw(config, known, atMs), sentKw);
              }),
            );
            expect(worstBackKw).toBeLessThanOrEqual((headroomKw[slot] ?? 0) + 1e-3);
          });
          if (send.length === 0) break;
          state = confirm(state, send, lost);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("sends what gives less back first, and what gives more back after it", () => {
    const cars = [
      evse("more", [0, 0, 0, 0, 0, 0], [-7, -7, -7, -7, -7, -7]),
      evse("less", [-7, -7, -7, -7, -7, -7], [0, 0, 0, 0, 0, 0]),
    ].map((one) => ({ ...one, config: { ...SINGLE_PHASE_32A, maxDischargeKw: 7 } }));
    const closed: GuardedNode = { ...guard(gridMs.map(() => 7)), counts: "discharge" };
    const first = nextRound(cars, [closed], gridMs);
    expect(first.send.map(({ stationId }) => stationId)).toEqual(["less"]);
    expect(nextRound(confirm(cars, first.send, new Set(["less"])), [closed], gridMs).send).toEqual([]);
    const second = nextRound(confirm(cars, first.send, new Set()), [closed], gridMs);
    expect(second.send.map(({ stationId }) => stationId)).toEqual(["more"]);
  });

  it("holds an increase back while the reduction that makes its room is unanswered", () => {
    const cars = [
      evse("rising", [0, 0, 0, 0, 0, 0], [7, 7, 7, 7, 7, 7]),
      evse("falling", [7, 7, 7, 7, 7, 7], [0, 0, 0, 0, 0, 0]),
    ];
    const tight = guard(gridMs.map(() => 7));
    const first = nextRound(cars, [tight], gridMs);
    const unanswered = confirm(cars, first.send, new Set(["falling"]));
    expect(nextRound(unanswered, [tight], gridMs).send).toEqual([]);
  });
});
