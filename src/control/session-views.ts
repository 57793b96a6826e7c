import { isAsideMeant } from "../dispatch/told-aside.js";
import type { EvseState, FleetState, OutsideLimit, StationState } from "../domain/fleet.js";
import { slotAt } from "../domain/horizon.js";
import type { Plan, SessionPlan } from "../domain/plan.js";
import type { Reason } from "../domain/reason.js";
import { CORRECTION_SLACK_MS } from "../domain/schedule.js";
import type { Session } from "../domain/session.js";
import type { LentNow, PilePlace } from "../domain/sharing.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { OutsideLimitView, SessionView, StationRow } from "../domain/views.js";
import type { Reservation } from "../domain/station-file/reservations.js";
import { type EvseHold, holdOn } from "../management/holds.js";
import { followScore } from "../fleet/judged.js";
import { unconfiguredEvses } from "../planning/unconfigured.js";
import { effectivePreference, type ResolvedNeed, resolveNeed } from "../planning/needs.js";
import { expectedShortfall, mostChargeKw, type Shortfall } from "../planning/shortfall.js";
import { defaultsFor } from "./site-defaults.js";

/** What is known around a session. */
export interface SessionContext {
  readonly evse: EvseState | undefined;
  /** null: no plan yet for what is wanted now. */
  readonly planned: SessionPlan | null;
  readonly nowMs: EpochMs;
}

/** A session as pages and the API show it. */
export const viewSession = (site: Site, session: Session, context: SessionContext): SessionView => {
  const atMs = session.endedMs ?? context.nowMs;
  const need = resolveNeed(session, defaultsFor(site, session.startedMs), atMs);
  const maxChargeKw = powerOf(site, session, { ...context, need });
  const shortfall = maxChargeKw === null ? null : expectedShortfall({ ...context, need, maxChargeKw });
  return viewNeed(session, need, { maxChargeKw, shortfall });
};

/**
 * A session at a station that no site names any more: it is shown, and nobody plans it. What its driver wanted
 * by default is not known; what it got is taken for it.
 */
export const viewFormer = (session: Session, nowMs: EpochMs): SessionView => {
  const atMs = session.endedMs ?? nowMs;
  const energyNeedKwh = Math.max(0, session.importedKwh - session.exportedKwh);
  const need = resolveNeed(session, { departureMs: atMs, energyNeedKwh }, atMs);
  const shown = viewNeed(session, need, { maxChargeKw: null, shortfall: null });
  if (shown.preferenceSource !== "site-default") return shown;
  return { ...shown, departureMs: null, preference: { ...shown.preference, departureMs: null } };
};

const viewNeed = (
  session: Session,
  need: ResolvedNeed,
  { maxChargeKw, shortfall }: { readonly maxChargeKw: number | null; readonly shortfall: Shortfall | null },
): SessionView => ({
  id: session.id,
  stationId: session.stationId,
  evseId: session.evseId,
  transactionId: session.transactionId,
  startedMs: session.startedMs,
  endedMs: session.endedMs,
  endReason: session.endReason,
  authorized: session.authorized,
  departureMs: need.departureMs,
  energyNeedKwh: need.energyNeedKwh,
  deliveredKwh: need.deliveredKwh,
  exportedKwh: session.exportedKwh,
  estimate: session.estimate ?? null,
  energyToGoKwh: need.energyToGoKwh,
  shortfallKwh: shortfall?.kwh ?? 0,
  shortfallCause: shortfall?.cause ?? null,
  mostChargeKw: maxChargeKw,
  socPercent: session.socPercent,
  battery: need.battery === null || need.battery.isWindow ? null : batteryView(need.battery),
  preference: effectivePreference(session, need),
  preferenceSource: need.source,
  chargeNow: need.chargeNow,
});

/** Most power of pile and car; null: the session is over, or nothing is known of its EVSE. */
const powerOf = (
  site: Site,
  { stationId, evseId, endedMs }: Session,
  { evse, need }: Pick<SessionContext, "evse"> & { readonly need: ResolvedNeed },
): number | null => {
  const station = site.stations.find(({ id }) => id === stationId);
  const config = station?.evses.find((one) => one.evseId === evseId);
  return endedMs !== null || config === undefined || evse === undefined
    ? null
    : mostChargeKw(config, evse, need);
};

const batteryView = ({ capacityKwh, targetKwh }: NonNullable<ResolvedNeed["battery"]>) => ({
  capacityKwh,
  targetSocPercent: capacityKwh > 0 ? (100 * targetKwh) / capacityKwh : 0,
});

/** What is known around the EVSEs of a site. */
interface RowContext {
  readonly fleet: FleetState;
  readonly plan: Plan | null;
  readonly nowMs: EpochMs;
  /** What a station holds for whom, as it stands now. */
  readonly heldAt: (stationId: string) => readonly Reservation[];
}

/**
 * One row per EVSE: the configured ones in the order of the configuration, then those that charge
 * though no site file names them.
 */
export const stationRows = (site: Site, { fleet, plan, nowMs, heldAt }: RowContext): StationRow[] => {
  const slot = plan === null ? -1 : slotAt(plan.horizon, nowMs);
  const plans = new Map((plan?.sessions ?? []).map((session) => [session.sessionId, session]));
  const configured = site.stations.flatMap((station) => {
    const state = fleet.stations.get(station.id);
    const held = heldAt(station.id);
    const freeIds = station.evses.map(({ evseId }) => evseId).filter((id) => isFree(state?.evses.get(id)));
    return station.evses.map(({ evseId, maxDischargeKw }): StationRow => {
      const evse = state?.evses.get(evseId);
      const planned = plans.get(evse?.session?.id ?? "") ?? null;
      const session = evse?.session ?? null;
      const connected = state?.connected ?? false;
      return {
        ...seenRow(site, { stationId: station.id, evseId, state, planned, nowMs }),
        plannedKw:
          planned === null || slot === -1
            ? null
            : (planned.chargeKw[slot] ?? 0) - (planned.dischargeKw[slot] ?? 0),
        maxDischargeKw,
        reason: reasonNow({
          session,
          connected,
          evse,
          planned,
          slot,
          hold: session === null ? holdOn(held, evseId, freeIds) : null,
        }),
      };
    });
  });
  const others = unconfiguredEvses(site, fleet).map(
    ({ station, state, evse }): StationRow => ({
      ...seenRow(site, { stationId: station.id, evseId: evse.evseId, state, planned: null, nowMs }),
      plannedKw: null,
      maxDischargeKw: 0,
      reason: { key: "evse-not-configured" },
    }),
  );
  return [...configured, ...others];
};

const isFree = (evse: EvseState | undefined): boolean => evse?.session == null && evse?.status !== "Occupied";

/** The same with who may charge now where an owner lends the pile. */
export const withLent = (
  rows: readonly StationRow[],
  lentNow: (place: PilePlace) => LentNow | null,
): StationRow[] =>
  rows.map((row) => {
    const lent = lentNow(row);
    return lent === null ? row : { ...row, lent };
  });

interface Seen {
  readonly stationId: string;
  readonly evseId: number;
  readonly state: StationState | undefined;
  readonly planned: SessionPlan | null;
  readonly nowMs: EpochMs;
}

/** What is seen of an EVSE, planned or not. */
const seenRow = (site: Site, { stationId, evseId, state, planned, nowMs }: Seen) => {
  const evse = state?.evses.get(evseId);
  return {
    stationId,
    evseId,
    version: state?.version ?? null,
    connected: state?.connected ?? false,
    status: evse?.status ?? "Unknown",
    powerKw: evse?.sample?.powerKw ?? null,
    powerAtMs: evse?.sample?.atMs ?? null,
    powerStale: isStale(site, evse, nowMs),
    following: evse?.notFollowingSinceMs == null,
    followScore: evse === undefined ? null : followScore(evse),
    heldAtKw: evse?.heldAtKw ?? null,
    startAwaitedSinceMs: evse?.startAwaitedSinceMs ?? null,
    ...steeredNow(state, evse, nowMs),
    ...toldAside(state, evse, nowMs),
    session: evse?.session ? viewSession(site, evse.session, { evse, planned, nowMs }) : null,
  } satisfies Partial<StationRow>;
};

/** What has it do otherwise than planned; each left out where there is nothing of it. */
const steeredNow = (
  state: StationState | undefined,
  evse: EvseState | undefined,
  nowMs: EpochMs,
): Pick<StationRow, "correctedKw" | "hasPriority" | "outsideLimits" | "residualKw"> => {
  const correction = evse?.corrections.findLast(({ endMs }) => endMs - CORRECTION_SLACK_MS > nowMs);
  const correctedKw = correction?.periods[0]?.powerKw;
  const limits = (state?.outsideLimits ?? []).filter(
    ({ evseId, endMs }) => (evseId === 0 || evseId === evse?.evseId) && (endMs ?? Infinity) > nowMs,
  );
  return {
    ...(evse?.sample?.residualKw === undefined ? {} : { residualKw: evse.sample.residualKw }),
    ...(correctedKw === undefined ? {} : { correctedKw }),
    ...(evse?.priority.active === true ? { hasPriority: true } : {}),
    ...(limits.length === 0 ? {} : { outsideLimits: limits.map((limit) => limitView(limit, nowMs)) }),
  };
};

/** What may stand beside its profile and is to be taken back. */
const toldAside = (
  state: StationState | undefined,
  evse: EvseState | undefined,
  nowMs: EpochMs,
): Pick<StationRow, "notTakenBackSinceMs"> =>
  state === undefined ||
  evse?.aside == null ||
  isAsideMeant({ evse, capabilities: state.capabilities ?? {} }, nowMs)
    ? {}
    : { notTakenBackSinceMs: evse.aside.sinceMs };

const limitView = ({ source, evseId, steps, sinceMs }: OutsideLimit, nowMs: EpochMs): OutsideLimitView => {
  const now = steps?.findLast(({ startMs }) => startMs <= nowMs);
  return {
    source,
    wholeStation: evseId === 0,
    chargeKw: now?.chargeKw ?? null,
    dischargeKw: now?.dischargeKw ?? null,
    sinceMs,
  };
};

/** Whether what a running session last metered is older than the site lets a measurement be. */
const isStale = (site: Site, evse: EvseState | undefined, nowMs: EpochMs): boolean =>
  evse?.session != null && evse.sample !== null && nowMs - evse.sample.atMs > site.measurementStaleMs;

interface ReasonInput {
  readonly session: Session | null;
  readonly connected: boolean;
  readonly evse: EvseState | undefined;
  readonly planned: SessionPlan | null;
  readonly slot: number;
  readonly hold: EvseHold | null;
}

/** A car that was there before is in the way of whoever has it held, too. */
const reasonWithoutSession = ({ evse, hold }: Pick<ReasonInput, "evse" | "hold">): Reason => {
  const isOccupied = evse?.status === "Occupied";
  if (isOccupied && evse.sessionOver) return { key: "session-over" };
  if (hold !== null) return { key: "reserved", ...hold };
  return { key: isOccupied ? "no-session" : "not-plugged-in" };
};

const reasonNow = ({ session, connected, evse, planned, slot, hold }: ReasonInput): Reason => {
  if (session === null) return reasonWithoutSession({ evse, hold });
  if (!connected) return { key: "station-offline" };
  if (!session.authorized) return { key: "not-authorized" };
  if (evse?.notFollowingSinceMs != null) return { key: "station-not-following" };
  return planned?.reasons[slot] ?? { key: "rule", rule: "waiting for the next plan" };
};
