import * as fc from "fast-check";
import type { Problem, ProblemNode } from "../../src/domain/problem.js";

/** A value on a grid of `step` between two bounds, so that examples stay readable. */
export const grid = (low: number, high: number, step: number): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.round(low / step), max: Math.round(high / step) })
    .map((steps) => Math.round(steps * step * 1e6) / 1e6);

/** What the objective weighs: mostly money alone. */
export const weights = (): fc.Arbitrary<Problem["weights"]> => {
  const seldom = (arbitrary: fc.Arbitrary<number>, usual: number): fc.Arbitrary<number> =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });
  return fc.record({
    cost: seldom(grid(0.5, 2, 0.5), 1),
    peak: seldom(grid(0.1, 1, 0.1), 0),
    carbon: seldom(grid(0.1, 1, 0.1), 0),
    wear: seldom(grid(0, 2, 0.5), 1),
    fairness: seldom(grid(1, 20, 1), 0),
    comfort: seldom(grid(0.01, 0.1, 0.01), 0),
  });
};

/** At times a dispatch target from some slot on. */
export const targets = (slots: number): fc.Arbitrary<Problem["targets"]> =>
  fc
    .option(
      fc.record({ powerKw: grid(-4, 12, 1), pricePerKwh: grid(0.1, 1, 0.1), from: fc.nat({ max: slots }) }),
      {
        nil: null,
      },
    )
    .map((drawn) =>
      drawn === null
        ? []
        : [
            {
              id: "dispatch",
              nodeId: "site",
              powerKw: Array.from({ length: slots }, (_, slot) => (slot < drawn.from ? null : drawn.powerKw)),
              pricePerKwh: drawn.pricePerKwh,
            },
          ],
    );

/** At times a payment for a reduction below a baseline, in one segment or two, excess dearer or as dear. */
export const payments = (slots: number): fc.Arbitrary<Problem["payments"]> =>
  fc
    .record({
      isPaid: fc.boolean(),
      nodeId: fc.constantFrom("site", "east"),
      baselineKw: grid(-2, 14, 0.5),
      kw: grid(0.5, 4, 0.5),
      pricePerKwh: grid(0.1, 1.5, 0.1),
      next: fc.option(fc.tuple(grid(0.5, 4, 0.5), grid(0, 1, 0.1)), { nil: null }),
      dearer: fc.option(grid(0, 0.5, 0.1), { nil: null }),
      window: fc.tuple(fc.nat({ max: slots - 1 }), fc.integer({ min: 1, max: slots })),
    })
    .map(({ isPaid, nodeId, baselineKw, kw, pricePerKwh, next, dearer, window: [from, length] }) => {
      if (!isPaid) return [];
      const second = next === null ? [] : [{ kw: next[0], pricePerKwh: pricePerKwh * next[1] }];
      return [
        {
          id: "reduction",
          nodeId,
          baselineKw: Array.from({ length: slots }, (_, slot) =>
            slot >= from && slot < from + length ? baselineKw : null,
          ),
          segments: [{ kw, pricePerKwh }, ...second],
          excessPricePerKwh: dearer === null ? null : pricePerKwh + dearer,
          floorKw: null,
        },
      ];
    });

/** Share of the kW that a payment is for without which nothing of it is paid; half of the time none. */
export const floorShare = (): fc.Arbitrary<number | null> =>
  fc.option(grid(0, 1, 0.25), { nil: null, freq: 2 });

/** Base load at a node and below it: `site` is above all, `east` above itself and `shed`. */
const baseKwAt = (nodes: readonly ProblemNode[], id: string, slot: number): number =>
  nodes
    .filter((node) => id === "site" || node.id === id || node.parentId === id)
    .reduce((total, { baseKw }) => total + (baseKw[slot] ?? 0), 0);

/**
 * Payments that are all or nothing from such a share of their kW on; but not where base load alone breaks the node's
 * limit, which nothing holds then (docs/optimizer.md).
 */
export const allOrNothing = ({ share, ...problem }: Problem & { share: number | null }): Problem => ({
  ...problem,
  payments: problem.payments.map((payment) => {
    const limitKw = problem.nodes.find(({ id }) => id === payment.nodeId)?.importLimitKw ?? [];
    const isOver = limitKw.some(
      (kw, slot) => kw !== null && baseKwAt(problem.nodes, payment.nodeId, slot) > kw,
    );
    const paidKw = payment.segments.reduce((total, { kw }) => total + kw, 0);
    return share === null || isOver
      ? payment
      : { ...payment, excessPricePerKwh: null, floorKw: share * paidKw };
  }),
});

/** At times a price of squared change, against a plan in force that knows the first slots alone. */
export const smoothChange = (slots: number): fc.Arbitrary<ProblemNode["smoothChange"]> =>
  fc.option(
    fc
      .record({
        perKw2h: grid(0, 0.04, 0.002),
        inForceKw: fc.array(grid(-6, 16, 0.5), { minLength: slots, maxLength: slots }),
        until: fc.nat({ max: slots }),
      })
      .map(({ perKw2h, inForceKw, until }) => ({
        perKw2h,
        inForceKw: inForceKw.map((kw, slot) => (slot < until ? kw : null)),
      })),
    { nil: null },
  );
