import type { Problem } from "../../domain/problem.js";

/** Most net power with which a payment's floor is reached in a slot; null: without a floor or a baseline there. */
export const heldKw = ({ floorKw, baselineKw }: Problem["payments"][number], slot: number): number | null => {
  const from = baselineKw[slot] ?? null;
  return floorKw === null || from === null ? null : from - floorKw;
};

/** A floor is reached as limits are kept, within this, relative to the larger of 1 kW and the power that it leaves. */
const TOLERANCE = 1e-6;

export const withSlack = (kw: number): number => kw + TOLERANCE * Math.max(1, Math.abs(kw));
