import { sum } from "../../domain/units.js";
import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addRow, ofNode } from "./linear-model.js";
import { bounds } from "./power.js";

/** Σ charge power of the sessions below ≤ headroom. Discharge counts as zero. */
export const addFailsafes = (formulation: Formulation): void => {
  const { problem, tree, model, sessionColumns, failsafeRows, slots } = formulation;
  for (const [node, { failsafe }] of problem.nodes.entries()) {
    if (failsafe === null) continue;
    const below = tree.sessionsBelow[node] ?? [];
    for (let slot = 0; slot < slots; slot++) {
      const headroomKw = at(failsafe.headroomKw, slot);
      const mostKw = sum(
        below.map((index) => {
          const session = problem.sessions[index];
          return session === undefined ? 0 : bounds(session, slot).chargeKw;
        }),
      );
      if (mostKw <= Math.max(0, headroomKw)) continue;
      const entries = below.flatMap((index) =>
        (sessionColumns[index]?.charge[slot] ?? []).map((column): [number, number] => [column, 1]),
      );
      // Below zero the row is broken before any car draws; the plan can only draw nothing.
      const row = addRow(model, { upper: Math.max(0, headroomKw), owner: ofNode(node), slot }, entries);
      failsafeRows[node]?.splice(slot, 1, row);
    }
  }
};
