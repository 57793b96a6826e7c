import { type EpochMs, hours } from "../domain/units.js";

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
export const DEFAULT_MAX_HOLD_MS = 15 * 60_000;

export interface Span {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

const inOrder = (samples: readonly PowerSample[]): readonly PowerSample[] =>
  samples.every((sample, index) => (samples[index - 1]?.atMs ?? -Infinity) <= sample.atMs)
    ? samples
    : samples.toSorted((a, b) => a.atMs - b.atMs);

/** The steps of a measured power within [fromMs, toMs); null when some of it was not measured. */
const stepsBetween = (
  samples: readonly PowerSample[],
  { fromMs, toMs }: Span,
  maxHoldMs: number = DEFAULT_MAX_HOLD_MS,
): PowerStep[] | null => {
  const steps: PowerStep[] = [];
  let coveredMs = fromMs;
  const ordered = inOrder(samples);
  for (const [index, { atMs, powerKw }] of ordered.entries()) {
    const nextMs = ordered[index + 1]?.atMs ?? Infinity;
    const endMs = Math.min(nextMs, atMs + maxHoldMs, toMs);
    const startMs = Math.max(atMs, fromMs);
    if (startMs >= endMs) continue;
    if (startMs > coveredMs) return null;
    steps.push({ startMs, endMs, powerKw });
    coveredMs = endMs;
  }
  return coveredMs < toMs ? null : steps;
};

/** Energy of steps, kWh. Summed in kW·ms and divided once: whole numbers add up without rounding. */
export const energyOf = (steps: readonly PowerStep[]): number => {
  let kwMs = 0;
  for (const { startMs, endMs, powerKw } of steps) kwMs += powerKw * (endMs - startMs);
  return hours(kwMs);
};

/**
 * Energy of a measured power in [fromMs, toMs), kWh, exact for a step function: each value holds
 * until the next, but no longer than `maxHoldMs`. null when any part was not measured: a gap is
 * never filled in. An empty span has no energy.
 */
export const energyKwhBetween = (
  samples: readonly PowerSample[],
  span: Span,
  maxHoldMs: number = DEFAULT_MAX_HOLD_MS,
): number | null => {
  if (span.toMs <= span.fromMs) return 0;
  const steps = stepsBetween(samples, span, maxHoldMs);
  return steps === null ? null : energyOf(steps);
};

/** Mean power in [fromMs, toMs); null when some of it was not measured. */
export const meanPowerKw = (
  samples: readonly PowerSample[],
  span: Span,
  maxHoldMs: number = DEFAULT_MAX_HOLD_MS,
): number | null => {
  const energyKwh = span.toMs > span.fromMs ? energyKwhBetween(samples, span, maxHoldMs) : null;
  return energyKwh === null ? null : energyKwh / hours(span.toMs - span.fromMs);
};
