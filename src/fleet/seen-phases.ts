import type { EvseState, MeterSample } from "../domain/fleet.js";
import { scheduledKw } from "../domain/draw.js";
import { SECOND_MS } from "../domain/units.js";

/** A car has come to what it was told after this. */
const SETTLED_MS = 30 * SECOND_MS;
/** A third of what three phases allow, with a meter's error and the voltage's. */
const ONE_OF_THREE = { low: 0.3, high: 0.36 } as const;
/** Beyond it by this much a second phase must be drawing. */
const MORE_THAN_ONE = 0.1;

/**
 * Whether a sample shows a car that draws on one phase of the three that its schedule was reckoned with:
 * a third of what it may draw, settled. A car of three phases that takes exactly a third by itself looks the
 * same: as soon as it draws more than one phase can, the judgement is taken back. Until then its amperes
 * count on three phases in every limit.
 */
export const seenPhases = (evse: EvseState, sample: MeterSample): 1 | null => {
  const { session, held, toldMs, carPhases } = evse;
  if (session === null || held === null || toldMs === null) return carPhases;
  const sinceMs = sample.atMs - SETTLED_MS;
  const [before, allowed] = [scheduledKw(held, sinceMs), scheduledKw(held, sample.atMs)];
  if (toldMs > sinceMs || allowed === null || before !== allowed || allowed <= 0) return carPhases;
  const share = sample.powerKw / allowed;
  if (share > ONE_OF_THREE.high + MORE_THAN_ONE) return null;
  return share >= ONE_OF_THREE.low && share <= ONE_OF_THREE.high ? 1 : carPhases;
};
