import type { EvseState, MeterSample } from "../domain/fleet.js";
import { scheduledKw } from "../domain/draw.js";
import { SECOND_MS } from "../domain/units.js";

/** A car has come to what it was told after this. */
const SETTLED_MS = 30 * SECOND_MS;
/** A third of what three phases allow, with a meter's error and the voltage's. */
const ONE_OF_THREE = { low: 0.3, high: 0.36 } as const;

/**
 * Whether a sample shows a car that draws on one phase of the three that its schedule was reckoned with:
 * a third of what it may draw, settled. A car of two or three phases that takes exactly a third by itself
 * looks the same; it is then told the amperes of one phase, with that number of phases, and draws no more
 * than was meant.
 */
export const seenPhases = ({ session, held, toldMs }: EvseState, sample: MeterSample): 1 | null => {
  if (session === null || held === null || held.phases !== null || toldMs === null) return null;
  const sinceMs = sample.atMs - SETTLED_MS;
  const [before, allowed] = [scheduledKw(held, sinceMs), scheduledKw(held, sample.atMs)];
  if (toldMs > sinceMs || allowed === null || before !== allowed || allowed <= 0) return null;
  const share = sample.powerKw / allowed;
  return share >= ONE_OF_THREE.low && share <= ONE_OF_THREE.high ? 1 : null;
};
