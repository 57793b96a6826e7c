import { dischargeBoundKw } from "../domain/draw.js";
import type { FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import { type EpochMs, sum } from "../domain/units.js";
import { exportLimits } from "../planning/node-limits.js";
import { isAtOrBelow } from "../planning/tree.js";
import type { SiteMemory } from "./cycle.js";
import { configuredEvses } from "./transport.js";
import { slotAt } from "../domain/horizon.js";

/**
 * What a site, or a node of it, returns and its export limit, or that of an event, kW. Where no inverter is commanded
 * there what PV alone returns is not ours to hold, so no more counts than the cars may be giving back: as measured, or
 * by any schedule that may be in force. null without a limit.
 */
export const returnedAbove = (
  { site, memory }: { readonly site: Site; readonly memory: Pick<SiteMemory, "signals" | "plan"> },
  fleet: FleetState,
  at: Pick<Measurement, "powerKw" | "atMs"> & { readonly nodeId: string },
): { readonly powerKw: number; readonly limitKw: number } | null => {
  const { powerKw: importKw, atMs, nodeId } = at;
  const limitKw = limitAt(site, memory, at);
  if (limitKw === null) return null;
  const isHere = isAtOrBelow(site, nodeId);
  if ((site.inverters ?? []).some((inverter) => isHere(inverter.nodeId ?? site.rootNodeId)))
    return { powerKw: -importKw, limitKw };
  const givenKw = sum(
    configuredEvses(site, fleet)
      .filter(({ station }) => isHere(station.nodeId))
      .map(({ config, evse }) =>
        Math.max(dischargeBoundKw(config, evse, atMs), -(evse?.sample?.powerKw ?? 0)),
      ),
  );
  return { powerKw: Math.min(-importKw, limitKw + givenKw), limitKw };
};

const limitAt = (
  site: Site,
  { signals, plan }: Pick<SiteMemory, "signals" | "plan">,
  { nodeId, atMs }: { readonly nodeId: string; readonly atMs: EpochMs },
): number | null => {
  const node = site.nodes.find(({ id }) => id === nodeId);
  if (node === undefined || signals === null || plan === null) return node?.exportLimitKw ?? null;
  return (
    exportLimits({ signals, horizon: plan.horizon }, node)?.[Math.max(0, slotAt(plan.horizon, atMs))] ?? null
  );
};
