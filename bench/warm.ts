import type { Problem } from "../src/domain/problem.js";
import type { WarmStart } from "../src/domain/warm-start.js";
import { resultOf } from "../src/optimizer/solvers/structured/fleet/result.js";
import { type Split, solveSplit, type Watching } from "../src/optimizer/solvers/structured/fleet/solve.js";
import { type Bench, type BenchRow, median } from "./bench.js";
import { siteDay } from "./site-day.js";
import { slotsLater, withOthers } from "./slot-later.js";

const LONGEST_MS = 300_000;
const SIZES = [100, 1_000];
/** Slots after noon: nobody is there yet, or everybody. */
const BEGINNINGS = { noon: 0, evening: 40 };
const SHARES = [0, 0.02];

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** On one thread: another would count its waiting as well. Each solve leaves behind what the next begins from. */
const solve = (problem: Problem, watching: Watching = {}): Split => {
  const split = solveSplit(problem, () => LONGEST_MS, "one-thread", {
    onWarmStart: () => undefined,
    ...watching,
  });
  if (split?.outcome.status !== "optimal") throw new Error(`not solved: ${split?.outcome.status}`);
  return split;
};

const afterwards = (problem: Problem, slots: number): Problem =>
  slots === 0 ? problem : slotsLater(problem, slots, resultOf(solve(problem)).result);

/** A problem, and where the solve of the slot before left off. */
const casesOf = (
  sessions: number,
  { from, share, seeds }: { from: number; share: number; seeds: number },
): { problem: Problem; warmStart: WarmStart | undefined }[] =>
  Array.from({ length: seeds }, (_, index) => {
    const before = afterwards(siteDay(sessions, index + 1), from);
    let warmStart: WarmStart | undefined;
    solve(before, { onWarmStart: (kept) => (warmStart = kept) });
    return { problem: withOthers(afterwards(before, 1), share, 1_000 + index), warmStart };
  });

/** Processor time and iterations; the middle of some runs. */
const measured = (runs: number, run: () => Split): { ms: number; iterations: number } => {
  const times: number[] = [];
  let iterations = 0;
  for (let index = 0; index < runs; index++) {
    const beforeMs = cpuMs();
    iterations = run().outcome.iterations;
    times.push(cpuMs() - beforeMs);
  }
  return { ms: median(times), iterations };
};

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);

/**
 * Solves of a day of one site a slot later, anew and from the solve of the slot before: processor time with
 * everything from the problem on, and iterations, means over some days. At noon nobody is plugged in yet, in
 * the evening everybody is and has charged in the slot between.
 */
export const warm: Bench = async ({ quick, say }) => {
  const rows: BenchRow[] = [];
  for (const sessions of SIZES)
    for (const [at, from] of Object.entries(BEGINNINGS))
      for (const share of SHARES) {
        say(`${sessions} sessions, ${at}, ${100 * share} % of the cars others`);
        const seeds = quick ? (sessions > 100 ? 2 : 4) : 8;
        const pairs = casesOf(sessions, { from, share, seeds }).map(({ problem, warmStart }) => {
          const runs = sessions > 100 ? 3 : 9;
          solve(problem);
          solve(problem, { warmStart });
          return {
            cold: measured(runs, () => solve(problem)),
            warm: measured(runs, () => solve(problem, { warmStart })),
          };
        });
        const of = (part: "cold" | "warm", what: "ms" | "iterations"): number =>
          mean(pairs.map((pair) => pair[part][what]));
        rows.push({
          sessions,
          at,
          changedShare: share,
          days: seeds,
          coldCpuMs: of("cold", "ms"),
          coldIterations: of("cold", "iterations"),
          warmCpuMs: of("warm", "ms"),
          warmIterations: of("warm", "iterations"),
          iterationRatio: of("warm", "iterations") / of("cold", "iterations"),
          ratio: of("warm", "ms") / of("cold", "ms"),
        });
      }
  return rows;
};
