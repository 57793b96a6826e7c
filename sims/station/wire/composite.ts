import { phasesUsed } from "../model.js";
import type { StationOperations } from "../uplink.js";

export interface CompositeEntry {
  readonly startPeriod: number;
  /** Signed; amperes in steps of 0.1, watts whole. */
  readonly value: number;
}

export interface Composite {
  readonly startMs: number;
  readonly unit: "A" | "W";
  readonly phases: 1 | 3;
  readonly entries: readonly CompositeEntry[];
}

/** The composite schedule from now on in the wanted unit; discharge is told in watts. */
export const compositeIn = (operations: StationOperations, durationS: number, wanted: unknown): Composite => {
  const model = operations.model();
  const startMs = Math.floor(operations.now() / 1000) * 1000;
  const periods = operations.composite(durationS);
  const unit = wanted === "W" || periods.some(({ powerKw }) => powerKw < 0) ? "W" : "A";
  const phases = phasesUsed(model);
  const value = (powerKw: number): number =>
    unit === "W"
      ? Math.round(powerKw * 1000)
      : Math.round((powerKw * 10_000) / (model.evse.voltageV * phases)) / 10;
  return {
    startMs,
    unit,
    phases,
    entries: periods.map((period) => ({
      startPeriod: Math.max(0, Math.round((period.startMs - startMs) / 1000)),
      value: value(period.powerKw),
    })),
  };
};
