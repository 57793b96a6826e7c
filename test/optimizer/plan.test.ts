import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OPTIMAL_GAP, type Plan, type PlanOutcome } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import {
  faultsOf,
  planProblem,
  SOLVER_NAMES,
  type Solver,
  solverByName,
  verify,
} from "../../src/optimizer/index.js";
import { communityProblem } from "./community.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";
import { scaled } from "./scaled.js";
import { plannedProblem, poweredIn } from "./solving.js";

const options = async (solver: Solver) => ({
  solver,
  fallback: await solverByName("least-laxity"),
  timeLimitMs: 20_000,
});

const planned = (outcome: PlanOutcome): Plan => {
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  return outcome.plan;
};

const RULES = new Set(SOLVER_NAMES.filter((name) => !/structured|highs|simplex/.test(name)));

const isOver = (nodes: Plan["nodes"]): boolean =>
  nodes.some(({ overKw, phaseOverKw = [], voltageOverKw = [] }) =>
    [...overKw, ...phaseOverKw, ...voltageOverKw].some((kw) => kw > 1e-6),
  );

const hasStockOut = ({ swapStations = [] }: Plan): boolean =>
  swapStations.some(({ stockOutCost }) => stockOutCost > 0);

/** A solver that does what a test wants of it. */
const broken = (name: string, solve: Solver["solve"]): Solver => ({ name, solve });

const still = (problem: Problem, powerKw: number) => ({
  status: "optimal" as const,
  chargeKw: problem.sessions.map(() => problem.horizon.startsMs.map(() => powerKw)),
  dischargeKw: problem.sessions.map(() => problem.horizon.startsMs.map(() => 0)),
  curtailedKw: [],
  objective: 0,
  bound: null,
  multipliers: null,
  iterations: 0,
  detail: null,
});

describe("a plan", () => {
  test("carries a certificate that verify confirms", async () => {
    const using = await options(await solverByName("highs"));
    await fc.assert(
      fc.asyncProperty(problemArb(), async (problem) => {
        const outcome = await planProblem(problem, using);
        const plan = planned(outcome);
        const { certificate, nodes, moneyCost } = plan;
        const { relaxation, sent } = certificate;
        const seen = verify(plannedProblem(problem, plan), poweredIn(plan), { semiContinuous: true });
        expect(sent.objective).toBe(seen.objective);
        expect(sent.maxViolation).toBe(seen.maxViolation);
        expect(moneyCost).toBe(seen.moneyCost);
        expect(relaxation.gap).toBeLessThan(1e-6);
        expect(nodes.map(({ netKw }) => netKw)).toEqual(seen.netKw);
        // A battery that is not full is a whole stock-out: such plans cost more than the relaxation proves.
        if (hasStockOut(plan)) {
          expect(sent.gap ?? 0).toBeGreaterThan(-1e-6);
          return;
        }
        expect(sent.bound).toBeGreaterThanOrEqual(relaxation.bound ?? NaN);
        expect(sent.gap).toBeGreaterThan(-1e-6);
        expect(outcome.status).toBe(isOver(nodes) ? "limits-broken" : "optimal");
      }),
      { numRuns: 30 },
    );
  });

  test("is called optimal only where a bound is that near, whoever made it", async () => {
    for (const name of SOLVER_NAMES) {
      const using = await options(await solverByName(name));
      await fc.assert(
        fc.asyncProperty(problemArb(), async (problem) => {
          const outcome = await planProblem(problem, using);
          const { certificate, nodes } = planned(outcome);
          const { gap, bound, maxViolation } = certificate.sent;
          if (RULES.has(name)) expect([gap, bound]).toEqual([null, null]);
          if (isOver(nodes) || maxViolation > 1e-6) expect(outcome.status).toBe("limits-broken");
          else expect(outcome.status).toBe(gap !== null && gap <= OPTIMAL_GAP ? "optimal" : "feasible");
        }),
        { numRuns: 12 },
      );
    }
  });

  test("of a small site costs no more than that of the MILP", async () => {
    const milp = await solverByName("highs-milp");
    const using = await options(await solverByName("highs"));
    await fc.assert(
      fc.asyncProperty(problemArb({ ...SMALL, maxSlots: 6 }), async (problem) => {
        const { certificate } = planned(await planProblem(problem, using));
        const best = verify(problem, await milp.solve(problem, { timeLimitMs: 20_000 }), {
          semiContinuous: true,
        });
        const slack = OPTIMAL_GAP * Math.max(1, Math.abs(best.objective));
        expect(certificate.sent.objective).toBeLessThanOrEqual(best.objective + slack);
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    { cars: 10, seed: 3 },
    { cars: 40, seed: 2 },
  ])("of a community of $cars cars is proven to be within 1 % of the best", async (community) => {
    const outcome = await planProblem(
      communityProblem(community),
      await options(await solverByName("highs")),
    );
    expect(["optimal", "feasible"]).toContain(outcome.status);
    expect(planned(outcome).certificate.sent.gap).toBeLessThan(0.01);
  });

  test("has a certificate of numbers, or is not called optimal, whatever the magnitudes", async () => {
    const price = fc.constantFrom(1e-9, 1e-3, 1, 1e3, 1e6);
    const power = fc.constantFrom(1e-6, 1e-3, 1, 1e3, 1e5);
    const shape = { ...SMALL, maxSlots: 4, maxSessions: 2 };
    for (const name of ["highs", "simplex", "least-laxity"] as const) {
      const using = { ...(await options(await solverByName(name))), timeLimitMs: 2_000 };
      await fc.assert(
        fc.asyncProperty(problemArb(shape), price, power, async (drawn, perKwh, kw) => {
          const problem = scaled(drawn, { perKwh, kw });
          // Lines that no feeder has are refused.
          fc.pre(faultsOf(problem).length === 0);
          const outcome = await planProblem(problem, using);
          const { relaxation, sent } = planned(outcome).certificate;
          for (const { objective, maxViolation } of [relaxation, sent])
            expect([Number.isFinite(objective), Number.isFinite(maxViolation)]).toEqual([true, true]);
          expect(sent.maxViolation).toBeLessThanOrEqual(1e-6);
          expect(sent.bound === null || Number.isFinite(sent.bound)).toBe(true);
          expect(sent.gap ?? 0).toBeGreaterThan(-1e-6);
          if (outcome.status === "optimal") expect(Number.isFinite(sent.gap)).toBe(true);
        }),
        { numRuns: 40 },
      );
    }
  });

  test("is exact where both directions pay", async () => {
    const using = await options(await solverByName("highs"));
    await fc.assert(
      fc.asyncProperty(problemArb({ ...SMALL, maxSlots: 5, oddPrices: true }), async (problem) => {
        const outcome = await planProblem(problem, using);
        expect(Math.abs(planned(outcome).certificate.relaxation.gap ?? NaN)).toBeLessThan(1e-6);
      }),
      { numRuns: 15 },
    );
  });

  test("is made for a site without cars", async () => {
    const problem = { ...plainProblem(), sessions: [] };
    for (const name of SOLVER_NAMES) {
      const outcome = await planProblem(problem, await options(await solverByName(name)));
      expect(outcome.status, name).toBe(RULES.has(name) ? "feasible" : "optimal");
      expect(planned(outcome).nodes[0]?.netKw).toEqual([2, 2, 2, 2]);
    }
  });
});

describe("the fallback plans", () => {
  const problem = plainProblem();
  const solvers: readonly Solver[] = [
    broken("throws", async () => {
      throw new Error("out of memory");
    }),
    broken("late", async () => ({
      ...still(problem, 0),
      status: "time-limit",
      chargeKw: [],
      dischargeKw: [],
    })),
    broken("failed", async () => ({ ...still(problem, 0), status: "failed", detail: "singular" })),
    broken("not-a-number", async () => still(problem, Number.NaN)),
  ];

  test.each(solvers)("when the solver is $name", async (solver) => {
    const outcome = await planProblem(problem, await options(solver));
    expect(outcome.status).toBe("fallback");
    expect(planned(outcome).solver).toBe("least-laxity");
    expect(planned(outcome).sessions[0]?.shortfallKwh).toBeCloseTo(0, 9);
    if (outcome.status !== "invalid") expect(outcome.notes[0]).toContain(solver.name);
  });

  test("and every car rests when the fallback fails as well", async () => {
    const solver = broken("throws", async () => Promise.reject(new Error("no")));
    const outcome = await planProblem(problem, { solver, fallback: solver, timeLimitMs: 10 });
    expect(outcome.status).toBe("fallback");
    expect(planned(outcome).solver).toBe("at-rest");
  });

  const unfinished = async (bound: number | null): Promise<PlanOutcome> => {
    const highs = await solverByName("highs");
    const solver = broken("unfinished", async (given, limits) => {
      const result = await highs.solve(given, limits);
      return { ...result, status: "time-limit", bound: bound ?? result.bound };
    });
    return planProblem(problem, await options(solver));
  };

  test("unless an unfinished plan is the better one", async () => {
    const outcome = await unfinished(-1000);
    expect(outcome.status).toBe("fallback");
    expect(planned(outcome).solver).toBe("unfinished");
  });

  test("unless an unfinished plan is proven to be as good as finished", async () => {
    const outcome = await unfinished(null);
    expect(outcome.status).toBe("optimal");
    expect(planned(outcome).certificate.relaxation.gap).toBeLessThan(0.01);
  });

  test("powers that no port or limit allows never leave the house", async () => {
    const outcome = await planProblem(
      problem,
      await options(broken("wild", async () => still(problem, 999))),
    );
    expect(planned(outcome).certificate.sent.maxViolation).toBeLessThan(1e-6);
  });

  test("when the time limit is nothing", async () => {
    const using = await options(await solverByName("highs"));
    const outcome = await planProblem(problem, { ...using, timeLimitMs: 0 });
    expect(outcome.status).toBe("fallback");
  });
});

test("limits that base load alone breaks are named, and no car makes them worse", async () => {
  const heavy = plainProblem();
  heavy.nodes.forEach((node) => {
    node.importLimitKw = [20, 1.5, 1.5, 20];
  });
  heavy.sessions.forEach((session) => {
    session.maxDischargeKw = 0;
  });
  for (const name of ["highs", "simplex", "least-laxity"] as const) {
    const outcome = await planProblem(heavy, await options(await solverByName(name)));
    expect(outcome.status).toBe("limits-broken");
    const { nodes, sessions } = planned(outcome);
    for (const [slot, kw] of [0, 0.5, 0.5, 0].entries()) expect(nodes[0]?.overKw[slot]).toBeCloseTo(kw, 9);
    expect(sessions[0]?.chargeKw.slice(1, 3)).toEqual([0, 0]);
    if (outcome.status !== "invalid")
      expect(outcome.notes).toContain(
        "limit of node site: over by up to 0.50 kW in 2 of slots 1–2, whatever the cars do",
      );
  }
});

test("a car that may discharge relieves a limit that base load breaks", async () => {
  const heavy = plainProblem();
  heavy.nodes.forEach((node) => {
    node.importLimitKw = [20, 1, 20, 20];
  });
  const outcome = await planProblem(heavy, await options(await solverByName("highs")));
  expect(outcome.status).toBe("optimal");
  expect(planned(outcome).sessions[0]?.dischargeKw[1]).toBeCloseTo(1, 6);
});

test("uncontrolled shows what would happen, limits or not", async () => {
  const tight = plainProblem();
  tight.nodes.forEach((node) => {
    node.importLimitKw = [5, 5, 5, 5];
  });
  const outcome = await planProblem(tight, await options(await solverByName("uncontrolled")));
  expect(outcome.status).toBe("limits-broken");
  expect(planned(outcome).solver).toBe("uncontrolled");
  expect(planned(outcome).sessions[0]?.chargeKw[0]).toBe(7);
});
