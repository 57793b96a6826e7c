import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addColumn, addRow, ofNode } from "./linear-model.js";
import { netEntries } from "./node-balance.js";

/** Net power − above + below = wanted net power; both deviations at the target's price. */
export const addTargets = (formulation: Formulation): void => {
  const { problem, weights, model, targetRows, range, slots } = formulation;
  for (const [index, target] of problem.targets.entries()) {
    const node = problem.nodes.findIndex(({ id }) => id === target.nodeId);
    for (let slot = 0; slot < slots; slot++) {
      const wantedKw = target.powerKw[slot] ?? null;
      if (wantedKw === null) continue;
      const cost = target.pricePerKwh * at(weights.hours, slot);
      const high = at(range[node]?.high, slot);
      const low = at(range[node]?.low, slot);
      const above = addColumn(model, { cost, lower: 0, upper: Math.max(0, high - wantedKw) + 1 });
      const below = addColumn(model, { cost, lower: 0, upper: Math.max(0, wantedKw - low) + 1 });
      const entries = netEntries(formulation, { node, slot, sign: 1 });
      entries.push([above, -1], [below, 1]);
      targetRows[index]?.splice(
        slot,
        1,
        addRow(model, { lower: wantedKw, upper: wantedKw, owner: ofNode(node), slot }, entries),
      );
    }
  }
};
