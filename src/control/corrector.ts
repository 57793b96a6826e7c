import { correctionsOf, type CorrectableCar, type SiteAim } from "../dispatch/corrections.js";
import { sumsBelow } from "../dispatch/bounds.js";
import { carKw, correctionSchedule, isRefreshDue } from "../dispatch/correction-schedule.js";
import { asUsed, minimumKw, ratedKw } from "../domain/draw.js";
import type { EvseState, StationCapabilities } from "../domain/fleet.js";
import type { Site } from "../domain/site.js";
import { CORRECTION_SLACK_MS, type Schedule } from "../domain/schedule.js";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../domain/units.js";
import { resolveNeed } from "../planning/needs.js";
import { type PresentCar, presentCars } from "../planning/present-cars.js";
import { capabilitiesOf } from "./capabilities.js";
import type { SiteMemory, SiteParts } from "./cycle.js";
import { defaultsFor } from "./site-defaults.js";
import { guardsOf } from "./guards.js";
import { sendCorrection } from "./sending.js";
import { dispatchEvsesOf } from "./transport.js";

/** A measurement older than this corrects nothing. */
const FRESH_MS = MINUTE_MS;
/** A car follows within this (IEC 61851-1): a site measured later than that after it was told has it in already. */
const FOLLOWED_MS = 5 * SECOND_MS;
/** A car changes its power by half its rating at a time. */
const RAMP_SHARE = 0.5;
/** A battery is not discharged by a correction unless it holds this much more than its reserve. */
const SPARE_KWH = 0.5;

export interface CorrectedSite {
  readonly site: Site;
  readonly memory: SiteMemory;
  limitKw(nowMs: EpochMs): number | null;
}

/** A car that takes corrections, as it stands. */
interface Corrected {
  readonly car: PresentCar;
  readonly planned: Schedule;
  readonly last: Schedule | null;
  readonly asSeen: CorrectableCar;
  readonly capabilities: StationCapabilities;
}

/**
 * Between two plans, at each measurement of the site: tells cars whose stations take corrections (OCPP 2.1
 * Dynamic profiles) to make room at once, and lets them back to the plan where there is room. What is told
 * ends by itself where it is not told again.
 */
export const correctSite = async (parts: SiteParts, run: CorrectedSite): Promise<void> => {
  const nowMs = parts.clock.now();
  const aim = aimOf(parts, run, nowMs);
  if (aim === null || !parts.settings.steer) return;
  const measuredMs = run.memory.baseMemory.siteImport?.atMs ?? nowMs;
  const cars = correctable(parts, run.site, { nowMs, measuredMs });
  const told = new Map(
    correctionsOf(
      cars.map(({ asSeen }) => asSeen),
      aim,
    ).map(({ id, powerKw }) => [id, powerKw]),
  );
  await Promise.all(
    cars.map(async (one) => {
      const powerKw = told.get(one.asSeen.id) ?? refreshed(one, nowMs);
      if (powerKw === null || !isReady(one, nowMs)) return;
      const { car, planned, capabilities } = one;
      const schedule = correctionSchedule({ ...car, planned, capabilities, powerKw, nowMs });
      await sendCorrection(parts, schedule, one.last !== null && car.evse.correctionRefused !== true);
    }),
  );
};

const aimOf = (parts: SiteParts, run: CorrectedSite, nowMs: EpochMs): SiteAim | null => {
  const { site, memory } = run;
  const measured = memory.baseMemory.siteImport;
  if (measured === null || nowMs - measured.atMs > FRESH_MS) return null;
  const root = site.nodes.find(({ id }) => id === site.rootNodeId);
  return {
    importKw: measured.powerKw,
    importLimitKw: run.limitKw(nowMs),
    exportLimitKw: root?.exportLimitKw ?? null,
    dischargeRoomKw: dischargeRoomKw(parts, run, nowMs),
  };
};

/** The least that any limited node still lets cars give back now, beyond what they may give back already. */
const dischargeRoomKw = (
  { keeper, storages }: SiteParts,
  { site, memory: { plan, signals, base } }: CorrectedSite,
  nowMs: EpochMs,
): number => {
  if (plan === null || signals === null || base === null) return 0;
  const { horizon } = plan;
  const given = { site, fleet: keeper.state, horizon, plan, signals, base };
  const around = { ...given, storages: storages.situations(), timesMs: [nowMs] };
  const all = dispatchEvsesOf(site, keeper.state);
  const rooms = guardsOf(around)
    .filter(({ counts }) => counts === "discharge")
    .flatMap((guard) => {
      const sums = sumsBelow(guard, all);
      return guard.headroomKw.map((kw, t) => kw - (sums[t] ?? 0));
    });
  return Math.max(0, Math.min(Infinity, ...rooms));
};

interface Moments {
  readonly nowMs: EpochMs;
  /** When the site was measured. */
  readonly measuredMs: EpochMs;
}

const correctable = (parts: SiteParts, site: Site, moments: Moments): Corrected[] => {
  const { nowMs } = moments;
  const fleet = parts.keeper.state;
  return presentCars({ site, fleet }).steered.flatMap((car): Corrected[] => {
    const capabilities = capabilitiesOf(fleet, car.station.id);
    const { held, sending, priority } = car.evse;
    const takes = capabilities.dynamicProfiles === true && capabilities.maxStackLevel > 0;
    if (!takes || held === null || sending !== null || priority.active) return [];
    const plannedKw = carKw(held, car, nowMs);
    if (plannedKw === null) return [];
    const last = lastCorrection(car.evse, nowMs);
    const asSeen = seenCar({ car, site, capabilities, ...moments }, { plannedKw, last });
    return [{ car, planned: held, last, asSeen, capabilities }];
  });
};

/** The last that it was told and that its dead-man's switch has not ended. */
const lastCorrection = ({ corrections }: EvseState, nowMs: EpochMs): Schedule | null =>
  corrections.findLast(({ endMs }) => endMs - CORRECTION_SLACK_MS > nowMs) ?? null;

interface Seen extends Moments {
  readonly car: PresentCar;
  readonly site: Site;
  readonly capabilities: StationCapabilities;
}

const seenCar = (
  { car, site, capabilities, nowMs, measuredMs }: Seen,
  { plannedKw, last }: { readonly plannedKw: number; readonly last: Schedule | null },
): CorrectableCar => {
  const { session, evse } = car;
  const config = asUsed(car.config, evse);
  const toldKw = (last === null ? null : carKw(last, car, nowMs)) ?? plannedKw;
  const need = resolveNeed(session, defaultsFor(site, session.startedMs), nowMs);
  const spares = need.battery !== null && need.battery.energyKwh > need.reserveKwh + SPARE_KWH;
  const mayDischarge = capabilities.dischargeSetpoint && spares && !need.chargeNow;
  const leastKw = mayDischarge ? -Math.min(config.maxDischargeKw, need.maxDischargeKw) : 0;
  const { sample, toldMs } = evse;
  const isUnseen =
    sample !== null && toldMs !== null && sample.atMs < toldMs && measuredMs < toldMs + FOLLOWED_MS;
  return {
    id: `${session.stationId}/${session.evseId}`,
    plannedKw,
    toldKw,
    leastKw: Math.min(leastKw, plannedKw, 0),
    minimumKw: minimumKw(config),
    unseenKw: isUnseen ? toldKw - sample.powerKw : 0,
    urgent: need.chargeNow,
    rampKw: Math.max(minimumKw(config), RAMP_SHARE * ratedKw(config)),
  };
};

/** A correction that still corrects something is told again before its dead-man's switch ends it. */
const refreshed = ({ last, planned, asSeen }: Corrected, nowMs: EpochMs): number | null =>
  last !== null && isRefreshDue(last, planned, nowMs) ? asSeen.toldKw : null;

/** A station says how often it will be told something new. */
const isReady = ({ car, capabilities }: Corrected, nowMs: EpochMs): boolean =>
  nowMs - (car.evse.toldMs ?? -Infinity) >= (capabilities.updateRateLimitS ?? 0) * SECOND_MS;
