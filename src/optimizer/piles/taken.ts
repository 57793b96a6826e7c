import type { Problem } from "../../domain/problem.js";
import type { Board } from "../rounding/board.js";
import { at } from "../tree.js";
import type { Pile } from "./piles.js";

/** Less power than this is none, kW. */
const LEAST_KW = 1e-6;

export interface Taken {
  /** The exclusive pile. */
  readonly nodeId: string;
  /** What the car there draws; 0 while it is handed over or given back to. */
  readonly chargeKw: number;
}

/** Slots in which nobody else may have the pile, since a car has it in this one: those of the hand-overs around it. */
const around = ({ freeFrom }: Pile, slot: number): [from: number, end: number] => {
  let from = slot;
  while (from > 0 && at(freeFrom, from) > slot) from--;
  return [from, at(freeFrom, slot + 1)];
};

/**
 * Per slot the exclusive pile of a session that another car has, or that is handed over to or by one; null: it is
 * free.
 */
export const takenBy = (
  { nodes }: Problem,
  board: Board,
  { piles, index }: { piles: readonly Pile[]; index: number },
): (Taken | null)[] => {
  const taken: (Taken | null)[] = board.hours.map(() => null);
  for (const pile of piles) {
    const others = pile.sessions.includes(index) ? pile.sessions.filter((other) => other !== index) : [];
    const nodeId = nodes[pile.node]?.id ?? "";
    for (const other of others)
      for (const slot of board.hours.keys()) {
        const chargeKw = at(board.charge[other], slot);
        if (chargeKw + at(board.discharge[other], slot) <= LEAST_KW) continue;
        const [from, end] = around(pile, slot);
        for (let one = from; one < end; one++) taken[one] ??= { nodeId, chargeKw: 0 };
        taken[slot] = { nodeId, chargeKw };
      }
  }
  return taken;
};
