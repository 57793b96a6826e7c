import type { FleetState } from "../domain/fleet.js";
import { slotAt } from "../domain/horizon.js";
import type { Plan, Reason } from "../domain/plan.js";
import type { Session } from "../domain/session.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { SessionView, StationRow } from "../domain/views.js";
import { effectivePreference, type ResolvedNeed, resolveNeed } from "../planning/needs.js";
import { defaultsFor } from "./cycle.js";

/** A session as pages and the API show it. */
export const viewSession = (site: Site, session: Session, nowMs: EpochMs): SessionView => {
  const need = resolveNeed(session, defaultsFor(site, session.startedMs), session.endedMs ?? nowMs);
  return {
    id: session.id,
    stationId: session.stationId,
    evseId: session.evseId,
    transactionId: session.transactionId,
    startedMs: session.startedMs,
    endedMs: session.endedMs,
    departureMs: need.departureMs,
    energyNeedKwh: need.energyNeedKwh,
    deliveredKwh: need.deliveredKwh,
    exportedKwh: session.exportedKwh,
    energyToGoKwh: need.energyToGoKwh,
    socPercent: session.socPercent,
    battery: need.battery === null ? null : batteryView(need.battery),
    preference: effectivePreference(session, need),
    preferenceSource: need.source,
    chargeNow: need.chargeNow,
  };
};

const batteryView = ({ capacityKwh, targetKwh }: NonNullable<ResolvedNeed["battery"]>) => ({
  capacityKwh,
  targetSocPercent: capacityKwh > 0 ? (100 * targetKwh) / capacityKwh : 0,
});

/** One row per configured EVSE, in the order of the configuration. */
export const stationRows = (
  site: Site,
  fleet: FleetState,
  plan: Plan | null,
  nowMs: EpochMs,
): StationRow[] => {
  const slot = plan === null ? -1 : slotAt(plan.horizon, nowMs);
  const plans = new Map((plan?.sessions ?? []).map((session) => [session.sessionId, session]));
  return site.stations.flatMap((station) => {
    const state = fleet.stations.get(station.id);
    return station.evses.map(({ evseId, maxDischargeKw }): StationRow => {
      const evse = state?.evses.get(evseId);
      const planned = evse?.session ? plans.get(evse.session.id) : undefined;
      return {
        stationId: station.id,
        evseId,
        version: state?.version ?? null,
        connected: state?.connected ?? false,
        status: evse?.status ?? "Unknown",
        powerKw: evse?.sample?.powerKw ?? null,
        plannedKw:
          planned === undefined || slot === -1
            ? null
            : (planned.chargeKw[slot] ?? 0) - (planned.dischargeKw[slot] ?? 0),
        maxDischargeKw,
        following: evse?.notFollowingSinceMs == null,
        session: evse?.session ? viewSession(site, evse.session, nowMs) : null,
        reason: reasonNow({
          session: evse?.session ?? null,
          connected: state?.connected ?? false,
          evse,
          planned,
          slot,
        }),
      };
    });
  });
};

interface ReasonInput {
  readonly session: Session | null;
  readonly connected: boolean;
  readonly evse: { readonly notFollowingSinceMs: EpochMs | null } | undefined;
  readonly planned: { readonly reasons: readonly Reason[] } | undefined;
  readonly slot: number;
}

const reasonNow = ({ session, connected, evse, planned, slot }: ReasonInput): Reason => {
  if (session === null) return { key: "not-plugged-in" };
  if (!connected) return { key: "station-offline" };
  if (evse?.notFollowingSinceMs != null) return { key: "station-not-following" };
  return planned?.reasons[slot] ?? { key: "rule", rule: "waiting for the next plan" };
};
