import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Solver } from "../../src/optimizer/contract.js";
import { decidingEvents } from "../../src/optimizer/events/decide.js";
import { isSolverName, SOLVER_NAMES, type SolverName, solverByName } from "../../src/optimizer/index.js";
import { createHighsSolver, loadHighsEngine } from "../../src/optimizer/solvers/highs/index.js";
import { createStructuredSolver } from "../../src/optimizer/solvers/structured/index.js";
import { problemArb } from "./problems.js";

test.each(SOLVER_NAMES)("%s is in the registry by its own name, the same to all who ask", async (name) => {
  expect(isSolverName(name)).toBe(true);
  const solver = await solverByName(name);
  expect(solver.name).toBe(name);
  expect(await solverByName(name)).toBe(solver);
});

test("no other name is", () => {
  expect(isSolverName("toString")).toBe(false);
});

const ANEW: readonly [SolverName, () => Promise<Solver>][] = [
  ["highs", async () => createHighsSolver()],
  ["highs-milp", async () => createHighsSolver({ minimumPowers: true })],
  ["structured", async () => createStructuredSolver(await loadHighsEngine(), await createHighsSolver())],
];

// Whoever asks for a solver has that of all others: what they solve must not show.
test.each(ANEW)("%s finds after other problems what one finds that is made for each", async (name, anew) => {
  const shared = await solverByName(name);
  for (const problem of fc.sample(problemArb(), 6)) {
    const alone = await decidingEvents(await anew()).solve(problem, { timeLimitMs: 60_000 });
    const among = await shared.solve(problem, { timeLimitMs: 60_000 });
    expect(JSON.stringify(among)).toBe(JSON.stringify(alone));
  }
});
