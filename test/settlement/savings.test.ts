import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS, SLOT_MS } from "../../src/domain/units.js";
import { energyOf, type PowerStep } from "../../src/settlement/energy.js";
import {
  type MeteredSession,
  type SavingsPricing,
  sessionTally,
  sumTallies,
} from "../../src/settlement/savings.js";
import {
  curveMeanKw,
  uncontrolledPowerKw,
  type UncontrolledSession,
} from "../../src/settlement/uncontrolled.js";

/** Dear in the first two hours, cheap after. */
const buyPriceAt = (atMs: number): number => (atMs < 2 * HOUR_MS ? 1 : 0.25);
const inputs = {
  buyPriceAt,
  dischargeValueAt: buyPriceAt,
  wearPerKwh: 0.1,
  roundTripEfficiency: 1,
};

const savings = ({ sessions, ...pricing }: SavingsPricing & { sessions: readonly MeteredSession[] }) => {
  const total = sumTallies(sessions.map((one) => sessionTally(one, pricing)));
  return { ...total, saved: total.uncontrolledCost - total.actualCost };
};

const session = fc.record({
  startedMs: fc.integer({ min: 0, max: 300 }).map((minute) => minute * MINUTE_MS),
  maxChargeKw: fc.integer({ min: 1, max: 22 }),
  energyNeedKwh: fc.integer({ min: 0, max: 60 }),
  stayMin: fc.option(fc.integer({ min: 1, max: 600 }), { nil: null }),
});
const toUncontrolled = (drawn: {
  startedMs: number;
  maxChargeKw: number;
  energyNeedKwh: number;
  stayMin: number | null;
}): UncontrolledSession => ({
  ...drawn,
  endedMs: drawn.stayMin === null ? null : drawn.startedMs + drawn.stayMin * MINUTE_MS,
});

describe("uncontrolled charging", () => {
  it("gives each car the least of its need and of full power while it stays", () => {
    fc.assert(
      fc.property(fc.array(session, { maxLength: 8 }), (drawn) => {
        const sessions = drawn.map(toUncontrolled);
        const curve = uncontrolledPowerKw(sessions);
        const wanted = sessions.map(({ startedMs, endedMs, maxChargeKw, energyNeedKwh }) =>
          Math.min(
            energyNeedKwh,
            endedMs === null ? Infinity : ((endedMs - startedMs) / HOUR_MS) * maxChargeKw,
          ),
        );
        expect(energyOf(curve)).toBeCloseTo(
          wanted.reduce((total, value) => total + value, 0),
          6,
        );
        const rated = sessions.reduce((total, { maxChargeKw }) => total + maxChargeKw, 0);
        for (const [index, step] of curve.entries()) {
          expect(step.endMs).toBeGreaterThan(step.startMs);
          expect(step.powerKw).toBeLessThanOrEqual(rated);
          if (index > 0) expect(step.startMs).toBe(curve[index - 1]?.endMs);
        }
        const span = { fromMs: 0, toMs: 100 * HOUR_MS };
        expect(curveMeanKw(curve, span) * 100).toBeCloseTo(energyOf(curve), 6);
      }),
    );
  });

  it("of two cars is the sum of each alone, at every moment", () => {
    fc.assert(
      fc.property(session, session, fc.integer({ min: 0, max: 900 }), (a, b, minute) => {
        const at = { fromMs: minute * MINUTE_MS, toMs: (minute + 1) * MINUTE_MS };
        const mean = (...drawn: (typeof a)[]) =>
          curveMeanKw(uncontrolledPowerKw(drawn.map(toUncontrolled)), at);
        expect(mean(a, b)).toBeCloseTo(mean(a) + mean(b), 9);
      }),
    );
  });
});

const drawn = (startedMs: number, maxChargeKw: number, steps: readonly PowerStep[]): MeteredSession => ({
  startedMs,
  maxChargeKw,
  drawn: steps,
  owedPricePerKwh: null,
});
const step = (fromMin: number, toMin: number, powerKw: number): PowerStep => ({
  startMs: fromMin * MINUTE_MS,
  endMs: toMin * MINUTE_MS,
  powerKw,
});

describe("savings", () => {
  it("are nothing where cars were not held back", () => {
    fc.assert(
      fc.property(fc.array(session, { maxLength: 5 }), (plugged) => {
        const sessions = plugged
          .map(toUncontrolled)
          .map((one) => drawn(one.startedMs, one.maxChargeKw, uncontrolledPowerKw([one])));
        const result = savings({ ...inputs, sessions });
        expect(result.saved).toBeCloseTo(0, 6);
        expect(result.actualCost).toBeCloseTo(result.uncontrolledCost, 6);
      }),
    );
  });

  it("are nothing at one price, however the energy was moved", () => {
    const steps = fc
      .array(
        fc.record({ minutes: fc.integer({ min: 1, max: 90 }), powerKw: fc.integer({ min: 0, max: 7 }) }),
        {
          maxLength: 8,
        },
      )
      .map((parts) => {
        let at = 0;
        return parts.map(({ minutes, powerKw }) => step(at, (at += minutes), powerKw));
      });
    fc.assert(
      fc.property(steps, (taken) => {
        const result = savings({ ...inputs, buyPriceAt: () => 0.6, sessions: [drawn(0, 7, taken)] });
        expect(result.saved).toBeCloseTo(0, 9);
        expect(result.deliveredKwh).toBeCloseTo(energyOf(taken), 9);
      }),
    );
  });

  it("of a car that waited for the cheap hours", () => {
    const result = savings({ ...inputs, sessions: [drawn(0, 7, [step(120, 180, 7)])] });
    expect(result).toEqual({
      actualCost: 7 * 0.25,
      uncontrolledCost: 7,
      saved: 7 - 7 * 0.25,
      deliveredKwh: 7,
      dischargedKwh: 0,
    });
  });

  it("of a car that gave back dear and drew cheap, wear counted", () => {
    const sessions = [drawn(0, 5, [step(0, 60, -5), step(120, 240, 5)])];
    const result = savings({ ...inputs, sessions });
    // −5 kWh sold at 1, wear 0.1 each; 10 kWh bought at 0.25; 5 kWh remain, uncontrolled at 1.
    expect(result.actualCost).toBeCloseTo(-5 + 0.5 + 2.5, 12);
    expect(result.uncontrolledCost).toBeCloseTo(5, 12);
    expect([result.deliveredKwh, result.dischargedKwh]).toEqual([5, 5]);
    const lossy = savings({ ...inputs, roundTripEfficiency: 0.8, sessions });
    expect(lossy.uncontrolledCost).toBeCloseTo(10 - 5 / 0.8, 12);
    expect(lossy.actualCost).toBe(result.actualCost);
  });

  it("are not earned by emptying a car that leaves: what was taken is owed at the price at plug-in", () => {
    const result = savings({ ...inputs, sessions: [drawn(0, 5, [step(0, 60, -5)])] });
    expect(result.saved).toBeCloseTo(-0.5, 12);
  });

  it("of a car that is to be filled again count what that will cost: buying back there changes nothing", () => {
    const emptied = { ...drawn(0, 5, [step(0, 60, -5)]), owedPricePerKwh: 0.25 };
    const filled = { ...drawn(0, 5, [step(0, 60, -5), step(120, 180, 5)]), owedPricePerKwh: 0.25 };
    const [before, after] = [emptied, filled].map((one) => savings({ ...inputs, sessions: [one] }).saved);
    expect(before).toBeCloseTo(5 * (1 - 0.25 - 0.1), 12);
    expect(after).toBeCloseTo(before ?? 0, 12);
  });

  it("never let uncontrolled charging earn: what is owed to a car is a cost of the plan that took it", () => {
    const steps = fc.array(fc.integer({ min: -7, max: 7 }), { maxLength: 12 });
    const owed = fc.option(fc.double({ min: 0, max: 2, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(steps, owed, (powers, owedPricePerKwh) => {
        const taken = powers.map((powerKw, index) => step(30 * index, 30 * (index + 1), powerKw));
        const pricing = { ...inputs, roundTripEfficiency: 0.9 };
        const tally = sessionTally({ ...drawn(0, 7, taken), owedPricePerKwh }, pricing);
        expect(tally.uncontrolledCost).toBeGreaterThanOrEqual(0);
        const [chargedKwh, givenKwh] = [tally.deliveredKwh + tally.dischargedKwh, tally.dischargedKwh];
        if (chargedKwh <= givenKwh / 0.9) expect(tally.uncontrolledCost).toBe(0);
      }),
    );
  });

  it("prices change within a step where the market's quarter does", () => {
    const half = savings({
      ...inputs,
      buyPriceAt: (atMs) => (Math.floor(atMs / SLOT_MS) % 2 === 0 ? 1 : 3),
      sessions: [drawn(0, 4, [step(5, 25, 4)])],
    });
    expect(half.actualCost).toBeCloseTo((4 / 60) * (10 * 1 + 10 * 3), 12);
  });
});
