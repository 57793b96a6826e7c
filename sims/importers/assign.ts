import { YouxuError } from "../../src/domain/errors.js";
import type { EpochMs } from "../../src/domain/units.js";
import { localMinute } from "../local-time.js";
import type { Visit } from "../world/visit.js";
import type { TableSession } from "./sessions-csv.js";

/** Where the sessions go, and what an error says of them. */
interface Place {
  readonly piles: readonly string[];
  readonly zone: string;
  readonly file: string;
}

/**
 * Sessions of one place at the piles of another: each takes, in order of arrival, the first pile that
 * is free when it comes. Throws when more cars stand there at once than there are piles.
 */
export const assignToFree = (sessions: readonly TableSession[], { piles, zone, file }: Place): Visit[] => {
  const freeMs = new Map<string, EpochMs>(piles.map((id) => [id, -Infinity]));
  return sessions.map(({ visit, line }) => {
    const stationId = piles.find((id) => (freeMs.get(id) ?? Infinity) <= visit.arriveMs);
    if (stationId === undefined)
      throw new YouxuError(
        "sessions.invalid",
        `session ${visit.id} finds no free pile: at ${localMinute(visit.arriveMs, zone)} all ${piles.length} of the scenario are taken`,
        `${file}:${line}`,
      );
    freeMs.set(stationId, visit.departMs);
    return { ...visit, stationId };
  });
};
