import type { ProblemNode } from "../domain/problem.js";

/**
 * What the square of a node's net power and of its change against the plan in force cost in a slot, money per
 * hour: square·net² + linear·net + constant.
 */
export interface NetCost {
  readonly square: number;
  readonly linear: number;
  readonly constant: number;
}

/** f·net² + w·(net − in force)². */
export const netCost = ({ flatteningPerKw2h, smoothChange }: ProblemNode, slot: number): NetCost => {
  const inForceKw = smoothChange?.inForceKw[slot] ?? null;
  const weight = inForceKw === null ? 0 : (smoothChange?.perKw2h ?? 0);
  const kw = inForceKw ?? 0;
  return { square: flatteningPerKw2h + weight, linear: -2 * weight * kw, constant: weight * kw * kw };
};

/** Whether a node's net power costs by a square in any slot. */
export const isSquared = ({ flatteningPerKw2h, smoothChange }: ProblemNode): boolean =>
  flatteningPerKw2h > 0 || (smoothChange?.perKw2h ?? 0) > 0;

/** The largest slope of its squares while net power is within ± a power, money per kWh. */
export const steepestSlope = ({ flatteningPerKw2h, smoothChange }: ProblemNode, mostKw: number): number => {
  const furthestKw = (smoothChange?.inForceKw ?? []).reduce<number>(
    (most, kw) => Math.max(most, Math.abs(kw ?? 0)),
    0,
  );
  return 2 * flatteningPerKw2h * mostKw + 2 * (smoothChange?.perKw2h ?? 0) * (mostKw + furthestKw);
};
