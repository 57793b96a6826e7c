import { sum } from "../../domain/units.js";
import type { Formulation } from "./context.js";
import { addRow, ofNode } from "./linear-model.js";
import { bounds } from "./power.js";

/** Σ discharge power of the sessions below ≤ limit. Charging counts as zero. */
export const addDischargeLimits = (formulation: Formulation): void => {
  const { problem, tree, model, sessionColumns, dischargeRows, slots } = formulation;
  for (const [node, { dischargeLimitKw }] of problem.nodes.entries()) {
    const below = tree.sessionsBelow[node] ?? [];
    for (let slot = 0; slot < slots; slot++) {
      const upper = dischargeLimitKw?.[slot] ?? Infinity;
      const mostKw = sum(
        below.map((index) => {
          const session = problem.sessions[index];
          return session === undefined ? 0 : bounds(session, slot).dischargeKw;
        }),
      );
      if (mostKw <= upper) continue;
      const entries = below.flatMap((index) =>
        (sessionColumns[index]?.discharge[slot] ?? []).map((column): [number, number] => [column, 1]),
      );
      dischargeRows[node]?.splice(slot, 1, addRow(model, { upper, owner: ofNode(node), slot }, entries));
    }
  }
};
