import type { EpochMs } from "./units.js";

/**
 * How a station that has no word for discharge is told to give back.
 * - `negative-limit-W`, `negative-limit-A`: a limit below zero in its charging profile.
 * - `data-transfer`: a vendor's message. - `setting`: a vendor's key or variable.
 */
export const DISCHARGE_METHODS = [
  "none",
  "negative-limit-W",
  "negative-limit-A",
  "data-transfer",
  "setting",
] as const;
export type DischargeMethod = (typeof DISCHARGE_METHODS)[number];
export type DischargeWay = Exclude<DischargeMethod, "none">;

/** What a probe found last, by which way: nothing but its meter's word makes a way work. */
export const PROBE_RESULTS = [
  "untried",
  "negative-limit-W works",
  "negative-limit-A works",
  "data-transfer works",
  "setting works",
  "negative-limit-W fails",
  "negative-limit-A fails",
  "data-transfer fails",
  "setting fails",
] as const;
export type ProbeResult = (typeof PROBE_RESULTS)[number];

export const probeResult = (way: DischargeWay, works: boolean): ProbeResult =>
  works ? `${way} works` : `${way} fails`;

/** Told beside the profile, one value at a time, which holds until the next. */
export const isToldAside = (way: DischargeMethod): boolean => way === "data-transfer" || way === "setting";

/** A small discharge that is asked to see whether it comes. */
export interface DischargeProbe {
  readonly way: DischargeWay;
  /** Asked of the car, > 0. */
  readonly powerKw: number;
  readonly sinceMs: EpochMs;
  /** It ends there by itself, whatever becomes of us. */
  readonly endMs: EpochMs;
}
