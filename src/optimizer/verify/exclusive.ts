import type { Report } from "./check.js";
import type { Statement } from "./statement.js";

/** Power below this is none, kW. */
const NOTHING_KW = 1e-6;

interface Served {
  readonly car: number;
  readonly slot: number;
}

/**
 * A pile that serves one car at a time: none but one car below it has power in a slot, and between two cars
 * there is the time of the hand-over. `powerKw` is what a session moves in a slot, whichever way.
 */
export const checkExclusive = (
  { problem, upwards, nodeNumber, slots }: Statement,
  powerKw: (session: number, slot: number) => number,
  report: Report,
): void => {
  const { startsMs, endMs } = problem.horizon;
  for (const [node, { exclusive }] of problem.nodes.entries()) {
    if (exclusive === null) continue;
    const waiting = [...problem.sessions.keys()].filter((session) =>
      upwards[nodeNumber.get(problem.sessions[session]?.nodeId ?? "") ?? -1]?.includes(node),
    );
    let last: Served | null = null;
    for (let slot = 0; slot < slots; slot++) {
      const place = (): string => `nodes[${node}].exclusive[${slot}]`;
      const served = waiting.filter((session) => powerKw(session, slot) > NOTHING_KW);
      const strongest = Math.max(0, ...served.map((session) => powerKw(session, slot)));
      const inAllKw = served.reduce((total, session) => total + powerKw(session, slot), 0);
      if (served.length > 1) report(place, inAllKw - strongest);
      for (const car of served) {
        if (last !== null && last.car !== car && last.slot < slot) {
          const minutes = ((startsMs[slot] ?? endMs) - (startsMs[last.slot + 1] ?? endMs)) / 60_000;
          report(place, exclusive.handoverMinutes - minutes, exclusive.handoverMinutes);
        }
        last = { car, slot };
      }
    }
  }
};
