import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { SiteDefaults } from "../planning/needs.js";
import { nextLocalTimeMs } from "../signals/calendar.js";
import { evsesOf } from "./base-observer.js";
import type { FleetKeeper } from "./fleet-keeper.js";

/** What a silent driver of each running session is taken to want. */
export const siteDefaults = (
  site: Site,
  { keeper }: { readonly keeper: FleetKeeper },
): Map<string, SiteDefaults> =>
  new Map(
    evsesOf(site, keeper.state).flatMap(({ session }) =>
      session === null ? [] : [[session.id, defaultsFor(site, session.startedMs)] as const],
    ),
  );

export const defaultsFor = (site: Site, startedMs: EpochMs): SiteDefaults => ({
  departureMs: nextLocalTimeMs(startedMs, site.defaults.departureTime, site.timeZone),
  energyNeedKwh: site.defaults.energyNeedKwh,
});
