import type { Report } from "./check.js";
import type { Statement } from "./statement.js";

/** Power below this is none, kW. */
const NOTHING_KW = 1e-6;

interface Served {
  readonly car: number;
  readonly slot: number;
}

/** Place of a car in the order that is stated; all are alike without one, and those it does not name are last. */
const ranks = (order: readonly string[] | undefined): ((id: string) => number) => {
  if (order === undefined) return () => 0;
  const places = new Map(order.map((id, place) => [id, place] as const));
  return (id) => places.get(id) ?? order.length;
};

/**
 * A pile that serves one car at a time: none but one car below it has power in a slot, and between two cars
 * there is the time of the hand-over; where an order is stated, none has power after a later one had. `powerKw` is what a session moves in a slot, whichever way.
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
    const rankOf = ranks(exclusive.order);
    let [last, latest]: [Served | null, number] = [null, -1];
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
        const rank = rankOf(problem.sessions[car]?.id ?? "");
        if (rank < latest) report(place, powerKw(car, slot));
        latest = Math.max(latest, rank);
        last = { car, slot };
      }
    }
  }
};
