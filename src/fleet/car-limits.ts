import { scheduledKw } from "../domain/draw.js";
import type { CarSchedule, EvseState, LimitStep } from "../domain/fleet.js";

/** A difference from what was offered below this is the car's rounding, kW. */
const ROUNDING_KW = 0.3;

/**
 * What a car limits of its own accord, beside the schedule that it was offered: where it will do as it was
 * told it limits nothing, so that a later plan may offer it more.
 */
export const ownLimits = ({ held }: Pick<EvseState, "held">, told: CarSchedule): CarSchedule => {
  const steps = changesOf(held, told).map((startMs): LimitStep => {
    const own = told.steps.findLast((step) => step.startMs <= startMs);
    const offeredKw = held === null ? null : scheduledKw(held, startMs);
    const [chargeKw, dischargeKw] = [own?.chargeKw ?? null, own?.dischargeKw ?? null];
    if (offeredKw === null) return { startMs, chargeKw, dischargeKw };
    return {
      startMs,
      chargeKw: chargeKw !== null && chargeKw < offeredKw - ROUNDING_KW ? chargeKw : null,
      dischargeKw: dischargeKw !== null && dischargeKw < -offeredKw - ROUNDING_KW ? dischargeKw : null,
    };
  });
  return { steps, endMs: told.endMs };
};

/** Whether a car means to draw or give back more than it was offered at some moment. */
export const exceedsOffer = ({ held }: Pick<EvseState, "held">, told: CarSchedule): boolean =>
  changesOf(held, told).some((atMs) => {
    const own = told.steps.findLast(({ startMs }) => startMs <= atMs);
    const offeredKw = held === null ? null : scheduledKw(held, atMs);
    if (own === undefined || offeredKw === null) return false;
    const { chargeKw, dischargeKw } = own;
    return isMore(chargeKw, offeredKw) || isMore(dischargeKw, -offeredKw);
  });

const isMore = (kw: number | null, mostKw: number): boolean =>
  kw !== null && kw > Math.max(0, mostKw) + ROUNDING_KW;

/** The moments at which either changes, while the car's own lasts. */
const changesOf = (held: EvseState["held"], { steps, endMs }: CarSchedule): number[] => {
  const changes = [...steps, ...(held?.periods ?? [])].map(({ startMs }) => startMs);
  return [...new Set(changes)].filter((atMs) => atMs < endMs).sort((a, b) => a - b);
};
