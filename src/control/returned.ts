import { dischargeBoundKw } from "../domain/draw.js";
import type { FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import { sum } from "../domain/units.js";
import { configuredEvses } from "./transport.js";

/**
 * What a site returns beyond its export limit by its cars' doing, and the limit, kW. What PV alone returns is
 * the inverter's matter, so no more counts than the cars may be giving back: as measured, or by any schedule
 * that may be in force. null without a limit.
 */
export const returnedByCars = (
  site: Site,
  fleet: FleetState,
  { powerKw: importKw, atMs }: Measurement,
): { readonly powerKw: number; readonly limitKw: number } | null => {
  const limitKw = site.nodes.find(({ id }) => id === site.rootNodeId)?.exportLimitKw ?? null;
  if (limitKw === null) return null;
  const givenKw = sum(
    configuredEvses(site, fleet).map(({ config, evse }) =>
      Math.max(dischargeBoundKw(config, evse, atMs), -(evse?.sample?.powerKw ?? 0)),
    ),
  );
  return { powerKw: Math.min(-importKw, limitKw + givenKw), limitKw };
};
