import { type Bench, type BenchRow, median } from "./bench.js";
import { openCommunity, type Response } from "./community.js";

/** Sessions at which the loop is measured. */
const SIZES = [40, 400];

/**
 * From an event posted over HTTP to the last profile confirmed by a virtual station over its websocket:
 * gather (the post itself and the gathering delay), plan, dispatch (schedules made), transport (rounds
 * over the wire). Each run posts an event that the plan in force breaks, so that profiles must change.
 */
export const loop: Bench = async ({ quick, say }) => {
  const rows: BenchRow[] = [];
  for (const sessions of SIZES) {
    say(`${sessions} stations connect and begin to charge`);
    const community = await openCommunity(sessions);
    try {
      const runs: Response[] = [];
      for (let run = 0; run < (quick ? 1 : 7); run++) runs.push(await community.respond(run));
      const of = (part: keyof Response): number => median(runs.map((each) => each[part]));
      rows.push({
        sessions,
        runs: runs.length,
        totalMs: of("totalMs"),
        gatherMs: of("gatherMs"),
        planMs: of("planMs"),
        dispatchMs: of("dispatchMs"),
        transportMs: of("transportMs"),
        profiles: of("profiles"),
      });
    } finally {
      await community.close();
    }
  }
  return rows;
};
