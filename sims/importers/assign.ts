import { YouxuError } from "../../src/domain/errors.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { Visit } from "../world/visit.js";

/**
 * Sessions of one place at the piles of another: each takes, in order of arrival, the first pile that
 * is free when it comes. Throws when more cars stand there at once than there are piles.
 */
export const assignToFree = (visits: readonly Visit[], piles: readonly string[], file: string): Visit[] => {
  const freeMs = new Map<string, EpochMs>(piles.map((id) => [id, -Infinity]));
  return visits.map((visit) => {
    const stationId = piles.find((id) => (freeMs.get(id) ?? Infinity) <= visit.arriveMs);
    if (stationId === undefined)
      throw new YouxuError(
        "sessions.invalid",
        `session ${visit.id} finds no free pile: at ${new Date(visit.arriveMs).toISOString()} all ${piles.length} of the scenario are taken`,
        file,
      );
    freeMs.set(stationId, visit.departMs);
    return { ...visit, stationId };
  });
};
