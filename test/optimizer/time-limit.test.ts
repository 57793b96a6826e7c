import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { siteDay } from "../../bench/site-day.js";
import type { Plan } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import { planProblem, type SolverName, solverByName, verify } from "../../src/optimizer/index.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";
import { plannedProblem, poweredIn } from "./solving.js";

const SOLVERS: readonly SolverName[] = ["structured", "highs", "simplex"];
const AMPLE_MS = 60_000;

/** Looks at the clock up to the end of the solve. */
const LOOKS_BEFORE = 4;

/** A clock that stands still for so many looks and then says that all time is over. */
const stopsAfter = (looks: number): (() => number) => {
  let seen = 0;
  return () => (seen++ < looks ? 0 : 10 * AMPLE_MS);
};

const planWith = async (
  problem: Problem,
  name: SolverName,
  { timeLimitMs, clockMs }: { timeLimitMs: number; clockMs?: () => number },
) =>
  planProblem(problem, {
    solver: await solverByName(name),
    fallback: await solverByName("least-laxity"),
    timeLimitMs,
    ...(clockMs === undefined ? {} : { clockMs }),
  });

/** What is sent is what `verify` says of it, with the curtailment that the plan states. */
const isVerified = (problem: Problem, plan: Plan): void => {
  const { nodes, certificate } = plan;
  const seen = verify(
    plannedProblem(problem, plan),
    { ...poweredIn(plan), curtailedKw: nodes.map(({ curtailedKw }) => curtailedKw) },
    { semiContinuous: true },
  );
  expect(seen.maxViolation).toBeLessThanOrEqual(1e-6);
  expect(seen.maxViolation).toBeCloseTo(certificate.sent.maxViolation, 9);
  const scale = Math.max(1, Math.abs(seen.objective));
  expect(Math.abs(seen.objective - certificate.sent.objective) / scale).toBeLessThan(1e-9);
  if (certificate.sent.gap !== null) expect(certificate.sent.gap).toBeGreaterThan(-1e-6);
};

const problems = problemArb({ ...SMALL, oddPrices: true });

describe("a time limit", () => {
  test.each(SOLVERS)("of next to nothing leaves a verified plan by %s or the rule", async (name) => {
    await fc.assert(
      fc.asyncProperty(problems, fc.constantFrom(0, 0.01, 0.5, 2, 10), async (problem, timeLimitMs) => {
        const outcome = await planWith(problem, name, { timeLimitMs });
        if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
        isVerified(problem, outcome.plan);
        if (outcome.status === "fallback") expect(outcome.notes.length).toBeGreaterThan(0);
      }),
      { numRuns: 15 },
    );
  });

  test("that ends anywhere in what follows the solve leaves a verified plan that says so", async () => {
    let cut = 0;
    await fc.assert(
      fc.asyncProperty(problems, fc.integer({ min: LOOKS_BEFORE, max: 60 }), async (problem, looks) => {
        const clockMs = stopsAfter(looks);
        const outcome = await planWith(problem, "structured", { timeLimitMs: AMPLE_MS, clockMs });
        if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
        isVerified(problem, outcome.plan);
        if (outcome.notes.some((note) => note.includes("the time was over"))) cut++;
        if (looks === LOOKS_BEFORE) expect(outcome.notes.join("\n")).toContain("the time was over");
      }),
      { numRuns: 60 },
    );
    expect(cut).toBeGreaterThan(30);
  });

  test("that ends after the solve still brings what the relaxation says of large powers", async () => {
    const problem = siteDay(30);
    const whole = await planWith(problem, "structured", { timeLimitMs: AMPLE_MS });
    const cut = await planWith(problem, "structured", {
      timeLimitMs: AMPLE_MS,
      clockMs: stopsAfter(LOOKS_BEFORE),
    });
    if (whole.status === "invalid" || cut.status === "invalid") throw new Error("a sound problem");
    isVerified(problem, cut.plan);
    expect(cut.notes.join("\n")).toContain("the time was over");
    expect(cut.plan.certificate.sent.objective).toBeGreaterThanOrEqual(
      whole.plan.certificate.sent.objective - 1e-6,
    );
    const rule = await planWith(problem, "least-laxity", { timeLimitMs: AMPLE_MS });
    if (rule.status === "invalid") throw new Error("a sound problem");
    expect(cut.plan.certificate.sent.objective).toBeLessThanOrEqual(
      rule.plan.certificate.sent.objective + 1e-6,
    );
  });

  test("that is over keeps export limits by curtailment, at plants where import limits leave room", () => {
    const plain = plainProblem();
    const [root] = plain.nodes;
    if (root === undefined) throw new Error("a site has a node");
    const flat = (kw: number): number[] => plain.horizon.startsMs.map(() => kw);
    const plant = { ...root, parentId: "site", failsafe: null, importLimitKw: null, exportLimitKw: null };
    const problem: Problem = {
      ...plain,
      nodes: [
        { ...root, baseKw: flat(0), exportLimitKw: flat(3) },
        { ...plant, id: "east", baseKw: flat(1), pvKw: flat(4), importLimitKw: flat(0) },
        { ...plant, id: "west", baseKw: flat(0), pvKw: flat(9) },
      ],
      meteringPoints: plain.meteringPoints.map((point) => ({
        ...point,
        sellPricePerKwh: flat(-1),
        demandCharge: { pricePerKw: 3, billedPeakKw: 0, countsInSlot: null },
      })),
    };
    const still = problem.sessions.map(() => flat(0));
    const seen = verify(
      problem,
      { chargeKw: still, dischargeKw: still },
      { semiContinuous: true, isLate: () => true },
    );
    expect(seen.maxViolation).toBe(0);
    for (const slot of problem.horizon.startsMs.keys()) {
      expect(seen.netKw[0]?.[slot]).toBeGreaterThanOrEqual(-3);
      expect(seen.netKw[1]?.[slot]).toBeLessThanOrEqual(0);
    }
    const inTime = verify(problem, { chargeKw: still, dischargeKw: still }, { semiContinuous: true });
    expect(inTime.objective).toBeLessThanOrEqual(seen.objective + 1e-9);
  });
});
