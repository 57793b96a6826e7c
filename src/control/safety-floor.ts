import type { EvseState, StationState } from "../domain/fleet.js";
import { inShape } from "../domain/held-shape.js";
import type { Schedule } from "../domain/schedule.js";
import type { Site, StationConfig } from "../domain/site.js";
import { type EpochMs, HOUR_MS } from "../domain/units.js";
import { allowsTheSame, defaultQuarters, defaultSchedule } from "../planning/defaults.js";
import { withinHand } from "../planning/hand-profile.js";
import {
  isBelowStrict,
  maximumSchedule,
  prioritySchedule,
  stationRatingKw,
} from "../planning/safety-floor.js";
import { localMidnightMs } from "../signals/calendar.js";
import { capabilitiesOf } from "./capabilities.js";
import type { SiteParts } from "./cycle.js";
import { type ConfiguredEvse, configuredEvses } from "./transport.js";

/** What a station refused is told again after this. */
const REFUSED_RETRY_MS = HOUR_MS;

interface Floor {
  readonly nowMs: EpochMs;
  readonly midnightMs: EpochMs;
  readonly allowed: ReadonlyMap<string, readonly boolean[]>;
}

/**
 * What every reachable station is to hold whatever plan comes, as far as it has not confirmed what is due:
 * the default of each EVSE; of stations that know them also a profile for priority charging, so that the
 * driver's button works, and the rating of the whole station.
 */
export const missingFloor = (parts: SiteParts, site: Site, nowMs: EpochMs): Schedule[] => {
  const floor: Floor = {
    nowMs,
    midnightMs: localMidnightMs(nowMs, site.timeZone),
    allowed: defaultQuarters(site),
  };
  const evses = configuredEvses(site, parts.keeper.state).filter(({ connected }) => connected);
  return [
    ...evses.flatMap((evse) => missingDefault(parts, evse, floor)),
    ...evses.flatMap((evse) => missingPriority(parts, site, evse, floor)),
    ...site.stations.flatMap((station) => missingMaximum(parts, site, station, nowMs)),
  ];
};

const inputOf = ({ keeper }: SiteParts, { station, config }: ConfiguredEvse, floor: Floor) => ({
  station,
  evse: config,
  allowed: withinHand(
    floor.allowed.get(station.nodeId) ?? [],
    keeper.station(station.id)?.outsideLimits ?? [],
    { evse: config, midnightMs: floor.midnightMs },
  ),
  midnightMs: floor.midnightMs,
  unit: capabilitiesOf(keeper.state, station.id).rateUnit,
});

const missingDefault = (parts: SiteParts, one: ConfiguredEvse, floor: Floor): Schedule[] => {
  const { evse } = one;
  if (evse?.sendingDefault != null || isTooSoon(evse?.defaultRefusedMs, floor.nowMs)) return [];
  const capabilities = capabilitiesOf(parts.keeper.state, one.station.id);
  if (capabilities.noProfiles === true) return [];
  if (capabilities.sharesDefault === true && evse !== null && hasScheduleOfSession(evse)) return [];
  const { maxPeriods, oneValue = false } = capabilities;
  const due = inShape(defaultSchedule(inputOf(parts, one, floor)), { maxPeriods, oneValue });
  return evse?.heldDefault != null && allowsTheSame(evse.heldDefault, due) ? [] : [due];
};

/** Whether a schedule of the running session stands, or may stand, at the station. */
const hasScheduleOfSession = ({ session, held, sending, unanswered }: EvseState): boolean =>
  session !== null && (held !== null || sending !== null || unanswered.length > 0);

/** Not while it is in use: then it goes along with the plan. */
const missingPriority = (parts: SiteParts, site: Site, one: ConfiguredEvse, floor: Floor): Schedule[] => {
  const { station, evse } = one;
  const takes = capabilitiesOf(parts.keeper.state, station.id).priorityCharging === true;
  if (!takes || evse === null || evse.priority.active || isTooSoon(evse.priority.refusedMs, floor.nowMs))
    return [];
  const due = prioritySchedule(inputOf(parts, one, floor), isBelowStrict(site, station));
  const { held, others } = evse.priority;
  return held !== null && others.length === 0 && allowsTheSame(held, due) ? [] : [due];
};

const isTooSoon = (refusedMs: EpochMs | null | undefined, nowMs: EpochMs): boolean =>
  refusedMs != null && nowMs - refusedMs < REFUSED_RETRY_MS;

const missingMaximum = (
  { keeper }: SiteParts,
  site: Site,
  station: StationConfig,
  nowMs: EpochMs,
): Schedule[] => {
  const state: StationState | undefined = keeper.state.stations.get(station.id);
  const { stationMaximum = false, rateUnit: unit } = capabilitiesOf(keeper.state, station.id);
  const ratingKw = stationRatingKw(site, station);
  if (state?.connected !== true || !stationMaximum || ratingKw === null) return [];
  if (isTooSoon(state.maximumRefusedMs, nowMs)) return [];
  const due = maximumSchedule({ station, ratingKw, unit, nowMs });
  return state.heldMaximum?.periods[0]?.powerKw === due.periods[0]?.powerKw ? [] : [due];
};
