import type { EventInterval, GridEvent } from "../domain/signal.js";
import type { IntervalResult, NodeResult } from "../domain/views.js";
import { type EpochMs, hours, SLOT_MS } from "../domain/units.js";
import { measuredPart, type MeasuredPart, type PowerSample, type Span } from "./energy.js";

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
export const baselineWindow = (beginMs: EpochMs): Span => ({
  fromMs: beginMs - SLOT_MS,
  toMs: beginMs,
});

const partOf = (span: Span, { measurements, maxHoldMs }: EventResultInputs): MeasuredPart =>
  measuredPart(measurements, span, maxHoldMs);

/** Less than half of a quarter of an hour does not tell its mean. */
const LARGEST_BASELINE_GAP_MS = SLOT_MS / 2;

const baselineOf = (inputs: EventResultInputs): number | null => {
  const beginMs = beginOf(inputs.event);
  if (beginMs === null || beginMs > inputs.nowMs) return null;
  const { energyKwh, gapMs } = partOf(baselineWindow(beginMs), inputs);
  return gapMs > LARGEST_BASELINE_GAP_MS ? null : energyKwh / hours(SLOT_MS - gapMs);
};

interface RowContext {
  readonly baselineKw: number | null;
  readonly inputs: EventResultInputs;
}

const rowOf = (interval: EventInterval, { baselineKw, inputs }: RowContext): IntervalResult => {
  const { nowMs, capKwOf = statedCapKw } = inputs;
  const { id, startMs } = interval;
  const begun = nowMs > startMs;
  const endMs = interval.endMs ?? Math.max(nowMs, startMs);
  const untilMs = begun ? Math.min(nowMs, endMs) : endMs;
  const lengthMs = untilMs - startMs;
  const part = begun ? partOf({ fromMs: startMs, toMs: untilMs }, inputs) : null;
  const measuredKwh = part !== null && part.gapMs < lengthMs ? part.energyKwh : null;
  const comparedHours = hours(lengthMs - (measuredKwh === null ? 0 : (part?.gapMs ?? 0)));
  const capKw = capKwOf(interval);
  const baselineKwh = baselineKw === null ? null : baselineKw * comparedHours;
  return {
    id,
    startMs,
    endMs,
    baselineKwh,
    targetKwh: capKw === null ? null : capKw * comparedHours,
    measuredKwh,
    deliveredKwh: baselineKwh === null || measuredKwh === null ? null : baselineKwh - measuredKwh,
    gapMs: part?.gapMs ?? 0,
    missing: missingOf({ part, measuredKwh, baselineKw }),
    complete: interval.endMs !== null && nowMs >= interval.endMs,
  };
};

interface Known {
  readonly part: MeasuredPart | null;
  readonly measuredKwh: number | null;
  readonly baselineKw: number | null;
}

/** What hides the most comes first; a gap hides its own time alone. */
const missingOf = ({ part, measuredKwh, baselineKw }: Known): IntervalResult["missing"] => {
  if (part === null) return "not-begun";
  if (measuredKwh === null) return "measurements";
  if (baselineKw === null) return "baseline";
  return part.gapMs > 0 ? "measurements" : null;
};

/** Of one series of measurements. */
export type SeriesResult = Pick<NodeResult, "baselineKw" | "intervals">;

/**
 * What an event brought, per interval, by one series of measurements.
 * - baseline: mean measured net import in the quarter of an hour before the event, of the part of it
 *   that was measured; null when that is less than half.
 * - target: the cap that the event sets times the duration.
 * - delivered: baseline − measured, positive when load was reduced.
 * All energies of an interval are of the same time, so that they can be compared: while it runs of its
 * part until now, and of that what was measured. Nothing is filled in; `gapMs` is left out of all. Where
 * nothing was measured, and before it begins, baseline and target are of the whole and the rest is null.
 * An open-ended interval ends now.
 */
export const seriesResult = (inputs: EventResultInputs): SeriesResult => {
  const baselineKw = baselineOf(inputs);
  return {
    baselineKw,
    intervals: inputs.event.intervals.map((interval) => rowOf(interval, { baselineKw, inputs })),
  };
};
