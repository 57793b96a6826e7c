import { expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { planTable } from "../../src/cli/plan-table.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";
import { NAMED_EVENTS } from "../optimizer/named-events.js";
import { NAMED } from "../optimizer/named-problems.js";

const tableOf = async (problem: Problem): Promise<string> => {
  const [solver, fallback] = [await solverByName("structured"), await solverByName("least-laxity")];
  const outcome = await planProblem(problem, { solver, fallback, timeLimitMs: 20_000 });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  return planTable(outcome);
};

const named = (name: string): Problem => {
  const problem = [...NAMED, ...NAMED_EVENTS].find((one) => one.name === name)?.problem;
  if (problem === undefined) throw new Error(`no problem is called ${name}`);
  return problem;
};

test.each([
  [
    "all or nothing, taken up",
    /^event event: taken up, pays 1\.28 · 4\.0 kW below the baseline asked for, in its worst slot 4\.0 kW below the baseline$/m,
  ],
  [
    "all or nothing, let be",
    /^event event: let be, pays nothing · 4\.0 kW below .* in its worst slot 1\.0 kW above the baseline$/m,
  ],
  ["all or nothing, let be", /^note: event event: let be, .* would cost at least 0\.38 more in all/m],
])("the table of a plan tells of each event what becomes of it: %s", async (name, line) => {
  expect(await tableOf(named(name))).toMatch(line);
});

// The same with each kWh paid: 0.3 + 0.16 is below the 0.5 of the last hour, so all 8 kWh are charged during the event,
// and what is left below the baseline is 14 − 4 − 8 = 2 kWh at 0.16.
test("the table tells what a payment per kWh brings, or costs", async () => {
  const problem = named("all or nothing, taken up");
  const perKwh = { ...problem, payments: problem.payments.map((one) => ({ ...one, floorKw: null })) };
  expect(await tableOf(perKwh)).toMatch(/^payment event: pays 0\.32 · 2\.0 kWh below the baseline in all$/m);
  const busy = {
    ...perKwh,
    nodes: perKwh.nodes.map((node) => ({ ...node, baseKw: node.baseKw.map((kw) => kw + 10) })),
  };
  expect(await tableOf(busy)).toMatch(
    /^payment event: costs \d+\.\d\d · \d+\.\d kWh above the baseline in all$/m,
  );
});

// 4 kW are wanted in the middle slot, and 5 are cheapest: 1 kWh off at 0.5.
test("the table tells how near a plan comes to a dispatch target", async () => {
  const problem = named("demand response: dispatch target");
  expect(await tableOf(problem)).toMatch(
    /^target event: off by 1\.0 kWh in all, by 1\.0 kW at most · weighs 0\.50$/m,
  );
  // Money counts twice, and targets with it.
  const weights = { ...problem.weights, cost: 2 };
  expect(await tableOf({ ...problem, weights })).toMatch(/^target event: .* weighs 1\.00$/m);
  const outOfReach = { ...problem, targets: [{ ...problem.targets[0]!, powerKw: [null, -50, null] }] };
  expect(await tableOf(outOfReach)).toMatch(
    /^target event: off by [5-9]\d\.\d kWh in all, by [5-9]\d\.\d kW at most/m,
  );
});
