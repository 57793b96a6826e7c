import type { ReductionPayment } from "../../domain/problem.js";
import { dearestPerKwh, hullOf } from "../payments.js";
import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addColumn, addRow, ofNode } from "./linear-model.js";
import { netEntries } from "./node-balance.js";

/** Net power that a node may have in a slot, its limits included: only what base load breaks of them is beyond. */
const reachOf = (
  { problem, range }: Formulation,
  { node, slot }: { node: number; slot: number },
): { low: number; high: number } => {
  const { importLimitKw, exportLimitKw } = problem.nodes[node] ?? {};
  const { low, high, resting } = range[node] ?? {};
  return {
    low: Math.max(at(low, slot), -(exportLimitKw?.[slot] ?? Infinity)),
    high: Math.min(at(high, slot), Math.max(importLimitKw?.[slot] ?? Infinity, at(resting, slot))),
  };
};

/** Where a payment counts from in a slot, and its segments: of one that is all or nothing their concave hull. */
const concave = (
  { segments, floorKw }: ReductionPayment,
  baselineKw: number,
  { low, high }: { low: number; high: number },
): { fromKw: number; segments: ReductionPayment["segments"] } => {
  if (floorKw === null) return { fromKw: baselineKw, segments };
  const aboveKw = Math.max(0, high - baselineKw);
  const hull = hullOf(segments, { floorKw, aboveKw, mostKw: baselineKw - low });
  return { fromKw: baselineKw + aboveKw, segments: hull };
};

/**
 * Net power + reduction − excess = baseline, the reduction segment by segment. Prices fall from segment to
 * segment and an excess costs at least the first, so what is paid is concave and needs no binary. A payment that is
 * all or nothing is relaxed to its hull; `events/` decides it.
 */
export const addPayments = (formulation: Formulation): void => {
  const { problem, weights, model, paymentRows, range, slots } = formulation;
  for (const [index, payment] of problem.payments.entries()) {
    const node = problem.nodes.findIndex(({ id }) => id === payment.nodeId);
    for (let slot = 0; slot < slots; slot++) {
      const baselineKw = payment.baselineKw[slot] ?? null;
      if (baselineKw === null) continue;
      const hours = at(weights.hours, slot);
      const reach = { low: at(range[node]?.low, slot), high: at(range[node]?.high, slot) };
      const { fromKw, segments } = concave(payment, baselineKw, reachOf(formulation, { node, slot }));
      const most = Math.max(0, fromKw - reach.low) + 1;
      const excess = Math.max(0, reach.high - fromKw) + 1;
      const entries = netEntries(formulation, { node, slot, sign: 1 });
      for (const { kw, pricePerKwh } of [...segments, { kw: most, pricePerKwh: 0 }])
        entries.push([
          addColumn(model, { cost: -pricePerKwh * hours, lower: 0, upper: Math.min(kw, most) }),
          1,
        ]);
      const cost = dearestPerKwh(payment) * hours;
      entries.push([addColumn(model, { cost, lower: 0, upper: excess }), -1]);
      const row = addRow(model, { lower: fromKw, upper: fromKw, owner: ofNode(node), slot }, entries);
      paymentRows[index]?.splice(slot, 1, row);
    }
  }
};
