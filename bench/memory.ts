import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resultOf } from "../src/optimizer/solvers/structured/fleet/result.js";
import { solveSplit } from "../src/optimizer/solvers/structured/fleet/solve.js";
import { siteDay } from "./site-day.js";

const STATUS = "/proc/self/status";

/**
 * Most bytes that this process took. What the system counts for a process goes on from its parent, but for the
 * figure that Linux begins anew with each program.
 */
const mostBytes = (): number => {
  const [, kib] = existsSync(STATUS) ? (/VmHWM:\s+(\d+) kB/.exec(readFileSync(STATUS, "utf8")) ?? []) : [];
  return 1_024 * (kib === undefined ? process.resourceUsage().maxRSS : Number(kib));
};

const own = fileURLToPath(import.meta.url);

/** Most bytes that a process of its own took, with the day of so many sessions solved or only drawn. */
const takenBytes = (sessions: number, isSolved: boolean): number =>
  Number(
    execFileSync(process.execPath, [own, String(sessions), isSolved ? "solve" : "draw"], {
      encoding: "utf8",
    }),
  );

/** Most bytes that solving the day of so many sessions takes beyond the day itself. */
export const peakBytes = (sessions: number): number =>
  takenBytes(sessions, true) - takenBytes(sessions, false);

if (process.argv[1] === own) {
  const [, , sessions, what] = process.argv;
  const problem = siteDay(Number(sessions));
  if (what === "solve") {
    const split = solveSplit(problem, () => Infinity);
    if (split === null || resultOf(split).result.status !== "optimal") throw new Error("not solved");
  }
  console.log(mostBytes());
}
