import type { Plan, PlanOutcome, Proof, SolveTimes } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import type { Multipliers, Solver, SolverResult } from "./contract.js";
import { explain } from "./explain.js";
import { notesOf, tooDear } from "./notes.js";
import { roundPowers } from "./rounding/index.js";
import { withoutPlan } from "./solvers/exact.js";
import { faultsOf } from "./validate.js";
import { dualBound, type PowersToVerify, type Verification, verify } from "./verify.js";

export interface PlanOptions {
  readonly solver: Solver;
  /** The rule that plans when the solver is late or fails. */
  readonly fallback: Solver;
  readonly timeLimitMs: number;
  /** Milliseconds of a running clock, for the times in the outcome. */
  readonly clockMs?: () => number;
}

/** A plan that was still being improved is sent when it is proven to be this near the best. */
const GOOD_GAP = 0.01;

/** Largest relative violation with which a plan may still be sent. */
const TOLERANCE = 1e-6;

interface Draft {
  readonly solver: Solver;
  readonly result: SolverResult;
  readonly relaxed: Verification;
  readonly powers: PowersToVerify;
  readonly sent: Verification;
  readonly times: SolveTimes;
}

const solveSafely = async (solver: Solver, problem: Problem, timeLimitMs: number): Promise<SolverResult> => {
  try {
    return await solver.solve(problem, { timeLimitMs });
  } catch (error) {
    return withoutPlan("failed", error instanceof Error ? error.message : String(error));
  }
};

const hasPlan = (problem: Problem, { chargeKw, dischargeKw }: SolverResult): boolean =>
  chargeKw.length === problem.sessions.length && dischargeKw.length === problem.sessions.length;

/** Solves, rounds and verifies; null when there is nothing that may be sent. */
const draft = async (
  problem: Problem,
  solver: Solver,
  { timeLimitMs, clockMs }: { timeLimitMs: number; clockMs: () => number },
): Promise<{ draft: Draft | null; detail: string }> => {
  const startMs = clockMs();
  const result = await solveSafely(solver, problem, timeLimitMs);
  const solvedMs = clockMs();
  if (result.status === "failed" || result.status === "infeasible" || !hasPlan(problem, result))
    return {
      draft: null,
      detail: `${solver.name}: ${result.status}${result.detail === null ? "" : ` (${result.detail})`}`,
    };
  const isRule = result.status === "feasible";
  const powers = isRule ? result : roundPowers(problem, result, result.multipliers);
  const roundedMs = clockMs();
  const sent = verify(
    problem,
    { chargeKw: powers.chargeKw, dischargeKw: powers.dischargeKw },
    { semiContinuous: true },
  );
  const relaxed = isRule ? sent : verify(problem, result, { semiContinuous: false });
  const times = {
    solveMs: solvedMs - startMs,
    roundMs: roundedMs - solvedMs,
    verifyMs: clockMs() - roundedMs,
  };
  if (sent.maxViolation > TOLERANCE && solver.ignoresLimits !== true) {
    const worst = sent.violations.toSorted((a, b) => b.amount - a.amount)[0];
    return { draft: null, detail: `${solver.name}: the plan breaks ${worst?.place} by ${worst?.amount}` };
  }
  return {
    draft: { solver, result, relaxed, powers, sent, times },
    detail: `${solver.name}: ${result.status}`,
  };
};

const proofOf = ({ objective, maxViolation }: Verification, bound: number | null): Proof => ({
  objective,
  bound,
  gap: bound === null ? null : (objective - bound) / Math.max(1, Math.abs(objective)),
  maxViolation,
});

/** The bound recomputed from the multipliers; that of branch and bound where it proves more. */
const boundOf = (problem: Problem, { result, relaxed }: Draft): { bound: number | null; note: string[] } => {
  const proofs = [result.multipliers, result.boundMultipliers ?? null].filter((proof) => proof !== null);
  if (proofs.length === 0) return { bound: result.bound, note: [] };
  const recomputed = Math.max(...proofs.map((multipliers) => dualBound(problem, multipliers)));
  const slack = 1e-6 * Math.max(1, Math.abs(relaxed.objective));
  if (result.bound === null || result.bound <= recomputed + slack) return { bound: recomputed, note: [] };
  return {
    bound: result.bound,
    note: [`the bound is that of branch and bound; the multipliers alone prove ${recomputed}`],
  };
};

const column = (
  problem: Problem,
  multipliers: Multipliers | null,
  pick: (m: Multipliers) => readonly (readonly number[])[],
): readonly (readonly number[])[] =>
  multipliers === null ? problem.nodes.map(() => problem.horizon.startsMs.map(() => 0)) : pick(multipliers);

const nodePlans = (problem: Problem, { sent, result }: Draft): Plan["nodes"] => {
  const limit = column(problem, result.multipliers, ({ importLimitPerKwh, exportLimitPerKwh }) =>
    importLimitPerKwh.map((slots, node) =>
      slots.map((price, slot) => Math.max(price, exportLimitPerKwh[node]?.[slot] ?? 0)),
    ),
  );
  const failsafe = column(problem, result.multipliers, ({ failsafePerKwh }) => failsafePerKwh);
  return problem.nodes.map(({ id }, node) => ({
    nodeId: id,
    netKw: sent.netKw[node] ?? [],
    curtailedKw: sent.curtailedKw[node] ?? [],
    limitPricePerKwh: limit[node] ?? [],
    failsafePricePerKwh: failsafe[node] ?? [],
    overKw: sent.overKw[node] ?? [],
  }));
};

const planOf = (problem: Problem, made: Draft, bound: number | null): Plan => {
  const { solver, result, relaxed, powers, sent } = made;
  const reasons = explain(problem, {
    solver: solver.name,
    chargeKw: powers.chargeKw,
    dischargeKw: powers.dischargeKw,
    relaxedChargeKw: result.status === "feasible" ? null : result.chargeKw,
    multipliers: result.multipliers,
  });
  return {
    horizon: problem.horizon,
    solver: solver.name,
    sessions: problem.sessions.map(({ id }, index) => ({
      sessionId: id,
      chargeKw: powers.chargeKw[index] ?? [],
      dischargeKw: powers.dischargeKw[index] ?? [],
      energyKwh: sent.energyKwh[index] ?? [],
      shortfallKwh: sent.shortfallKwh[index] ?? 0,
      reasons: reasons[index] ?? [],
    })),
    nodes: nodePlans(problem, made),
    certificate: { relaxation: proofOf(relaxed, bound), sent: proofOf(sent, bound) },
    iterations: result.iterations,
    moneyCost: sent.moneyCost,
  };
};

const outcomeOf = (
  problem: Problem,
  made: Draft,
  { late, notes }: { late: boolean; notes: readonly string[] },
): PlanOutcome => {
  const { bound, note } = boundOf(problem, made);
  const broken = made.sent.overKw.some((slots) => slots.some((overKw) => overKw > TOLERANCE));
  return {
    status: broken ? "limits-broken" : late ? "fallback" : "optimal",
    plan: planOf(problem, made, bound),
    notes: [...notes, ...note, ...notesOf(problem, made.sent)],
    times: made.times,
  };
};

/** Every car at rest: breaks nothing that base load alone does not break. */
const atRest: Solver = {
  name: "at-rest",
  async solve(problem) {
    const still = problem.sessions.map(() => problem.horizon.startsMs.map(() => 0));
    return { ...withoutPlan("feasible", null), chargeKw: still, dischargeKw: still };
  },
};

const isFinished = ({ result, relaxed }: Draft): boolean =>
  result.status !== "time-limit" ||
  (result.bound !== null &&
    relaxed.objective - result.bound <= GOOD_GAP * Math.max(1, Math.abs(relaxed.objective)));

/** Of an unfinished plan of the solver and that of the rule, the cheaper. */
const better = (a: Draft | null, b: Draft | null): Draft | null => {
  if (a === null || b === null) return a ?? b;
  return a.sent.objective <= b.sent.objective ? a : b;
};

/**
 * Plans: validate, solve, round, verify, explain. When the solver is late or fails, or its rounded
 * plan does not verify, the rule's plan is sent instead. Never throws.
 */
export const planProblem = async (problem: Problem, options: PlanOptions): Promise<PlanOutcome> => {
  const { solver, fallback, timeLimitMs, clockMs = () => performance.now() } = options;
  const problems = faultsOf(problem);
  if (problems.length > 0) return { status: "invalid", problems };
  const dear = tooDear(problem);
  const first = await draft(problem, solver, { timeLimitMs, clockMs });
  if (first.draft !== null && isFinished(first.draft))
    return outcomeOf(problem, first.draft, { late: false, notes: dear });
  const second = await draft(problem, fallback, { timeLimitMs, clockMs });
  const last =
    better(first.draft, second.draft) ?? (await draft(problem, atRest, { timeLimitMs, clockMs })).draft;
  if (last === null) return { status: "invalid", problems: [{ place: "", message: second.detail }] };
  return outcomeOf(problem, last, { late: true, notes: [first.detail, ...dear] });
};
