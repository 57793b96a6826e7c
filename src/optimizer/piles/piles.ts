import { slotCount } from "../../domain/horizon.js";
import type { Problem } from "../../domain/problem.js";
import { MINUTE_MS } from "../../domain/units.js";
import { treeOf } from "../tree.js";

/** A pile that serves one car at a time, and the cars that want it. */
export interface Pile {
  readonly node: number;
  readonly sessions: readonly number[];
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

/** Exclusive piles at which more than one car is expected. */
export const pilesOf = (problem: Problem): Pile[] => {
  const { sessionsBelow } = treeOf(problem);
  return problem.nodes.flatMap(({ exclusive }, node) => {
    const sessions = sessionsBelow[node] ?? [];
    if (exclusive === null || sessions.length < 2) return [];
    return [{ node, sessions, freeFrom: freeFrom(problem, exclusive.handoverMinutes) }];
  });
};
