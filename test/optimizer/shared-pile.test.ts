import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { plainProblem, problemArb } from "./problems.js";
import { check, solve, TOLERANCE } from "./solving.js";

const PILE_KW = 7;

/** All cars of a problem at one pile of 7 kW: a node with that limit below the first. */
const atOnePile = (problem: Problem): Problem => {
  const slots = problem.horizon.startsMs;
  const [root] = plainProblem(slots.length).nodes;
  if (root === undefined) throw new Error("no root");
  const pile = {
    ...root,
    id: "pile",
    parentId: "site",
    importLimitKw: slots.map(() => PILE_KW),
    exportLimitKw: slots.map(() => PILE_KW),
    baseKw: slots.map(() => 0),
    failsafe: null,
  };
  return {
    ...problem,
    nodes: [...problem.nodes, pile],
    sessions: problem.sessions.map((session) => ({ ...session, nodeId: "pile" })),
    storages: [],
  };
};

it.each(["structured", "highs", "least-laxity"] as const)(
  "cars that share a pile share its power by %s",
  async (name) => {
    let full = 0;
    await fc.assert(
      fc.asyncProperty(problemArb().map(atOnePile), async (problem) => {
        const result = await solve(name, problem);
        expect(check(problem, result).maxViolation).toBeLessThan(TOLERANCE);
        for (const slot of problem.horizon.startsMs.keys()) {
          const sum = (rows: readonly (readonly number[])[]): number =>
            rows.reduce((total, row) => total + (row[slot] ?? NaN), 0);
          const powerKw = sum(result.chargeKw) - sum(result.dischargeKw);
          expect(Math.abs(powerKw)).toBeLessThan(PILE_KW + 1e-5);
          if (powerKw > PILE_KW - 1e-3) full++;
        }
      }),
      { numRuns: 40 },
    );
    expect(full).toBeGreaterThan(0);
  },
);
