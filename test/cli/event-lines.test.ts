import { expect, test } from "vitest";
import { planTable } from "../../src/cli/plan-table.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";
import { NAMED_EVENTS } from "../optimizer/named-events.js";

test.each([
  ["all or nothing, taken up", /^event event: taken up, pays 1\.28 · .* 4\.0 kW below .*, 4\.0 asked for$/m],
  ["all or nothing, let be", /^event event: let be, pays nothing · .* -1\.0 kW below .*, 4\.0 asked for$/m],
  ["all or nothing, let be", /^note: event event: let be, .* would cost at least 0\.38 more in all/m],
])("the table of a plan tells of each event what becomes of it: %s", async (name, line) => {
  const problem = NAMED_EVENTS.find((one) => one.name === name)?.problem;
  if (problem === undefined) throw new Error(`no problem is called ${name}`);
  const [solver, fallback] = [await solverByName("structured"), await solverByName("least-laxity")];
  const outcome = await planProblem(problem, { solver, fallback, timeLimitMs: 20_000 });
  if (outcome.status === "invalid") throw new Error("invalid");
  expect(planTable(outcome)).toMatch(line);
});
