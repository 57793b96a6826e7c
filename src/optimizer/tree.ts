import type { Problem } from "../domain/problem.js";

/** Value of a series at a slot; 0 outside it. */
export const at = (series: ArrayLike<number> | undefined, index: number): number => series?.[index] ?? 0;

/** The supply tree by index into `problem.nodes`, with sessions and metering points hung on it. */
export interface Tree {
  /** Index of the parent; -1 for the root. */
  readonly parent: readonly number[];
  readonly children: readonly (readonly number[])[];
  /** Node of each session. */
  readonly nodeOfSession: readonly number[];
  /** The session's node and every node above it. */
  readonly pathOfSession: readonly (readonly number[])[];
  /** All sessions at the node or below it. */
  readonly sessionsBelow: readonly (readonly number[])[];
  /** The metering point that counts load at this node: its own or the nearest above; -1 = none. */
  readonly meterOfNode: readonly number[];
  /** Metering point at exactly this node; -1 = none. */
  readonly ownMeter: readonly number[];
}

/** A node and every node above it. */
export const pathFrom = (node: number, parent: readonly number[]): number[] => {
  const path: number[] = [];
  for (let step = node; step >= 0; step = at(parent, step)) path.push(step);
  return path;
};

export const treeOf = (problem: Problem): Tree => {
  const index = new Map(problem.nodes.map((node, position) => [node.id, position]));
  const indexOf = (id: string | null): number => (id === null ? -1 : (index.get(id) ?? -1));
  const parent = problem.nodes.map((node) => indexOf(node.parentId));
  const children: number[][] = problem.nodes.map(() => []);
  for (const [node, above] of parent.entries()) children[above]?.push(node);
  const ownMeter = problem.nodes.map((node) => problem.meteringPoints.findIndex((m) => m.nodeId === node.id));
  const nodeOfSession = problem.sessions.map((session) => indexOf(session.nodeId));
  const pathOfSession = nodeOfSession.map((node) => pathFrom(node, parent));
  const sessionsBelow: number[][] = problem.nodes.map(() => []);
  for (const [session, path] of pathOfSession.entries())
    for (const node of path) sessionsBelow[node]?.push(session);
  const meterOfNode = problem.nodes.map((_, node) => {
    const metered = pathFrom(node, parent).find((step) => at(ownMeter, step) >= 0);
    return metered === undefined ? -1 : at(ownMeter, metered);
  });
  return { parent, children, nodeOfSession, pathOfSession, sessionsBelow, meterOfNode, ownMeter };
};
