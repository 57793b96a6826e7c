import type { Site } from "../domain/site.js";
import type { StationRow } from "../domain/views.js";
import type { Log } from "./contract.js";

/**
 * A line when it first shows that what a driver or a car asked for cannot be met, not at every plan; another
 * when something else is asked for that cannot be met either.
 */
export const createShortfallLog = (site: Site, log: Log) => {
  let told = new Map<string, string>();
  return (rows: readonly StationRow[]): void => {
    const present = new Map<string, string>();
    for (const { session } of rows) {
      if (session === null || session.preferenceSource === "site-default") continue;
      const wish = `${session.energyNeedKwh} kWh until ${session.departureMs}`;
      const before = told.get(session.id);
      if (session.shortfallCause !== null && before !== wish) {
        const { stationId, evseId, id: sessionId, shortfallCause: cause } = session;
        const shortfallKwh = Number(session.shortfallKwh.toFixed(2));
        log.warn(
          { siteId: site.id, stationId, evseId, sessionId, shortfallKwh, cause },
          "what is wanted cannot be met: planned as far as possible",
        );
      }
      if (session.shortfallCause !== null) present.set(session.id, wish);
      else if (before !== undefined) present.set(session.id, before);
    }
    told = present;
  };
};
