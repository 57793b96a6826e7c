import { asUsed, minimumKw, ratedKw } from "../domain/draw.js";
import { type Horizon, slotAt, slotCount } from "../domain/horizon.js";
import type { Plan, SessionPlan } from "../domain/plan.js";
import { MOST_PENALTY, type ProblemSession } from "../domain/problem.js";
import { type EpochMs, hours, MINUTE_MS, SLOT_MS } from "../domain/units.js";
import type { FormulationInput } from "./formulate.js";
import { DEFAULT_EFFICIENCY, type ResolvedNeed, resolveNeed } from "./needs.js";
import { withOlderDischarge } from "./older-discharge.js";
import type { OutsideNodes } from "./outside-limits.js";
import { phasesOf } from "./phases.js";
import type { PresentCar } from "./present-cars.js";
import { meterAbove } from "./tree.js";

/** Needs below this are priced as if they were this large, so that no price exceeds the limits' slack. */
const SMALLEST_PRICED_NEED_KWH = 2;
/** A car that leaves within this cannot be steered any more; it keeps one slot. */
const SHORTEST_STAY_MS = MINUTE_MS;

type PlacedInput = FormulationInput & { readonly outside: OutsideNodes };

interface NeedyCar extends PresentCar {
  readonly need: ResolvedNeed;
}

/** The cars with what is planned for each, after driver, car and site have been heard. */
export const withNeeds = (
  { site, horizon, nowMs, defaultsOf }: FormulationInput,
  cars: readonly PresentCar[],
): NeedyCar[] =>
  cars.map((car) => {
    const defaults = defaultsOf.get(car.session.id) ?? {
      departureMs: horizon.endMs,
      energyNeedKwh: site.defaults.energyNeedKwh,
    };
    return { ...car, need: withOlderDischarge(resolveNeed(car.session, defaults, nowMs), car) };
  });

/** `wholeNeedPrice` is that of one whole need left unmet, the same for a small and a large one. */
export const formulateSessions = (
  input: PlacedInput,
  cars: readonly NeedyCar[],
  wholeNeedPrice: number,
): ProblemSession[] => cars.map((car) => formulateSession(input, car, wholeNeedPrice));

const formulateSession = (input: PlacedInput, car: NeedyCar, wholeNeedPrice: number): ProblemSession => {
  const { site, horizon } = input;
  const { need } = car;
  const powers = powerRange(car, need);
  const departsAfterHorizon = need.departureMs > horizon.endMs;
  return {
    id: car.session.id,
    nodeId: input.outside.nodeOf(car.station, car.config.evseId),
    firstSlot: 0,
    endSlot: endSlotOf(horizon, need.departureMs),
    ...powers,
    ...energyRange(need, powers.minChargeKw),
    reserveKwh: reserveKwh(need, powers.minChargeKw),
    taper: null,
    wearPerKwh: site.wearPerKwh,
    salvagePerKwh: salvage(input, car),
    shortfallPerPercent: shortfallPerPercent(need, wholeNeedPrice),
    departsAfterHorizon,
    urgency: need.chargeNow ? "now" : "normal",
    ...phasesOf(car),
  };
};

const powerRange = (car: PresentCar, need: ResolvedNeed) => {
  const config = asUsed(car.config, car.evse);
  const maxChargeKw = Math.min(
    ratedKw(config),
    need.maxChargeKw ?? Infinity,
    // A limit of others that leaves less than the least power may be lifted any time: it is asked for again.
    Math.max(car.evse.heldAtKw ?? Infinity, minimumKw(config)),
  );
  const minimum = Math.min(minimumKw(config), maxChargeKw);
  const maxDischargeKw = Math.min(config.maxDischargeKw, need.maxDischargeKw);
  return {
    minChargeKw: minimum,
    maxChargeKw,
    minDischargeKw: Math.min(minimum, maxDischargeKw),
    maxDischargeKw,
    maxDischargeKwh: need.dischargeLeftKwh,
  };
};

/**
 * An unknown battery is an energy request: what is still wanted, at the port, without losses. It may be
 * passed by a slot at the port's minimum: less cannot be charged, and the car itself stops when full.
 */
const energyRange = (need: ResolvedNeed, minChargeKw: number) =>
  need.battery === null
    ? {
        chargeEfficiency: 1,
        dischargeEfficiency: 1,
        capacityKwh: need.energyToGoKwh + minChargeKw * hours(SLOT_MS),
        initialKwh: 0,
        targetKwh: need.energyToGoKwh,
      }
    : {
        chargeEfficiency: DEFAULT_EFFICIENCY,
        dischargeEfficiency: DEFAULT_EFFICIENCY,
        capacityKwh: need.battery.capacityKwh,
        initialKwh: need.battery.energyKwh,
        targetKwh: need.battery.targetKwh,
      };

/**
 * The reserve; what the car holds where it lacks less than a slot at least power brings. Meters and
 * losses leave a car that sold down to its reserve a little below it, and buying that back at once, at
 * the dear price it sold at, helps nobody: it is not discharged any further, and charges when it pays.
 */
const reserveKwh = ({ battery, reserveKwh: wanted }: ResolvedNeed, minChargeKw: number): number => {
  if (battery === null) return wanted;
  const lacking = wanted - battery.energyKwh;
  const least = minChargeKw * hours(SLOT_MS) * DEFAULT_EFFICIENCY;
  return lacking > 0 && lacking < least ? battery.energyKwh : wanted;
};

/** The last slot must end by the departure: energy after it would come too late. */
const endSlotOf = (horizon: Horizon, departureMs: EpochMs): number => {
  if (departureMs >= horizon.endMs) return slotCount(horizon);
  const slot = slotAt(horizon, departureMs + SHORTEST_STAY_MS);
  return Math.max(1, slot === -1 ? slotCount(horizon) : slot);
};

/** Energy beyond the target is worth at most the cheapest future price, and nothing when that is negative. */
const salvage = ({ signals, site }: FormulationInput, { need, station }: NeedyCar): number => {
  if (need.battery === null) return 0;
  const prices = signals.prices.get(meterAbove(site, station.nodeId)?.id ?? "")?.buyPerKwh;
  return prices === undefined || prices.length === 0 ? 0 : Math.max(0, Math.min(...prices)) * 0.5;
};

/** The optimizer takes a percent of what is still to be stored, of at least one kWh; the price per kWh stays. */
const shortfallPerPercent = (need: ResolvedNeed, wholeNeedPrice: number): number => {
  const perKwh = wholeNeedPrice / Math.max(need.energyNeedKwh, SMALLEST_PRICED_NEED_KWH);
  const stored = need.battery === null ? need.energyToGoKwh : need.battery.targetKwh - need.battery.energyKwh;
  return Math.min((perKwh * Math.max(1, stored)) / 100, MOST_PENALTY);
};

/** The plan in force laid on the new horizon, for the small price on change; of sessions and storages. */
export const previousPowers = (
  plan: Plan | null,
  planned: readonly { readonly id: string }[],
  horizon: Horizon,
) => {
  if (plan === null) return null;
  const known = new Map<string, Powers>([
    ...plan.sessions.map((session) => [session.sessionId, session] as const),
    ...(plan.storages ?? []).map((storage) => [storage.storageId, storage] as const),
  ]);
  return planned.flatMap(({ id }) => {
    const before = known.get(id);
    return before === undefined ? [] : [{ sessionId: id, powerKw: laidOn(before, plan.horizon, horizon) }];
  });
};

type Powers = Pick<SessionPlan, "chargeKw" | "dischargeKw">;

const laidOn = (planned: Powers, from: Horizon, to: Horizon): number[] =>
  to.startsMs.map((startMs) => {
    const slot = slotAt(from, startMs);
    return slot === -1 ? 0 : (planned.chargeKw[slot] ?? 0) - (planned.dischargeKw[slot] ?? 0);
  });
