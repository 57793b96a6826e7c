import { slotCount } from "../domain/horizon.js";
import type { Problem, ProblemNode } from "../domain/problem.js";
import { at, pathFrom, treeOf } from "./tree.js";

/**
 * Voltage limits of one node by LinDistFlow (Baran and Wu, 1989, without losses): from parent i to child j the
 * squared voltage per unit falls by 2·(r·P + x·Q)/V². In kW of load at the topmost line on the way: what is
 * below it counts at least one, what is further out along the same lines more.
 */
export interface VoltageRow {
  readonly node: number;
  /** The node below the topmost line on the way: load elsewhere does not count. */
  readonly top: number;
  /** What a kW of load at each node counts. */
  readonly effect: readonly number[];
  /** Room for load before the voltage is too low, and for feeding before it is too high; kW per slot. */
  readonly lowKw: readonly number[];
  readonly highKw: readonly number[];
}

/** Fall of the squared voltage, per unit, for each kW or kvar through a line of so many ohms. */
const fallPerKw = (ohm: number, nominalV: number): number => (2 * 1_000 * ohm) / nominalV ** 2;

/** What a unit of power at each node takes from the squared voltage of one: lines that both ways share. */
const fallsOf = (
  { problem, parent, node }: { problem: Problem; parent: readonly number[]; node: number },
  ohmOf: (line: NonNullable<ProblemNode["line"]>) => number,
): number[] => {
  const way = new Set(pathFrom(node, parent));
  return problem.nodes.map((_, from) => {
    let fall = 0;
    for (const step of pathFrom(from, parent)) {
      const line = problem.nodes[step]?.line ?? null;
      if (way.has(step) && line !== null) fall += fallPerKw(ohmOf(line), line.nominalV);
    }
    return fall;
  });
};

const rowOf = (problem: Problem, parent: readonly number[], node: number): VoltageRow | null => {
  const { minPu = null, maxPu = null } = problem.nodes[node]?.voltageLimits ?? {};
  const resistive = fallsOf({ problem, parent, node }, ({ resistanceOhm }) => resistanceOhm);
  const reactive = fallsOf({ problem, parent, node }, ({ reactanceOhm }) => reactanceOhm);
  const top = pathFrom(node, parent).findLast((step) => at(resistive, step) > 0);
  if (top === undefined || (minPu === null && maxPu === null)) return null;
  const perKw = at(resistive, top);
  const lowKw: number[] = [];
  const highKw: number[] = [];
  for (let slot = 0; slot < slotCount(problem.horizon); slot++) {
    let square = problem.supplyPu ** 2;
    let risen = 0;
    for (const [from, { baseKw, reactiveKvar, pvKw }] of problem.nodes.entries()) {
      square -= at(resistive, from) * at(baseKw, slot) + at(reactive, from) * at(reactiveKvar ?? [], slot);
      risen += at(resistive, from) * at(pvKw, slot);
    }
    lowKw.push(minPu === null ? Infinity : (square - minPu ** 2) / perKw);
    highKw.push(maxPu === null ? Infinity : (maxPu ** 2 - square - risen) / perKw);
  }
  return { node, top, effect: resistive.map((fall) => fall / perKw), lowKw, highKw };
};

/** A row for every node with voltage limits and a line with resistance on its way to the root. */
export const voltageRowsOf = (problem: Problem): VoltageRow[] => {
  if (problem.nodes.every(({ voltageLimits }) => voltageLimits === null)) return [];
  const { parent } = treeOf(problem);
  return [...problem.nodes.keys()].flatMap((node) => rowOf(problem, parent, node) ?? []);
};
