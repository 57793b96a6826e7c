import { ratedKw } from "../domain/draw.js";
import type { Session } from "../domain/session.js";
import type { Site } from "../domain/site.js";
import { type EpochMs, hours, SLOT_MS } from "../domain/units.js";
import { resolveNeed } from "../planning/needs.js";
import { meterAbove, meterOfStation } from "../planning/tree.js";
import type { SiteMemory } from "./cycle.js";
import { defaultsFor } from "./site-defaults.js";
import type { SiteHistory } from "./history.js";

export const maxChargeKw = (site: Site, session: Session): number => {
  const station = site.stations.find(({ id }) => id === session.stationId);
  const config = station?.evses.find(({ evseId }) => evseId === session.evseId);
  return Math.min(config === undefined ? 0 : ratedKw(config), session.needs?.maxChargeKw ?? Infinity);
};

/** The meter whose prices stand for the site's: that of its first station. */
export const shownMeterId = (site: Site): string | null => {
  const [first] = site.stations;
  return (first === undefined ? site.meteringPoints[0] : meterAbove(site, first.nodeId))?.id ?? null;
};

/** Base load less PV by quarter of an hour, kWh, where a meter sees both: at the root. */
export const backgroundKwh = (
  site: Site,
  history: SiteHistory,
  meterId: string | null,
): ReadonlyMap<EpochMs, number> =>
  meterId !== null && meterId === meterAbove(site, site.rootNodeId)?.id
    ? new Map(
        history.means(0, 0).map(({ startMs, baseKw, pvKw }) => [startMs, (baseKw - pvKw) * hours(SLOT_MS)]),
      )
    : new Map();

/** Lowest price at which a session's car can still buy before it leaves; null before the first plan. */
export const cheapestToCome = (
  site: Site,
  { plan, signals }: SiteMemory,
  session: Session,
  nowMs: EpochMs,
): number | null => {
  const prices = signals?.prices.get(meterOfStation(site, session.stationId)?.id ?? "")?.buyPerKwh;
  if (plan === null || prices === undefined) return null;
  const { departureMs } = resolveNeed(session, defaultsFor(site, session.startedMs), nowMs);
  const before = prices.filter((_, slot) => (plan.horizon.startsMs[slot] ?? Infinity) < departureMs);
  return before.length === 0 ? null : Math.min(...before);
};
