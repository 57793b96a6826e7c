import type { Problem } from "../../domain/problem.js";
import type { Multipliers } from "../contract.js";
import { at, treeOf } from "../tree.js";
import { weightsOf } from "../weights.js";

/** Price of charging one kWh per session and slot; what a slot is worth when powers are moved. */
export type SlotPrices = readonly Float64Array[];

/**
 * The node's price, the fail-safe rows above, the price on time; without multipliers the tariff at
 * the meter. An urgent session counts only time.
 */
export const slotPrices = (problem: Problem, multipliers: Multipliers | null): SlotPrices => {
  const tree = treeOf(problem);
  const meterOfSession = tree.nodeOfSession.map((node) => at(tree.meterOfNode, node));
  const { sinceStartH } = weightsOf(problem, meterOfSession);
  return problem.sessions.map((session, index) => {
    const node = at(tree.nodeOfSession, index);
    const tariff = problem.meteringPoints[at(meterOfSession, index)]?.buyPricePerKwh;
    return Float64Array.from(sinceStartH, (waited, slot) => {
      if (session.urgency === "now") return waited;
      const small = problem.penalties.timePerKwhHour * waited;
      if (multipliers === null) return at(tariff, slot) + small;
      let held = 0;
      for (const above of tree.pathOfSession[index] ?? [])
        held += at(multipliers.failsafePerKwh[above], slot);
      return at(multipliers.nodePricePerKwh[node], slot) + held + small;
    });
  });
};
