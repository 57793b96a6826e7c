import { slotAt, slotEndMs } from "../../domain/horizon.js";
import type { Plan, SessionPlan } from "../../domain/plan.js";
import type { Session } from "../../domain/session.js";
import type { PilePlace } from "../../domain/sharing.js";
import type { EvseConfig, Site } from "../../domain/site.js";
import type { EpochMs } from "../../domain/units.js";
import { resolveNeed } from "../../planning/needs.js";
import type { PileView, SessionAtPile, Unstopped } from "../../sharing/steps.js";
import { defaultsFor } from "../site-defaults.js";
import type { FleetKeeper } from "../fleet-keeper.js";

/** A car that lacks no more has what it wanted, kWh. */
const NEXT_TO_NOTHING_KWH = 0.1;
const NOTHING_KW = 1e-6;

/** An EVSE with what sharing says of it. */
export interface Pile extends PilePlace {
  readonly site: Site;
  readonly evse: EvseConfig;
}

interface Seen {
  readonly keeper: FleetKeeper;
  readonly plan: Plan | null;
  readonly nowMs: EpochMs;
  /** An operator has the pile held. */
  readonly isReserved: boolean;
  readonly unstopped: Unstopped | null;
  /** A session that has just ended there. */
  readonly closed: Session | null;
  /** Ids under which cars are expected there. */
  readonly expected: readonly string[];
}

const deliveredKwh = ({ importedKwh, exportedKwh }: Session): number => importedKwh - exportedKwh;

/** A pile as the rules of sharing see it. */
export const viewPile = (pile: Pile, seen: Seen): PileView => {
  const station = seen.keeper.station(pile.stationId);
  const evse = station?.evses.get(pile.evseId);
  const session = evse?.session ?? null;
  const inService =
    evse?.status === "Available" || evse?.status === "Occupied" || evse?.status === "Reserved";
  return {
    isOccupied: session !== null || evse?.status === "Occupied" || seen.unstopped?.isAwaited === true,
    isUsable: station?.connected === true && (inService || session !== null),
    isReserved: seen.isReserved,
    session: session === null ? null : viewSession(pile, session, seen),
    unstopped: seen.unstopped,
    closed: seen.closed === null ? null : { id: seen.closed.id, deliveredKwh: deliveredKwh(seen.closed) },
  };
};

const viewSession = ({ site }: Pile, session: Session, seen: Seen): SessionAtPile => {
  const need = resolveNeed(session, defaultsFor(site, session.startedMs), seen.nowMs);
  return {
    id: session.id,
    idToken: session.idToken,
    isAuthorized: session.authorized,
    startedMs: session.startedMs,
    isDone: need.energyToGoKwh <= NEXT_TO_NOTHING_KWH,
    departureMs: need.overdue ? seen.nowMs : need.departureMs,
    toGoKwh: need.energyToGoKwh,
    deliveredKwh: deliveredKwh(session),
    planEndsMs: planEnds(session.id, seen),
  };
};

/** When the plan gives the pile to the next car for good; null: it names no such moment. */
const planEnds = (sessionId: string, { plan, nowMs, expected }: Seen): EpochMs | null => {
  const own = plan?.sessions.find((one) => one.sessionId === sessionId);
  if (plan === null || own === undefined) return null;
  const others = plan.sessions.filter((one) => expected.includes(one.sessionId));
  const now = Math.max(0, slotAt(plan.horizon, nowMs));
  if (!others.some((other) => lastPowered(other) >= now)) return null;
  const last = lastPowered(own);
  return last === -1 ? (plan.horizon.startsMs[0] ?? nowMs) : slotEndMs(plan.horizon, last);
};

/** The last slot in which a plan moves power; -1: none. */
const lastPowered = ({ chargeKw, dischargeKw }: SessionPlan): number =>
  chargeKw.findLastIndex((kw, slot) => kw + (dischargeKw[slot] ?? 0) > NOTHING_KW);
