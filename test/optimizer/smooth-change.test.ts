import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { faultsOf, planProblem, solverByName, verify } from "../../src/optimizer/index.js";
import { plainProblem } from "./problems.js";
import { check, scaleOf, solve, TOLERANCE } from "./solving.js";

const IN_FORCE_KW = [6, 2, 2, 8];

const changed = (perKw2h: number, inForceKw: (number | null)[] = IN_FORCE_KW): Problem => {
  const problem = plainProblem();
  return {
    ...problem,
    nodes: problem.nodes.map((node) => ({ ...node, smoothChange: { perKw2h, inForceKw } })),
    sessions: problem.sessions.map((session) => ({ ...session, minChargeKw: 0, minDischargeKw: 0 })),
  };
};

/** Σ (net − in force)²·Δ of the first node. */
const movedBy = (netKw: readonly number[] | undefined): number =>
  IN_FORCE_KW.reduce((total, kw, slot) => total + 0.25 * ((netKw?.[slot] ?? NaN) - kw) ** 2, 0);

describe.each(["structured", "highs", "simplex"] as const)("a price of squared change, by %s", (name) => {
  test("keeps net power the nearer to the plan in force the higher it is, and adds just that", async () => {
    let before = Infinity;
    for (const perKw2h of [0, 0.005, 0.05, 0.5]) {
      const problem = changed(perKw2h);
      const result = await solve(name, problem);
      const seen = check(problem, result);
      const moved = movedBy(seen.netKw[0]);
      expect(moved).toBeLessThan(before + 1e-3);
      before = moved;
      const free = check(changed(0), result).objective;
      // What outranks cost grows with the price, but nothing is short and no limit broken here.
      expect(seen.shortfallKwh[0]).toBeLessThan(TOLERANCE);
      expect(seen.objective).toBeCloseTo(free + perKw2h * moved, 8);
      expect(Math.abs((result.objective ?? NaN) - seen.objective)).toBeLessThan(
        TOLERANCE * scaleOf(seen.objective),
      );
    }
    expect(before).toBeLessThan(0.5);
  });

  test("is none in slots of which the plan in force says nothing", async () => {
    const [none, silent] = [changed(0), changed(0.5, [null, null, null, null])];
    const [a, b] = [await solve(name, none), await solve(name, silent)];
    expect(check(silent, b).objective).toBeCloseTo(check(none, a).objective, 6);
  });
});

test("a plan that is sent moves powers by the price of the moment, too", async () => {
  const solver = await solverByName("structured");
  const problem = { ...changed(0.05), sessions: plainProblem().sessions };
  const outcome = await planProblem(problem, { solver, fallback: solver, timeLimitMs: 20_000 });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  const { sent } = outcome.plan.certificate;
  expect(sent.gap).toBeLessThan(0.02);
  expect(movedBy(outcome.plan.nodes[0]?.netKw)).toBeLessThan(
    movedBy(check(changed(0), await solve("structured", changed(0))).netKw[0]),
  );
});

test("net power that would be curtailed away from the plan in force is not", () => {
  const problem = changed(0.5, [-3, 0, 0, 0]);
  const sunny = {
    ...problem,
    nodes: problem.nodes.map((node) => ({ ...node, baseKw: [0, 0, 0, 0], pvKw: [5, 0, 0, 0] })),
  };
  const rest = { chargeKw: [[0, 0, 0, 0]], dischargeKw: [[0, 0, 0, 0]] };
  // 0.1 is paid for a kWh sold: (net + 3)²·0.5 and net·0.1 are least at −3.1.
  expect(verify(sunny, rest, { semiContinuous: true }).netKw[0]?.[0]).toBeCloseTo(-3.1, 6);
});

test("a series of another length is a fault with its place", () => {
  expect(faultsOf(changed(0.1, [1])).map(({ place }) => place)).toEqual(["nodes[0].smoothChange.inForceKw"]);
});
