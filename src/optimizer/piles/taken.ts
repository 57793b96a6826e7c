import type { Problem } from "../../domain/problem.js";
import type { Board } from "../rounding/board.js";
import { at } from "../tree.js";
import type { Pile } from "./piles.js";

/** Less power than this is none, kW. */
const LEAST_KW = 1e-6;

/** First and last slot in which a session has power, in either direction; null: in none. */
const turnOf = (board: Board, session: number): { first: number; last: number } | null => {
  const powered = [...board.hours.keys()].filter(
    (slot) => at(board.charge[session], slot) + at(board.discharge[session], slot) > LEAST_KW,
  );
  const [first, last] = [powered[0], powered.at(-1)];
  return first === undefined || last === undefined ? null : { first, last };
};

export interface Taken {
  /** The exclusive pile. */
  readonly nodeId: string;
  /** What the car there draws; 0 while it is handed over or given back to. */
  readonly chargeKw: number;
}

/** Per slot the exclusive pile of a session that another car has, or is leaving; null: it is free. */
export const takenBy = (
  { nodes }: Problem,
  board: Board,
  { piles, index }: { piles: readonly Pile[]; index: number },
): (Taken | null)[] => {
  const taken: (Taken | null)[] = board.hours.map(() => null);
  for (const { node, sessions, freeFrom } of piles) {
    if (!sessions.includes(index)) continue;
    for (const other of sessions) {
      const turn = other === index ? null : turnOf(board, other);
      const end = turn === null ? 0 : at(freeFrom, turn.last + 1);
      for (let slot = turn?.first ?? 0; slot < end; slot++)
        taken[slot] = { nodeId: nodes[node]?.id ?? "", chargeKw: at(board.charge[other], slot) };
    }
  }
  return taken;
};
