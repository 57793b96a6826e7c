import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Problem, problemSchema } from "../../src/domain/problem.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";
import { gapOf } from "../../src/optimizer/gap.js";

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const example = (): Problem =>
  problemSchema.parse(JSON.parse(readFileSync("scenarios/one-evening.problem.json", "utf8")));

test("the smallest problem file is planned, what it leaves out being none", async () => {
  const text = readFileSync("scenarios/smallest.problem.json", "utf8");
  const outcome = await planProblem(problemSchema.parse(JSON.parse(text)), {
    solver: await solverByName("structured"),
    fallback: await solverByName("least-laxity"),
    timeLimitMs: 20_000,
  });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  expect([outcome.status, outcome.notes]).toEqual(["optimal", []]);
  // 16 kWh at 7 kW: both hours of the valley, and 2 kWh before; base load 2·0.9 + 2·0.3.
  expect(outcome.plan.sessions[0]?.chargeKw.map((kw) => kw.toFixed(3))).toEqual([
    "2.000",
    "0.000",
    "7.000",
    "7.000",
  ]);
  expect(outcome.plan.moneyCost).toBeCloseTo(3 * 0.9 + 14 * 0.3 + 0.9 + 0.6, 6);
});

test("a problem says of prices and carbon that it does not state them", async () => {
  const problem = { ...example(), meteringPoints: [] };
  const solver = await solverByName("least-laxity");
  const options = { solver, fallback: solver, timeLimitMs: 20_000 };
  const unmetered = await planProblem(problem, options);
  if (unmetered.status === "invalid") throw new Error(JSON.stringify(unmetered.problems));
  expect(unmetered.notes).toContain(
    "sessions commuter, three-phase, gives-back: at no metering point, so that energy costs nothing",
  );
  const weights = { ...example().weights, carbon: 0.5 };
  const unclean = await planProblem({ ...example(), weights }, options);
  if (unclean.status === "invalid") throw new Error(JSON.stringify(unclean.problems));
  expect(unclean.notes.join()).toMatch(
    /metering point \S+: carbon is weighed, but carbonKgPerKwh is not stated/,
  );
});

test("a rule that heeds no limit says which it broke, by how much and when", async () => {
  const rule = await solverByName("uncontrolled");
  const outcome = await planProblem(example(), { solver: rule, fallback: rule, timeLimitMs: 20_000 });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  expect(outcome.status).toBe("limits-broken");
  expect(outcome.notes).toContain("fail-safe of node garage: over by up to 4.00 kW in slot 0");
  expect(outcome.notes).toContain("session three-phase: chargeKw minimum not kept in slot 1");
});

test.each(["highs", "highs-milp", "simplex"] as const)(
  "%s proves its plan the best where a target is above what the battery holds",
  async (name) => {
    const problem = example();
    const [first, ...others] = problem.sessions;
    if (first === undefined) throw new Error("no session");
    const solver = await solverByName(name);
    const outcome = await planProblem(
      { ...problem, sessions: [{ ...first, targetKwh: first.capacityKwh + 120 }, ...others] },
      { solver, fallback: solver, timeLimitMs: 20_000 },
    );
    if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
    const { sessions, certificate } = outcome.plan;
    expect(outcome.status).toBe("optimal");
    expect(sessions[0]?.shortfallKwh).toBeCloseTo(120, 6);
    expect(certificate.relaxation.maxViolation).toBeLessThan(1e-6);
    for (const { gap } of [certificate.relaxation, certificate.sent]) {
      expect(gap).toBeGreaterThanOrEqual(0);
      expect(gap).toBeLessThan(1e-6);
    }
  },
);

test("a gap below 0 is rounding, or stays to be seen", () => {
  expect(gapOf(881.6417468144042, 881.6417468144044)).toBe(0);
  expect(gapOf(-1, -1 + 1e-15)).toBe(0);
  expect(gapOf(100, 100.001)).toBeLessThan(-9e-6);
  expect(gapOf(0, 1e-9)).toBe(-1e-9);
  expect(gapOf(3, null)).toBeNull();
});

test("the example problem file is planned as its description says", async () => {
  const outcome = await planProblem(example(), {
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
