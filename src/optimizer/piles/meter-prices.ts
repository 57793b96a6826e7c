import type { Problem } from "../../domain/problem.js";
import { sum } from "../../domain/units.js";
import type { Powers } from "../contract.js";
import { at, type Tree } from "../tree.js";
import type { Pile } from "./piles.js";

/** What a kWh more costs at a metering point, and what a kWh less saves, slot by slot. */
export interface MeterPrices {
  /** At least so much; -Infinity where it is not known. */
  readonly takenPerKwh: readonly number[];
  /** At most so much; Infinity where it is not known. */
  readonly givenPerKwh: readonly number[];
}

/**
 * What the cars of a pile pay and earn at their meter, all others powered as planned. Where a meter stands at 0
 * any multiplier between its two prices holds, and says nothing of what moving a car there would cost.
 */
export const meterPrices = (problem: Problem, tree: Tree, powers: Powers, pile: Pile): MeterPrices => {
  const meter = at(tree.meterOfNode, pile.node);
  const point = problem.meteringPoints[meter];
  const own = new Set(pile.sessions);
  const netKw = problem.horizon.startsMs.map(
    (_, slot) =>
      sum(
        problem.nodes.map(({ baseKw, pvKw }, node) =>
          tree.meterOfNode[node] === meter ? at(baseKw, slot) - at(pvKw, slot) : 0,
        ),
      ) +
      sum(
        problem.sessions.map((_session, index) =>
          own.has(index) || tree.meterOfNode[at(tree.nodeOfSession, index)] !== meter
            ? 0
            : at(powers.chargeKw[index], slot) - at(powers.dischargeKw[index], slot),
        ),
      ),
  );
  return {
    takenPerKwh: netKw.map((kw, slot) => (kw >= 0 ? at(point?.buyPricePerKwh, slot) : -Infinity)),
    givenPerKwh: netKw.map((kw, slot) => (kw <= 0 ? at(point?.sellPricePerKwh, slot) : Infinity)),
  };
};
