import { MARGIN_KW } from "../number-bounds.js";
import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addColumn, addRow, ofNode } from "./linear-model.js";
import { netEntries } from "./node-balance.js";

/** Metered nodes whose nearest meter above is this one: their load is not counted here. */
const submetered = ({ problem, tree }: Formulation, meter: number): number[] =>
  [...problem.nodes.keys()].filter((node) => {
    const above = at(tree.parent, node);
    return at(tree.ownMeter, node) >= 0 && above >= 0 && at(tree.meterOfNode, above) === meter;
  });

/** Bought − sold = net power of the metered node − that of nodes below with a meter of their own. */
export const addMeters = (formulation: Formulation): void => {
  const { problem, weights, model, meterColumns, meterRows, range, slots } = formulation;
  for (const [meter, point] of problem.meteringPoints.entries()) {
    const node = problem.nodes.findIndex(({ id }) => id === point.nodeId);
    const inner = submetered(formulation, meter);
    for (let slot = 0; slot < slots; slot++) {
      const hours = at(weights.hours, slot);
      let low = at(range[node]?.low, slot);
      let high = at(range[node]?.high, slot);
      const entries = netEntries(formulation, { node, slot, sign: -1 });
      for (const below of inner) {
        low -= at(range[below]?.high, slot);
        high -= at(range[below]?.low, slot);
        entries.push(...netEntries(formulation, { node: below, slot, sign: 1 }));
      }
      const [buys, sells] = [at(point.buyPricePerKwh, slot), at(point.sellPricePerKwh, slot)];
      // Where selling earns more, what cannot be reached is closed, or both would be done there at once.
      const mostOf = (kw: number): number => (kw <= 0 && sells > buys ? 0 : Math.max(0, kw) + MARGIN_KW);
      const bought = addColumn(model, { cost: buys * hours, lower: 0, upper: mostOf(high) });
      const sold = addColumn(model, { cost: -sells * hours, lower: 0, upper: mostOf(-low) });
      meterColumns[meter]?.bought.splice(slot, 1, bought);
      meterColumns[meter]?.sold.splice(slot, 1, sold);
      entries.push([bought, 1], [sold, -1]);
      meterRows[meter]?.splice(
        slot,
        1,
        addRow(model, { lower: 0, upper: 0, owner: ofNode(node), slot }, entries),
      );
    }
  }
};
