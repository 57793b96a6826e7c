import type { Problem } from "../src/domain/problem.js";
import { formulate } from "../src/optimizer/formulation/index.js";
import { dualBound, type SolverResult } from "../src/optimizer/index.js";
import type { LinearEngine } from "../src/optimizer/solvers/engine.js";
import { loadHighsEngine } from "../src/optimizer/solvers/highs/index.js";
import { resultOf } from "../src/optimizer/solvers/structured/fleet/result.js";
import { solveSplit } from "../src/optimizer/solvers/structured/fleet/solve.js";
import { type Bench, type BenchRow, median } from "./bench.js";
import { SLOTS, siteDay } from "./site-day.js";

const SIZES = [10, 40, 100, 1_000, 3_000, 10_000];
const QUICK_SIZES = [10, 40, 100, 1_000];
/** HiGHS takes minutes beyond. */
const MOST_FOR_HIGHS = 3_000;
const LONGEST_MS = 300_000;

interface Solved {
  readonly objective: number;
  readonly bound: number;
  readonly iterations: number;
}

interface Contender {
  readonly name: string;
  readonly solve: (problem: Problem) => Solved;
  /** Bound that follows from the multipliers and the problem alone; not timed. */
  readonly prove: (problem: Problem) => number;
}

/** HiGHS on the rows and columns of the problem: making them is not counted. */
const highsOn = (engine: LinearEngine): Contender => {
  let known: { problem: Problem; model: ReturnType<typeof formulate>["model"] } | null = null;
  let last: Solved | null = null;
  return {
    name: "highs",
    solve(problem) {
      known = known?.problem === problem ? known : { problem, model: formulate(problem).model };
      last = engine.solve(known.model, { timeLimitMs: LONGEST_MS });
      return last;
    },
    prove: () => last?.bound ?? Number.NaN,
  };
};

/** Our method as the product runs it: from the problem to powers and multipliers, all of it counted. */
const ours = (isPlain: boolean): Contender => {
  let last: SolverResult | null = null;
  return {
    name: isPlain ? "structured, plain JavaScript" : "structured",
    solve(problem) {
      const split = solveSplit(problem, () => LONGEST_MS, isPlain);
      if (split?.outcome.status !== "optimal") throw new Error(`not solved: ${split?.outcome.status}`);
      last = resultOf(split).result;
      return split.outcome;
    },
    prove: (problem) =>
      last === null || last.multipliers === null ? Number.NaN : dualBound(problem, last.multipliers),
  };
};

/** Small problems run often, so that what is measured is not the first compilation of the code. */
const runsOf = (sessions: number, quick: boolean): number => {
  if (sessions <= 100) return quick ? 9 : 25;
  if (sessions <= 1_000) return quick ? 3 : 5;
  return sessions <= 3_000 ? 3 : 1;
};

const measure = (
  { name, solve, prove }: Contender,
  problem: Problem,
  runs: number,
): BenchRow & { ms: number } => {
  const times: number[] = [];
  let solved: Solved | null = null;
  for (let run = 0; run < runs; run++) {
    const startedMs = performance.now();
    solved = solve(problem);
    times.push(performance.now() - startedMs);
  }
  const objective = solved?.objective ?? Number.NaN;
  const bound = prove(problem);
  const gap = (objective - bound) / Math.max(1, Math.abs(objective));
  const { iterations = 0 } = solved ?? {};
  return {
    sessions: problem.sessions.length,
    slots: SLOTS,
    solver: name,
    ms: median(times),
    objective,
    bound,
    gap,
    iterations,
  };
};

/**
 * The relaxation of a day of one site, 96 slots, half of the cars bidirectional, the limit binding in the
 * evening: our method with its WebAssembly kernels and without, one thread each, beside HiGHS. The gaps of
 * ours follow from bounds recomputed from problem and multipliers alone.
 */
export const optimizer: Bench = async ({ quick, say }) => {
  const highs = highsOn(await loadHighsEngine());
  const rows: BenchRow[] = [];
  for (const sessions of quick ? QUICK_SIZES : SIZES) {
    const problem = siteDay(sessions);
    const beside: BenchRow[] = [];
    let highsMs = Number.NaN;
    for (const one of [...(sessions > MOST_FOR_HIGHS ? [] : [highs]), ours(false), ours(true)]) {
      say(`${sessions} sessions, ${one.name}`);
      if (one === highs) one.solve(siteDay(10));
      const isSlow = one === highs && (sessions > 1_000 || (quick && sessions > 100));
      const runs = isSlow ? 1 : runsOf(sessions, quick);
      const row = measure(one, problem, runs);
      if (one === highs) highsMs = row.ms;
      beside.push(Number.isNaN(highsMs) ? row : { ...row, speedupOverHighs: highsMs / row.ms });
    }
    rows.push(...beside);
  }
  return rows;
};
