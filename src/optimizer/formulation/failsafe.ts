import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { gateEntries, gatesBelow } from "./gates.js";
import { addRow, ofNode } from "./linear-model.js";

/** Σ charge power of the sessions below ≤ headroom. Discharge counts as zero. */
export const addFailsafes = (formulation: Formulation): void => {
  const { problem, tree, model, apart, sessionColumns, failsafeRows, failsafeBinds, slots } = formulation;
  for (const [node, { failsafe }] of problem.nodes.entries()) {
    if (failsafe === null) continue;
    const below = (tree.sessionsBelow[node] ?? []).filter((index) => apart[index] !== true);
    const gates = gatesBelow(formulation, node);
    for (let slot = 0; slot < slots; slot++) {
      const headroomKw = at(failsafe.headroomKw, slot);
      if (failsafeBinds[node]?.[slot] !== true) continue;
      const entries = below.flatMap((index) =>
        (sessionColumns[index]?.charge[slot] ?? []).map((column): [number, number] => [column, 1]),
      );
      for (const gate of gates) entries.push(...gateEntries(gate, slot, { charge: 1, discharge: 0 }));
      // Below zero the row is broken before any car draws; the plan can only draw nothing.
      const row = addRow(model, { upper: Math.max(0, headroomKw), owner: ofNode(node), slot }, entries);
      failsafeRows[node]?.splice(slot, 1, row);
    }
  }
};
