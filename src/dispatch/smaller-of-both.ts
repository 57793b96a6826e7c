import { drawBoundKw } from "../domain/draw.js";
import type { Schedule, SchedulePeriod } from "../domain/schedule.js";
import { inShape } from "../domain/held-shape.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, floorTo } from "../domain/units.js";
import { type DispatchEvse, TOLERANCE_KW } from "./bounds.js";
import { cutTo, mergeEqual, RATE_STEP } from "./periods.js";

/**
 * The wanted schedule held down to what the EVSE may draw already, at each of the times given; nothing
 * when that changes nothing. The first period is drawn out to the schedule's start.
 */
export const smallerOfBoth = (
  { config, evse, wanted, maxPeriods, oneValue = false }: DispatchEvse,
  gridMs: readonly EpochMs[],
): Schedule[] => {
  if (wanted === null) return [];
  const times = gridMs.filter((atMs) => atMs >= wanted.startMs && atMs < wanted.endMs);
  const periods = times.map((startMs) =>
    smallerPeriod(wanted, config, { startMs, boundKw: drawBoundKw(config, evse, startMs) }),
  );
  const reduces = periods.some(
    ({ startMs, powerKw }) => powerKw < drawBoundKw(config, evse, startMs) - TOLERANCE_KW,
  );
  if (!reduces) return [];
  const fromStart = periods.map((period, index) =>
    index === 0 ? { ...period, startMs: wanted.startMs } : period,
  );
  const smaller = { ...wanted, periods: mergeEqual(fromStart) };
  return [
    oneValue ? inShape(smaller, { maxPeriods, oneValue }) : { ...smaller, ...cutTo(smaller, maxPeriods) },
  ];
};

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
