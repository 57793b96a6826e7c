import { dearestPerKwh } from "../payments.js";
import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addColumn, addRow, ofNode } from "./linear-model.js";
import { netEntries } from "./node-balance.js";

/**
 * Net power + reduction − excess = baseline, the reduction segment by segment. Prices fall from segment to
 * segment and an excess costs at least the first, so what is paid is concave and needs no binary.
 */
export const addPayments = (formulation: Formulation): void => {
  const { problem, weights, model, paymentRows, range, slots } = formulation;
  for (const [index, payment] of problem.payments.entries()) {
    const node = problem.nodes.findIndex(({ id }) => id === payment.nodeId);
    for (let slot = 0; slot < slots; slot++) {
      const baselineKw = payment.baselineKw[slot] ?? null;
      if (baselineKw === null) continue;
      const hours = at(weights.hours, slot);
      const most = Math.max(0, baselineKw - at(range[node]?.low, slot)) + 1;
      const excess = Math.max(0, at(range[node]?.high, slot) - baselineKw) + 1;
      const entries = netEntries(formulation, { node, slot, sign: 1 });
      for (const { kw, pricePerKwh } of [...payment.segments, { kw: most, pricePerKwh: 0 }])
        entries.push([
          addColumn(model, { cost: -pricePerKwh * hours, lower: 0, upper: Math.min(kw, most) }),
          1,
        ]);
      const cost = dearestPerKwh(payment) * hours;
      entries.push([addColumn(model, { cost, lower: 0, upper: excess }), -1]);
      const row = addRow(model, { lower: baselineKw, upper: baselineKw, owner: ofNode(node), slot }, entries);
      paymentRows[index]?.splice(slot, 1, row);
    }
  }
};
