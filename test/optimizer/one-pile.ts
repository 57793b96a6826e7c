import type { Problem, ProblemNode } from "../../src/domain/problem.js";
import { PLAIN_NODE } from "../fixtures/plain-node.js";

type Pile = Pick<ProblemNode, "importLimitKw"> & Partial<Pick<ProblemNode, "exportLimitKw" | "exclusive">>;

/** All cars of a problem at one pile, a node below the first, without load of its own. */
export const atOnePile = (problem: Problem, pile: Pile): Problem => {
  const zeros = problem.horizon.startsMs.map(() => 0);
  const node: ProblemNode = {
    ...PLAIN_NODE,
    id: "pile",
    parentId: "site",
    exportLimitKw: null,
    baseKw: zeros,
    pvKw: zeros,
    ...pile,
  };
  return {
    ...problem,
    nodes: [...problem.nodes, node],
    sessions: problem.sessions.map((session) => ({ ...session, nodeId: "pile" })),
  };
};
