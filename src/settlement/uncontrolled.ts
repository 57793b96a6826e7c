import { type EpochMs, HOUR_MS, hours } from "../domain/units.js";
import type { PowerStep, Span } from "./energy.js";

/** What the counterfactual needs of a session. */
export interface UncontrolledSession {
  readonly startedMs: EpochMs;
  /** null: still plugged in. */
  readonly endedMs: EpochMs | null;
  readonly maxChargeKw: number;
  /** Energy wanted from plug-in on, at the grid side. */
  readonly energyNeedKwh: number;
}

/**
 * What one car would draw without any control: full power from plug-in until its need is met or it
 * leaves. null when it would draw nothing.
 */
export const uncontrolledStep = (session: UncontrolledSession): PowerStep | null => {
  const { startedMs, endedMs, maxChargeKw, energyNeedKwh } = session;
  if (maxChargeKw <= 0 || energyNeedKwh <= 0) return null;
  const fullMs = startedMs + (energyNeedKwh / maxChargeKw) * HOUR_MS;
  const endMs = Math.min(fullMs, endedMs ?? Infinity);
  return endMs > startedMs ? { startMs: startedMs, endMs, powerKw: maxChargeKw } : null;
};

/**
 * The counterfactual of a site: power of all cars if each drew full power from plug-in on. Steps in
 * order of time from the first to the last change, without overlap; outside them it is 0. Their
 * edges are real numbers of milliseconds.
 */
export const uncontrolledPowerKw = (sessions: readonly UncontrolledSession[]): PowerStep[] => {
  const steps = sessions.flatMap((session) => uncontrolledStep(session) ?? []);
  const times = [...new Set(steps.flatMap(({ startMs, endMs }) => [startMs, endMs]))].toSorted(
    (a, b) => a - b,
  );
  const curve: PowerStep[] = [];
  for (const [index, startMs] of times.slice(0, -1).entries()) {
    const endMs = times[index + 1] ?? startMs;
    // Summed anew per step: a running sum would drift by rounding over a long day.
    const powerKw = powerWithin(steps, startMs, endMs);
    curve.push({ startMs, endMs, powerKw });
  }
  return curve;
};

const powerWithin = (steps: readonly PowerStep[], startMs: EpochMs, endMs: EpochMs): number => {
  let powerKw = 0;
  for (const step of steps) if (step.startMs <= startMs && step.endMs >= endMs) powerKw += step.powerKw;
  return powerKw;
};

/** Mean of a curve over [fromMs, toMs), kW; 0 where it has no step. */
export const curveMeanKw = (curve: readonly PowerStep[], { fromMs, toMs }: Span): number => {
  let energyKwh = 0;
  for (const { startMs, endMs, powerKw } of curve) {
    const lengthMs = Math.min(endMs, toMs) - Math.max(startMs, fromMs);
    if (lengthMs > 0) energyKwh += powerKw * hours(lengthMs);
  }
  return toMs > fromMs ? energyKwh / hours(toMs - fromMs) : 0;
};
