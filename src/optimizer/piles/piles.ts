import { slotCount } from "../../domain/horizon.js";
import type { Problem } from "../../domain/problem.js";
import { MINUTE_MS } from "../../domain/units.js";
import { treeOf } from "../tree.js";

/** A pile that serves one car at a time, and the cars that want it. */
export interface Pile {
  readonly node: number;
  readonly sessions: readonly number[];
  /** The sessions come in the order in which they are to be served. */
  readonly isOrdered: boolean;
  /** Per slot, and at the end of the horizon: the first slot of the next car when one leaves as that slot begins. */
  readonly freeFrom: readonly number[];
}

const freeFrom = ({ horizon }: Problem, handoverMinutes: number): number[] => {
  const slots = slotCount(horizon);
  const startOf = (slot: number): number => horizon.startsMs[slot] ?? horizon.endMs;
  const free: number[] = [];
  for (let left = 0; left <= slots; left++) {
    let next = left;
    while (next < slots && startOf(next) < startOf(left) + handoverMinutes * MINUTE_MS) next++;
    free.push(next);
  }
  return free;
};

/** Cars in the order that is stated; those that it does not name come after those it does. */
const inStatedOrder = (
  { sessions }: Problem,
  cars: readonly number[],
  order: readonly string[],
): number[] => {
  const rank = new Map(order.map((id, place) => [id, place] as const));
  const rankOf = (car: number): number => rank.get(sessions[car]?.id ?? "") ?? order.length;
  return cars.toSorted((a, b) => rankOf(a) - rankOf(b) || a - b);
};

/** Exclusive piles at which more than one car is expected. */
export const pilesOf = (problem: Problem): Pile[] => {
  const { sessionsBelow } = treeOf(problem);
  return problem.nodes.flatMap(({ exclusive }, node) => {
    const sessions = sessionsBelow[node] ?? [];
    if (exclusive === null || sessions.length < 2) return [];
    const { handoverMinutes, order } = exclusive;
    return [
      {
        node,
        sessions: order === undefined ? sessions : inStatedOrder(problem, sessions, order),
        isOrdered: order !== undefined,
        freeFrom: freeFrom(problem, handoverMinutes),
      },
    ];
  });
};
