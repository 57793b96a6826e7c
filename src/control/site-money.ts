import { ratedKw } from "../domain/draw.js";
import type { Session } from "../domain/session.js";
import type { Site } from "../domain/site.js";
import { type EpochMs, hours, SLOT_MS } from "../domain/units.js";
import { resolveNeed } from "../planning/needs.js";
import { defaultsFor, type SiteMemory } from "./cycle.js";
import type { SiteHistory } from "./history.js";

export const maxChargeKw = (site: Site, session: Session): number => {
  const station = site.stations.find(({ id }) => id === session.stationId);
  const config = station?.evses.find(({ evseId }) => evseId === session.evseId);
  return Math.min(config === undefined ? 0 : ratedKw(config), session.needs?.maxChargeKw ?? Infinity);
};

/** Base load less PV by quarter of an hour, kWh, where the cars are billed by a meter that sees both. */
export const backgroundKwh = (site: Site, history: SiteHistory): ReadonlyMap<EpochMs, number> =>
  site.meteringPoints[0]?.nodeId === site.rootNodeId
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
  const prices = signals?.prices.get(site.meteringPoints[0]?.id ?? "")?.buyPerKwh;
  if (plan === null || prices === undefined) return null;
  const { departureMs } = resolveNeed(session, defaultsFor(site, session.startedMs), nowMs);
  const before = prices.filter((_, slot) => (plan.horizon.startsMs[slot] ?? Infinity) < departureMs);
  return before.length === 0 ? null : Math.min(...before);
};
