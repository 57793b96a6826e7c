import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { problemSchema } from "../../src/domain/problem.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

test("the example problem file is planned as its description says", async () => {
  const problem = problemSchema.parse(JSON.parse(readFileSync("scenarios/one-evening.problem.json", "utf8")));
  const outcome = await planProblem(problem, {
    solver: await solverByName("highs"),
    fallback: await solverByName("least-laxity"),
    timeLimitMs: 20_000,
  });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  const { sessions, nodes } = outcome.plan;
  const [commuter, threePhase, givesBack] = sessions;
  expect([outcome.status, outcome.notes]).toEqual(["optimal", []]);
  expect(sessions.map(({ shortfallKwh }) => Math.round(1e6 * shortfallKwh))).toEqual([0, 0, 0]);
  expect(commuter?.reasons[0]?.key).toBe("waiting-for-cheaper-slot");
  expect(threePhase?.chargeKw.every((kw) => kw === 0 || kw >= 4.14)).toBe(true);
  expect(sum(givesBack?.dischargeKw ?? [])).toBeCloseTo(8, 6);
  for (const slot of [2, 3]) expect(nodes[0]?.netKw[slot]).toBeLessThanOrEqual(18);
});
