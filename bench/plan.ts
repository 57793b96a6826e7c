import { planProblem } from "../src/optimizer/index.js";
import type { Solver } from "../src/optimizer/index.js";
import { solverByName } from "../src/optimizer/registry.js";
import type { Bench, BenchRow } from "./bench.js";
import { SLOTS, siteDay } from "./site-day.js";

const SIZES = [100, 1_000, 10_000];
const QUICK_SIZES = [100, 1_000];
const LONGEST_MS = 600_000;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** One plan, cold, with its CPU times apart: the solver's, and all that follows. */
const measure = async (sessions: number): Promise<BenchRow> => {
  const problem = siteDay(sessions);
  const solver = await solverByName("structured");
  let solveCpuMs = 0;
  const timed: Solver = {
    name: solver.name,
    solve: async (asked, options) => {
      const beforeMs = cpuMs();
      const result = await solver.solve(asked, options);
      solveCpuMs += cpuMs() - beforeMs;
      return result;
    },
  };
  const beforeMs = cpuMs();
  const fallback = await solverByName("least-laxity");
  const outcome = await planProblem(problem, { solver: timed, fallback, timeLimitMs: LONGEST_MS });
  if (outcome.status === "invalid") throw new Error("the day of the bench is a sound problem");
  const { certificate, iterations } = outcome.plan;
  return {
    sessions,
    slots: SLOTS,
    status: outcome.status,
    solveCpuMs,
    afterSolveCpuMs: cpuMs() - beforeMs - solveCpuMs,
    gap: certificate.sent.gap ?? Number.NaN,
    iterations,
  };
};

/**
 * A whole plan of a day of one site by our solver: CPU time of the solve and of all that follows (rounding,
 * verifying, bound, reasons), every thread of the process counted, and the gap of what is sent.
 */
export const plan: Bench = async ({ quick, say }) => {
  const rows: BenchRow[] = [];
  for (const sessions of quick ? QUICK_SIZES : SIZES) {
    say(`${sessions} sessions`);
    rows.push(await measure(sessions));
  }
  return rows;
};
