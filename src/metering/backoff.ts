import { SECOND_MS } from "../domain/units.js";

const FIRST_MS = SECOND_MS;
const LONGEST_MS = 60 * SECOND_MS;

/**
 * Pause before the next try to connect after so many that failed in a row, ms: doubling from one second to a
 * minute, of which a random half is left out, so that many do not come back at once. `random` is in [0, 1).
 */
export const backoffMs = (failures: number, random: number): number => {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return fullMs * (0.5 + random / 2);
};
