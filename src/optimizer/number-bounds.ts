import { MOST_POWER_KW } from "../domain/bounds.js";

/**
 * Edges hold every number to its bound (domain/bounds); what the core sums and weighs from such numbers may be
 * some times as large. Beyond these it is a wrong unit, and more than 64 bits tell apart beside a cent.
 */
export const MOST_KW = 10 * MOST_POWER_KW;

/** Boxes of powers are so much wider than what can be reached, so that no dual ever sits on them, kW. */
export const MARGIN_KW = 1;

/** An efficiency below is a wrong unit: of what goes in, next to nothing would be left. */
export const LEAST_EFFICIENCY = 0.01;

/** Energy may exceed the capacity by rounding of meters, relative and in kWh. */
const CAPACITY_TOLERANCE = 1e-6;

/** Most that may be said to be in a battery, kWh. */
export const mostStoredKwh = (capacityKwh: number): number =>
  capacityKwh * (1 + CAPACITY_TOLERANCE) + CAPACITY_TOLERANCE;
