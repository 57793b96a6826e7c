import type { EvseState } from "../domain/fleet.js";
import { type EpochMs, MAX_HOLD_MS } from "../domain/units.js";
import { toleranceKw } from "./following.js";

/**
 * What an EVSE gives back as its own meter showed last in its session, ≥ 0, kW. A profile that discharges was
 * confirmed, and the car may still wait: its station's clock is behind and nobody knows that yet, its battery has
 * nothing to give, or it does not follow.
 */
export const shownBackKw = ({ session, sample, openedMs }: EvseState, nowMs: EpochMs): number => {
  if (session === null || sample === null || nowMs - sample.atMs > MAX_HOLD_MS) return 0;
  return sample.atMs < Math.min(session.startedMs, openedMs ?? session.startedMs)
    ? 0
    : Math.max(0, -sample.powerKw);
};

/**
 * The most that an EVSE draws where its schedules allow `boundKw`: below zero only as far as its meter shows it, but for
 * what is meter error.
 */
export const reliedOnKw = (boundKw: number, evse: EvseState | null, nowMs: EpochMs): number => {
  if (boundKw >= 0) return boundKw;
  const shownKw = evse === null ? 0 : shownBackKw(evse, nowMs);
  return shownKw >= -boundKw - toleranceKw(boundKw) && shownKw > 0 ? boundKw : -shownKw;
};
