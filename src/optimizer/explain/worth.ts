import type { Problem } from "../../domain/problem.js";
import type { Board } from "../rounding/board.js";
import { at } from "../tree.js";
import { FAIR_STEPS, needKwh, weightsOf } from "../weights.js";

const ROUNDING = 1e-6;

/** Of each session what a kWh more at the port would be worth at its end, by what is missing there, fairness included. */
export const worthsPerKwh = (
  problem: Problem,
  { tree }: Board,
  energies: readonly (readonly number[])[],
): number[] => {
  const weights = weightsOf(
    problem,
    tree.nodeOfSession.map((node) => at(tree.meterOfNode, node)),
  );
  return problem.sessions.map((session, index) => {
    const missingKwh = Math.max(0, session.targetKwh - (energies[index]?.at(-1) ?? 0));
    // At a step the next kWh is worth what is below it.
    const below = Math.ceil((10 * missingKwh) / needKwh(session) - ROUNDING) - 1;
    const steps = Math.min(FAIR_STEPS, Math.max(0, below));
    return (
      (at(weights.shortPerKwh, index) + steps * at(weights.fairPerKwh, index)) * session.chargeEfficiency
    );
  });
};
