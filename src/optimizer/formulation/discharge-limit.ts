import type { Formulation } from "./context.js";
import { gateEntries, gatesBelow } from "./gates.js";
import { addRow, ofNode } from "./linear-model.js";

/** Σ discharge power of the sessions below ≤ limit. Charging counts as zero. */
export const addDischargeLimits = (formulation: Formulation): void => {
  const { problem, tree, model, apart, sessionColumns, dischargeRows, dischargeBinds, slots } = formulation;
  for (const [node, { dischargeLimitKw }] of problem.nodes.entries()) {
    const below = (tree.sessionsBelow[node] ?? []).filter((index) => apart[index] !== true);
    const gates = gatesBelow(formulation, node);
    for (let slot = 0; slot < slots; slot++) {
      const upper = dischargeLimitKw?.[slot] ?? Infinity;
      if (dischargeBinds[node]?.[slot] !== true) continue;
      const entries = below.flatMap((index) =>
        (sessionColumns[index]?.discharge[slot] ?? []).map((column): [number, number] => [column, 1]),
      );
      for (const gate of gates) entries.push(...gateEntries(gate, slot, { charge: 0, discharge: 1 }));
      dischargeRows[node]?.splice(slot, 1, addRow(model, { upper, owner: ofNode(node), slot }, entries));
    }
  }
};
