import type { Problem } from "../domain/problem.js";
import { sum } from "../domain/units.js";
import { isSquared, steepestSlope } from "./squares.js";
import { at, pathFrom, treeOf } from "./tree.js";

/** Net power of each node, all below it added up, with every car at rest and all PV used, per slot, kW. */
const restingKw = (problem: Problem): number[][] => {
  const { parent } = treeOf(problem);
  const netKw = problem.nodes.map(() => problem.horizon.startsMs.map(() => 0));
  for (const [node, { baseKw, pvKw }] of problem.nodes.entries())
    for (const above of pathFrom(node, parent))
      netKw[above] = (netKw[above] ?? []).map((kw, slot) => kw + at(baseKw, slot) - at(pvKw, slot));
  return netKw;
};

const isFlattened = ({ nodes }: Problem): boolean => nodes.some((node) => node.flatteningPerKw2h > 0);

/**
 * What flattening adds to the price of a kWh at a node of each session and slot while every car rests: the
 * slope 2·w·net of every node above. PV that would make it negative can be curtailed. null: nothing is flattened.
 */
export const restingPrices = (problem: Problem): ((nodeId: string) => number[]) | null => {
  if (!isFlattened(problem)) return null;
  const { parent } = treeOf(problem);
  const netKw = restingKw(problem);
  return (nodeId) => {
    const path = pathFrom(
      problem.nodes.findIndex(({ id }) => id === nodeId),
      parent,
    );
    return problem.horizon.startsMs.map((_, slot) =>
      sum(
        path.map(
          (node) => 2 * (problem.nodes[node]?.flatteningPerKw2h ?? 0) * Math.max(0, at(netKw[node], slot)),
        ),
      ),
    );
  };
};

/**
 * A price per kWh that flattening and smooth change do not pass while cars do not discharge more than all that draws or
 * generates: the slope with every car, all base load and all PV at their most. It does not depend on limits,
 * windows or discharge, so that loosening these makes nothing else dearer.
 */
export const steepestPerKwh = (problem: Problem): number => {
  if (!problem.nodes.some(isSquared)) return 0;
  const { parent, nodeOfSession } = treeOf(problem);
  const mostKw = problem.nodes.map(() => 0);
  const put = (node: number, kw: number): void => {
    for (const above of pathFrom(node, parent)) mostKw[above] = at(mostKw, above) + kw;
  };
  for (const [node, { baseKw, pvKw }] of problem.nodes.entries())
    put(node, Math.max(0, ...baseKw) + Math.max(0, ...pvKw));
  for (const [session, { maxChargeKw }] of problem.sessions.entries())
    put(at(nodeOfSession, session), maxChargeKw);
  return sum(problem.nodes.map((node, index) => steepestSlope(node, at(mostKw, index))));
};
