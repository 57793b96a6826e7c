import { asUsed, ratedKw } from "../domain/draw.js";
import type { EvseState } from "../domain/fleet.js";
import { LEAST_SHORTFALL_KWH, type SessionPlan, type ShortfallCause } from "../domain/plan.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, hours } from "../domain/units.js";
import { DEFAULT_EFFICIENCY, type ResolvedNeed } from "./needs.js";

/** Energy that will be missing at departure, at the port, and what takes the largest part of it. */
export interface Shortfall {
  readonly kwh: number;
  readonly cause: ShortfallCause;
}

export interface ShortfallInput {
  readonly need: ResolvedNeed;
  /** Most power of pile and car. */
  readonly maxChargeKw: number;
  /** What is planned for the session; null: no plan yet for what is wanted now. */
  readonly planned: SessionPlan | null;
  readonly nowMs: EpochMs;
}

/** Most power of pile and car, kW. */
export const mostChargeKw = (config: EvseConfig, evse: EvseState, need: ResolvedNeed): number =>
  Math.min(ratedKw(asUsed(config, evse)), need.maxChargeKw ?? Infinity);

/**
 * What will be missing at departure: at once what the battery cannot hold and what full power cannot bring
 * until then, and by the plan what limits keep back besides. null: next to nothing, or the car was to have
 * left already.
 */
export const expectedShortfall = ({
  need,
  maxChargeKw,
  planned,
  nowMs,
}: ShortfallInput): Shortfall | null => {
  if (need.overdue) return null;
  const { beyondBatteryKwh } = need;
  const stayKwh = Math.max(0, need.energyToGoKwh - maxChargeKw * hours(need.departureMs - nowMs));
  const plannedKwh = atPort(need, planned);
  const kwh = beyondBatteryKwh + Math.max(stayKwh, plannedKwh);
  if (kwh < LEAST_SHORTFALL_KWH) return null;
  if (plannedKwh > stayKwh && plannedKwh >= beyondBatteryKwh && planned?.shortfallCause != null)
    return { kwh, cause: causeAtPort(need, planned.shortfallCause) };
  if (stayKwh >= LEAST_SHORTFALL_KWH) return { kwh, cause: { key: "stay-too-short", maxChargeKw } };
  return { kwh, cause: { key: "battery-too-small", capacityKwh: need.battery?.capacityKwh ?? 0 } };
};

/** The plan counts in the battery, and a target of no more than it holds. */
const atPort = ({ battery }: ResolvedNeed, planned: SessionPlan | null): number =>
  planned === null || planned.shortfallCause === null ? 0 : planned.shortfallKwh / efficiencyOf(battery);

const efficiencyOf = (battery: ResolvedNeed["battery"]): number =>
  battery === null ? 1 : DEFAULT_EFFICIENCY;

const causeAtPort = ({ battery }: ResolvedNeed, cause: ShortfallCause): ShortfallCause =>
  cause.key === "stay-too-short" && cause.besides !== undefined
    ? { ...cause, besides: { ...cause.besides, kwh: cause.besides.kwh / efficiencyOf(battery) } }
    : cause;
