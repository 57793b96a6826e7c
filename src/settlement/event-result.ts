import type { EventInterval, GridEvent } from "../domain/signal.js";
import type { IntervalResult, NodeResult } from "../domain/views.js";
import { type EpochMs, hours, SLOT_MS } from "../domain/units.js";
import { DEFAULT_MAX_HOLD_MS, energyKwhBetween, meanPowerKw, type PowerSample } from "./energy.js";

export interface EventResultInputs {
  readonly event: GridEvent;
  /** Measured net import of one of the event's nodes. */
  readonly measurements: readonly PowerSample[];
  readonly nowMs: EpochMs;
  /**
   * Power that the event leaves in an interval, kW; null: it asks for none (a price). Default: the
   * interval's IMPORT_CAPACITY_LIMIT or DISPATCH_SETPOINT. A SIMPLE level is a share of the node's
   * limit, which only the caller knows.
   */
  readonly capKwOf?: (interval: EventInterval) => number | null;
  readonly maxHoldMs?: number;
}

const TARGET_TYPES = ["IMPORT_CAPACITY_LIMIT", "DISPATCH_SETPOINT"];

/** Mean of the values, which split the interval in equal parts. */
const statedCapKw = (interval: EventInterval): number | null => {
  const payload = interval.payloads.find(({ type }) => TARGET_TYPES.includes(type));
  const values = payload?.values.filter((value) => typeof value === "number") ?? [];
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length;
};

/** When the event begins: the earliest start of its intervals; null without intervals. */
const beginOf = (event: GridEvent): EpochMs | null => {
  const starts = event.intervals.map(({ startMs }) => startMs);
  return starts.length === 0 ? null : Math.min(...starts);
};

/** The quarter of an hour before the event begins: 16:52–17:07 for one at 17:07. */
export const baselineWindow = (beginMs: EpochMs): { fromMs: EpochMs; toMs: EpochMs } => ({
  fromMs: beginMs - SLOT_MS,
  toMs: beginMs,
});

interface RowContext {
  readonly baselineKw: number | null;
  readonly inputs: EventResultInputs;
}

const rowOf = (interval: EventInterval, { baselineKw, inputs }: RowContext): IntervalResult => {
  const { nowMs, measurements, maxHoldMs = DEFAULT_MAX_HOLD_MS, capKwOf = statedCapKw } = inputs;
  const { id, startMs } = interval;
  const begun = nowMs > startMs;
  const endMs = interval.endMs ?? Math.max(nowMs, startMs);
  const untilMs = begun ? Math.min(nowMs, endMs) : endMs;
  const lengthHours = hours(untilMs - startMs);
  const capKw = capKwOf(interval);
  const baselineKwh = baselineKw === null ? null : baselineKw * lengthHours;
  const measuredKwh = begun
    ? energyKwhBetween(measurements, { fromMs: startMs, toMs: untilMs }, maxHoldMs)
    : null;
  return {
    id,
    startMs,
    endMs,
    baselineKwh,
    targetKwh: capKw === null ? null : capKw * lengthHours,
    measuredKwh,
    deliveredKwh: baselineKwh === null || measuredKwh === null ? null : baselineKwh - measuredKwh,
    missing: !begun
      ? "not-begun"
      : measuredKwh === null
        ? "measurements"
        : baselineKwh === null
          ? "baseline"
          : null,
    complete: interval.endMs !== null && nowMs >= interval.endMs,
  };
};

/** Of one series of measurements. */
export type SeriesResult = Pick<NodeResult, "baselineKw" | "intervals">;

/**
 * What an event brought, per interval, by one series of measurements.
 * - baseline: mean measured net import in the quarter of an hour before the event; null
 *   when it was not measured throughout.
 * - target: the cap that the event sets times the duration.
 * - delivered: baseline − measured, positive when load was reduced.
 * While an interval runs, all energies are of its part until now, so that they can be compared;
 * before it begins, baseline and target are of the whole and the rest is null. A part that was not
 * measured makes measured and delivered null: nothing is filled in. An open-ended interval ends now.
 */
export const seriesResult = (inputs: EventResultInputs): SeriesResult => {
  const { event, measurements, nowMs, maxHoldMs = DEFAULT_MAX_HOLD_MS } = inputs;
  const beginMs = beginOf(event);
  const window = beginMs === null ? null : baselineWindow(beginMs);
  const known = window !== null && window.toMs <= nowMs;
  const baselineKw = known ? meanPowerKw(measurements, window, maxHoldMs) : null;
  return {
    baselineKw,
    intervals: event.intervals.map((interval) => rowOf(interval, { baselineKw, inputs })),
  };
};
