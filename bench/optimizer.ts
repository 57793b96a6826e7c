import { formulate } from "../src/optimizer/formulation/index.js";
import type { LinearEngine, LinearSolution } from "../src/optimizer/solvers/engine.js";
import { loadHighsEngine } from "../src/optimizer/solvers/highs/index.js";
import { structuredEngine } from "../src/optimizer/solvers/structured/engine.js";
import { type Bench, type BenchRow, median } from "./bench.js";
import { SLOTS, siteDay } from "./site-day.js";

const SIZES = [10, 40, 100, 1_000, 3_000];
const QUICK_SIZES = [10, 40, 100];
const LONGEST_MS = 300_000;

interface Timed {
  readonly ms: number;
  readonly solution: LinearSolution;
}

/** Small models run often, so that what is measured is not the first compilation of the code. */
const runsOf = (sessions: number, quick: boolean): number => (sessions > 100 ? 1 : quick ? 3 : 9);

const rowOf = (solver: string, sessions: number, { ms, solution }: Timed): BenchRow => {
  const { objective, bound, iterations } = solution;
  const gap = (objective - bound) / Math.max(1, Math.abs(objective));
  return { sessions, slots: SLOTS, solver, ms, objective, bound, gap, iterations };
};

/**
 * The relaxation of a day of one site, 96 slots, half of the cars bidirectional, the limit binding in the
 * evening: our method beside HiGHS on the same rows and columns, in turns. Making the rows is not counted.
 */
export const optimizer: Bench = async ({ quick, say }) => {
  const highs = await loadHighsEngine();
  const engines: readonly LinearEngine[] = [highs, structuredEngine(highs)];
  const rows: BenchRow[] = [];
  for (const sessions of quick ? QUICK_SIZES : SIZES) {
    say(`${sessions} sessions`);
    const { model } = formulate(siteDay(sessions));
    const times = engines.map((): number[] => []);
    const solutions: LinearSolution[] = [];
    for (let run = 0; run < runsOf(sessions, quick); run++)
      for (const [at, engine] of engines.entries()) {
        const startedMs = performance.now();
        solutions[at] = engine.solve(model, { timeLimitMs: LONGEST_MS });
        times[at]?.push(performance.now() - startedMs);
      }
    const [highsMs = Number.NaN, ...others] = times.map(median);
    for (const [at, ms] of [highsMs, ...others].entries()) {
      const [engine, solution] = [engines[at], solutions[at]];
      if (engine === undefined || solution === undefined) continue;
      rows.push({ ...rowOf(engine.name, sessions, { ms, solution }), speedupOverHighs: highsMs / ms });
    }
  }
  return rows;
};
