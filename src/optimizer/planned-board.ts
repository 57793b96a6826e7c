import type { Problem } from "../domain/problem.js";
import type { Powers } from "./contract.js";
import { type Board, boardOf, setCharge, setDischarge } from "./rounding/board.js";
import { withStorages } from "./storages.js";
import { at } from "./tree.js";

/** The board of a problem with the powers of a plan on it. */
export const plannedBoard = (asked: Problem, { chargeKw, dischargeKw }: Powers): Board => {
  const problem = withStorages(asked);
  const board = boardOf(problem);
  for (const index of problem.sessions.keys())
    for (const slot of problem.horizon.startsMs.keys()) {
      setCharge(board, index, slot, at(chargeKw[index], slot));
      setDischarge(board, index, slot, at(dischargeKw[index], slot));
    }
  return board;
};
