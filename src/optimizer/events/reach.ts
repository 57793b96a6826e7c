import { slotCount } from "../../domain/horizon.js";
import type { Problem } from "../../domain/problem.js";
import { sessionsByNode } from "../formulation/binds.js";
import { mostTogether } from "../formulation/power.js";
import { at, treeOf } from "../tree.js";
import { heldKw } from "./choices.js";

/** Net power of every node below which it cannot be in a slot: all discharges, and all PV that export limits let out. */
const leastNetKw = (problem: Problem): number[][] => {
  const slots = slotCount(problem.horizon);
  const tree = treeOf(problem);
  const own = sessionsByNode(problem, tree).map((sessions) => mostTogether(sessions, slots));
  const least: number[][] = problem.nodes.map(() => []);
  for (let node = problem.nodes.length - 1; node >= 0; node--)
    for (let slot = 0; slot < slots; slot++) {
      const { baseKw, pvKw, exportLimitKw } = problem.nodes[node] ?? {};
      let kw = at(baseKw, slot) - at(pvKw, slot) - at(own[node]?.dischargeKw, slot);
      for (const child of tree.children[node] ?? []) kw += at(least[child], slot);
      least[node]?.push(Math.max(kw, -(exportLimitKw?.[slot] ?? Infinity)));
    }
  return least;
};

/** Of these events those whose floor no plan reaches in some slot. */
export const outOfReach = (problem: Problem, events: readonly number[]): number[] => {
  const least = leastNetKw(problem);
  return events.filter((event) => {
    const payment = problem.payments[event];
    const node = problem.nodes.findIndex(({ id }) => id === payment?.nodeId);
    return (least[node] ?? []).some((kw, slot) => {
      const held = payment === undefined ? null : heldKw(payment, slot);
      return held !== null && held < kw;
    });
  });
};
