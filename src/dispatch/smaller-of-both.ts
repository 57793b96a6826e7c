import { drawBoundKw } from "../domain/draw.js";
import type { Schedule, SchedulePeriod } from "../domain/schedule.js";
import { inShape } from "../domain/held-shape.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, floorTo } from "../domain/units.js";
import { type DispatchEvse, TOLERANCE_KW } from "./bounds.js";
import { cutTo, mergeEqual, RATE_STEP } from "./periods.js";

/**
 * The wanted schedule held down to what the EVSE may draw already, at each of the times given; nothing
 * when that changes nothing.
 */
export const smallerOfBoth = (one: DispatchEvse, gridMs: readonly EpochMs[]): Schedule[] => {
  const { wanted } = one;
  if (wanted === null) return [];
  const boundKwAt = (atMs: EpochMs): number => drawBoundKw(one.config, one.evse, atMs);
  const reduces = loweredPeriods(wanted, one.config, { gridMs, boundKwAt }).some(
    ({ startMs, powerKw }) => powerKw < boundKwAt(startMs) - TOLERANCE_KW,
  );
  return reduces ? [loweredTo(one, wanted, { gridMs, boundKwAt })] : [];
};

interface Bounded {
  readonly gridMs: readonly EpochMs[];
  readonly boundKwAt: (atMs: EpochMs) => number;
}

/** A schedule wanted for an EVSE, no more of it at each of the times than is said. Its first period begins with it. */
export const loweredTo = (
  { config, maxPeriods, oneValue = false }: DispatchEvse,
  wanted: Schedule,
  bounded: Bounded,
): Schedule => {
  const periods = loweredPeriods(wanted, config, bounded);
  const fromStart = periods.map((period, index) =>
    index === 0 ? { ...period, startMs: wanted.startMs } : period,
  );
  const smaller = { ...wanted, periods: mergeEqual(fromStart) };
  return oneValue
    ? inShape(smaller, { maxPeriods, oneValue })
    : { ...smaller, ...cutTo(smaller, maxPeriods) };
};

const loweredPeriods = (
  wanted: Schedule,
  config: EvseConfig,
  { gridMs, boundKwAt }: Bounded,
): SchedulePeriod[] =>
  gridMs
    .filter((atMs) => atMs >= wanted.startMs && atMs < wanted.endMs)
    .map((startMs) => smallerPeriod(wanted, config, { startMs, boundKw: boundKwAt(startMs) }));

const smallerPeriod = (
  wanted: Schedule,
  config: EvseConfig,
  { startMs, boundKw }: { startMs: EpochMs; boundKw: number },
): SchedulePeriod => {
  const period = wanted.periods.findLast((candidate) => candidate.startMs <= startMs) ?? wanted.periods[0]!;
  if (period.powerKw <= boundKw + TOLERANCE_KW) return { ...period, startMs };
  // Only a setpoint can ask for discharge.
  const roomKw = period.mode === "setpoint" ? boundKw : Math.max(0, boundKw);
  // Counted on all phases of the pile, as amperes of a car on one phase are.
  const kwPerUnit = wanted.unit === "W" ? 0.001 : (config.phases * config.voltageV) / 1000;
  const value = floorTo(roomKw / kwPerUnit, RATE_STEP[wanted.unit]);
  return { ...period, startMs, value, powerKw: value * kwPerUnit };
};
