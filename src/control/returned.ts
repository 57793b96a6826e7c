import { dischargeBoundKw } from "../domain/draw.js";
import type { FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import { type EpochMs, sum } from "../domain/units.js";
import { exportLimits } from "../planning/node-limits.js";
import type { SiteMemory } from "./cycle.js";
import { configuredEvses } from "./transport.js";
import { slotAt } from "../domain/horizon.js";

/**
 * What a site returns and its export limit, or that of an event, kW. Where no inverter is commanded what PV alone
 * returns is not ours to hold, so no more counts than the cars may be giving back: as measured, or by any schedule
 * that may be in force. null without a limit.
 */
export const returnedAbove = (
  { site, memory }: { readonly site: Site; readonly memory: Pick<SiteMemory, "signals" | "plan"> },
  fleet: FleetState,
  { powerKw: importKw, atMs }: Measurement,
): { readonly powerKw: number; readonly limitKw: number } | null => {
  const limitKw = limitAt(site, memory, atMs);
  if (limitKw === null) return null;
  if (site.inverters !== undefined) return { powerKw: -importKw, limitKw };
  const givenKw = sum(
    configuredEvses(site, fleet).map(({ config, evse }) =>
      Math.max(dischargeBoundKw(config, evse, atMs), -(evse?.sample?.powerKw ?? 0)),
    ),
  );
  return { powerKw: Math.min(-importKw, limitKw + givenKw), limitKw };
};

const limitAt = (
  site: Site,
  { signals, plan }: Pick<SiteMemory, "signals" | "plan">,
  atMs: EpochMs,
): number | null => {
  const root = site.nodes.find(({ id }) => id === site.rootNodeId);
  if (root === undefined || signals === null || plan === null) return root?.exportLimitKw ?? null;
  return (
    exportLimits({ signals, horizon: plan.horizon }, root)?.[Math.max(0, slotAt(plan.horizon, atMs))] ?? null
  );
};
