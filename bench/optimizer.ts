import type { Problem } from "../src/domain/problem.js";
import type { Multipliers } from "../src/optimizer/contract.js";
import { formulate, readMultipliers, readPowers } from "../src/optimizer/formulation/index.js";
import { dualBound } from "../src/optimizer/index.js";
import type { LinearEngine } from "../src/optimizer/solvers/engine.js";
import { loadHighsEngine } from "../src/optimizer/solvers/highs/index.js";
import { simplexEngine } from "../src/optimizer/solvers/simplex/engine.js";
import type { Runner } from "../src/optimizer/solvers/structured/fleet/kernels.js";
import { resultOf } from "../src/optimizer/solvers/structured/fleet/result.js";
import { solveSplit } from "../src/optimizer/solvers/structured/fleet/solve.js";
import { type Bench, type BenchRow, median } from "./bench.js";
import { peakBytes } from "./memory.js";
import { feederDay, SLOTS, siteDay } from "./site-day.js";

const SIZES = [10, 40, 100, 1_000, 3_000, 10_000, 22_000];
const QUICK_SIZES = [10, 40, 100, 1_000];
/** HiGHS takes more than five minutes beyond, `javascript-lp-solver` more than one. */
const MOST_FOR_HIGHS = 10_000;
const MOST_FOR_SIMPLEX = 10;
/** The interior point of HiGHS is asked up to here; at 1,000 sessions it took more than ten times its simplex. */
const MOST_FOR_IPM = 100;
const LONGEST_MS = 300_000;

interface Solved {
  readonly objective: number;
  readonly bound: number;
  readonly iterations: number;
}

interface Contender {
  readonly name: string;
  /** Makes ready, which is not timed. */
  readonly on: (problem: Problem) => {
    readonly solve: () => Solved;
    /** Bound that follows from what was solved last; not timed. */
    readonly prove: () => number;
  };
}

/** A reference as the product runs it: from the problem to powers and multipliers, all of it counted. */
const reference = (engine: LinearEngine): Contender => ({
  name: engine.name,
  on(problem) {
    let bound = Number.NaN;
    return {
      solve() {
        const formulation = formulate(problem);
        const solved = engine.solve(formulation.model, { timeLimitMs: LONGEST_MS });
        if (solved.values !== null) readPowers(formulation, solved.values);
        if (solved.duals !== null) readMultipliers(formulation, solved.duals, solved.values);
        bound = solved.bound;
        return solved;
      },
      prove: () => bound,
    };
  },
});

type Timed = Exclude<Runner, "split">;

const NAMES: Record<Timed, string> = {
  threads: "structured",
  "one-thread": "structured, one thread",
  plain: "structured, plain JavaScript",
};

/**
 * Our method as the product runs it: from the problem to powers and multipliers, all of it counted. The
 * bound is recomputed from multipliers and problem alone.
 */
const ours = (by: Timed): Contender => ({
  name: NAMES[by],
  on(problem) {
    let multipliers: Multipliers | null = null;
    return {
      solve() {
        const split = solveSplit(problem, () => LONGEST_MS, by);
        if (split?.outcome.status !== "optimal") throw new Error(`not solved: ${split?.outcome.status}`);
        multipliers = resultOf(split).result.multipliers;
        return split.outcome;
      },
      prove: () => (multipliers === null ? Number.NaN : dualBound(problem, multipliers)),
    };
  },
});

/** Two threads take part from about 300 sessions on; told apart from here. */
const LEAST_FOR_THREADS = 1_000;

/** Plain JavaScript takes more than a minute beyond. */
const MOST_FOR_PLAIN = 10_000;

/** Runs that are not counted, so that what is measured is what a program that runs on and on does. */
const MOST_WARM = 300;

const warm = (solve: () => Solved, warmMs: number): void => {
  const startedMs = performance.now();
  for (let run = 0; run < MOST_WARM && performance.now() - startedMs < warmMs; run++) solve();
};

interface Runs {
  readonly warmMs: number;
  readonly counted: number;
}

const ONCE: Runs = { warmMs: 0, counted: 1 };
/** Of what takes half a minute. */
const THRICE: Runs = { warmMs: 0, counted: 3 };

const runsOf = (sessions: number, quick: boolean): Runs => {
  const warmMs = quick ? 1_500 : 6_000;
  if (sessions <= 100) return { warmMs, counted: quick ? 9 : 25 };
  if (sessions <= 1_000) return { warmMs, counted: quick ? 3 : 5 };
  return sessions <= 3_000 ? { warmMs, counted: 3 } : ONCE;
};

const measure = (
  { name, on }: Contender,
  problem: Problem,
  { warmMs, counted }: Runs,
): BenchRow & { ms: number; objective: number } => {
  const { solve, prove } = on(problem);
  const times: number[] = [];
  warm(solve, warmMs);
  let solved: Solved = { objective: Number.NaN, bound: Number.NaN, iterations: 0 };
  for (let run = 0; run < counted; run++) {
    const startedMs = performance.now();
    solved = solve();
    times.push(performance.now() - startedMs);
  }
  const { objective, iterations } = solved;
  const bound = prove();
  const gap = (objective - bound) / Math.max(1, Math.abs(objective));
  const { length: sessions } = problem.sessions;
  const sites = Math.max(1, problem.nodes.length - 1);
  return {
    sessions,
    sites,
    slots: SLOTS,
    solver: name,
    ms: median(times),
    objective,
    bound,
    gap,
    iterations,
  };
};

/** Sites under one feeder, and their sessions together. */
const FEEDERS = [
  { sites: 50, sessions: 1_375 },
  { sites: 800, sessions: 22_000 },
];
const QUICK_FEEDERS = [{ sites: 20, sessions: 550 }];

/** Our own contenders on one site, beside those references that end in time. */
const contendersFor = (
  sessions: number,
  { highs, ipm, simplex }: { highs: Contender; ipm: Contender; simplex: Contender },
): Contender[] => [
  ...(sessions > MOST_FOR_HIGHS ? [] : [highs]),
  ...(sessions > MOST_FOR_IPM ? [] : [ipm]),
  ...(sessions > MOST_FOR_SIMPLEX ? [] : [simplex]),
  ours("threads"),
  ...(sessions < LEAST_FOR_THREADS ? [] : [ours("one-thread")]),
  ...(sessions > MOST_FOR_PLAIN ? [] : [ours("plain")]),
];

/**
 * The relaxation of a day of one site, 96 slots, half of the cars bidirectional, the limit binding in the
 * evening: our method with its WebAssembly kernels, on two threads and on one, and without, beside HiGHS and, on a small
 * site, `javascript-lp-solver`; then of many sites under one feeder whose limit binds as well. The gaps of ours
 * follow from bounds recomputed from problem and multipliers alone. Memory is what a process of its own took
 * at most, beyond one that only drew the problem.
 */
export const optimizer: Bench = async ({ quick, say }) => {
  const highs = reference(await loadHighsEngine());
  const ipm = reference(await loadHighsEngine("ipm"));
  const simplex = reference(simplexEngine);
  const rows: BenchRow[] = [];
  for (const sessions of quick ? QUICK_SIZES : SIZES) {
    const problem = siteDay(sessions);
    // The faster of its two methods.
    let highsMs = Infinity;
    for (const one of contendersFor(sessions, { highs, ipm, simplex })) {
      say(`${sessions} sessions, ${one.name}`);
      const isHighs = one === highs || one === ipm;
      const isSlow = one === simplex || (isHighs && sessions > (quick ? 100 : 3_000));
      const few = isHighs && sessions > 1_000 ? THRICE : runsOf(sessions, quick);
      const row = measure(one, problem, isSlow ? ONCE : few);
      if (isHighs && Number.isFinite(row.objective)) highsMs = Math.min(row.ms, highsMs);
      rows.push(highsMs === Infinity ? row : { ...row, speedupOverHighs: highsMs / row.ms });
    }
  }
  for (const { sites, sessions } of quick ? QUICK_FEEDERS : FEEDERS) {
    say(`${sessions} sessions at ${sites} sites, structured`);
    rows.push(measure(ours("threads"), feederDay(sites, sessions), quick ? ONCE : THRICE));
  }
  const most = (quick ? QUICK_SIZES : SIZES).at(-1) ?? 0;
  say(`memory of ${most} sessions`);
  const bytes = peakBytes(most);
  return rows.map((row) =>
    row.sessions === most && row.sites === 1 && row.solver === "structured"
      ? { ...row, bytesPerSessionSlot: bytes / (most * SLOTS) }
      : row,
  );
};
