import { type EpochMs, hours, MAX_HOLD_MS } from "../domain/units.js";

/** Measured power at a moment; it holds until the next, as a step function. */
export interface PowerSample {
  readonly atMs: EpochMs;
  readonly powerKw: number;
}

/** A stretch of time with one power. */
export interface PowerStep {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly powerKw: number;
}

/** How long a measurement may hold before the time after it counts as a gap. */
export const DEFAULT_MAX_HOLD_MS = MAX_HOLD_MS;

export interface Span {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

const inOrder = (samples: readonly PowerSample[]): readonly PowerSample[] =>
  samples.every((sample, index) => (samples[index - 1]?.atMs ?? -Infinity) <= sample.atMs)
    ? samples
    : samples.toSorted((a, b) => a.atMs - b.atMs);

/** The steps of a measured power within [fromMs, toMs); what was not measured has none. */
const stepsBetween = (
  samples: readonly PowerSample[],
  { fromMs, toMs }: Span,
  maxHoldMs: number,
): PowerStep[] => {
  const ordered = inOrder(samples);
  return ordered.flatMap(({ atMs, powerKw }, index) => {
    const startMs = Math.max(atMs, fromMs);
    const endMs = Math.min(ordered[index + 1]?.atMs ?? Infinity, atMs + maxHoldMs, toMs);
    return startMs < endMs ? [{ startMs, endMs, powerKw }] : [];
  });
};

/** Time of [fromMs, toMs) without a step; the steps lie within it, in order. */
const gapMsOf = (steps: readonly PowerStep[], { fromMs, toMs }: Span): number => {
  let [coveredMs, gapMs] = [fromMs, 0];
  for (const { startMs, endMs } of steps) {
    gapMs += startMs - coveredMs;
    coveredMs = endMs;
  }
  return gapMs + Math.max(0, toMs - coveredMs);
};

/** Energy of steps, kWh. Summed in kW·ms and divided once: whole numbers add up without rounding. */
export const energyOf = (steps: readonly PowerStep[]): number => {
  let kwMs = 0;
  for (const { startMs, endMs, powerKw } of steps) kwMs += powerKw * (endMs - startMs);
  return hours(kwMs);
};

/** What of a span was measured: the energy of that part, kWh, and the time that was not. */
export interface MeasuredPart {
  readonly energyKwh: number;
  readonly gapMs: number;
}

/**
 * Energy of a measured power in [fromMs, toMs), exact for a step function: each value holds until the
 * next, but no longer than `maxHoldMs`. A gap is never filled in: it has no energy and counts as gap.
 */
export const measuredPart = (
  samples: readonly PowerSample[],
  span: Span,
  maxHoldMs: number = DEFAULT_MAX_HOLD_MS,
): MeasuredPart => {
  const steps = stepsBetween(samples, span, maxHoldMs);
  return { energyKwh: energyOf(steps), gapMs: gapMsOf(steps, span) };
};
