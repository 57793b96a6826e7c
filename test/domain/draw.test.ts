import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawBoundKw, lostDrawBySlot, lostDrawKw, lostDrawUnderKw } from "../../src/domain/draw.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import { evseOf, EVENING_MS, scheduleOfKw, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const config = { ...SINGLE_PHASE_32A, maxDischargeKw: 7 };
const horizon = quarterHourHorizon(EVENING_MS, 4);
const defaultOf = (kw: number) =>
  scheduleOfKw("p1", [kw], { purpose: "default", transactionId: null, startMs: EVENING_MS });
const holding = (powersKw: readonly number[], defaultKw = 1.32) =>
  evseOf("p1", { held: scheduleOfKw("p1", powersKw), heldDefault: defaultOf(defaultKw) });

describe("what a lost EVSE may draw", () => {
  it("is the default in every slot once a profile that discharges has ended, or the profile while it lasts", () => {
    expect(lostDrawBySlot(config, holding([-5, 0, 0, 3]), horizon)).toEqual([1.32, 1.32, 1.32, 3]);
    expect(lostDrawBySlot(config, holding([2, 0, 0, 3]), horizon)).toEqual([2, 0, 0, 3]);
  });

  it("looks at every change within a slot", () => {
    const { periods, ...held } = scheduleOfKw("p1", [1, 1, 1, 1]);
    const peak = {
      startMs: EVENING_MS + 20 * 60_000,
      mode: "charge-limit" as const,
      value: 6_000,
      powerKw: 6,
    };
    const after = { ...peak, startMs: EVENING_MS + 25 * 60_000, value: 1_000, powerKw: 1 };
    const evse = evseOf("p1", {
      held: { ...held, periods: [...periods.slice(0, 2), peak, after, ...periods.slice(2)] },
    });
    expect(lostDrawBySlot(config, evse, horizon)).toEqual([1, 6, 1, 1]);
  });

  it("is never less than what it may draw while it is there, nor less than nothing", () => {
    const kw = fc.constantFrom(-7, -2, 0, 1.32, 3, 7);
    const powers = fc.array(kw, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(powers, powers, fc.constantFrom(0, 1.32), (held, wanted, defaultKw) => {
        const evse = holding(held, defaultKw);
        const schedule = scheduleOfKw("p1", wanted);
        for (const atMs of horizon.startsMs) {
          expect(lostDrawKw(config, evse, atMs)).toBeGreaterThanOrEqual(
            Math.max(0, drawBoundKw(config, evse, atMs)),
          );
          const taken = evseOf("p1", { held: schedule, heldDefault: evse.heldDefault });
          expect(lostDrawUnderKw(config, evse, schedule, atMs)).toBe(lostDrawKw(config, taken, atMs));
        }
      }),
    );
  });
});
