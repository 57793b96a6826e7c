import { slotEndMs } from "../../domain/horizon.js";
import type { Plan, SessionPlan } from "../../domain/plan.js";
import type { Booking, EmergencyUse, QueueEntry, Turn } from "../../domain/sharing.js";
import { type EpochMs, MINUTE_MS } from "../../domain/units.js";
import type {
  BookingView,
  EmergencyPileView,
  EmergencyUseView,
  LentPileView,
  QueueEntryView,
  QueueView,
} from "../../ports/sharing.js";
import { surchargeOf } from "../../sharing/emergency.js";
import { energyUntil } from "../../sharing/who-waits.js";
import type { Emergencies, EmergencyPile } from "./emergencies.js";
import type { LentPile, Loans } from "./loans.js";
import type { Queues, SharedPile } from "./queues.js";

const NOTHING_KW = 1e-6;

export interface Around {
  readonly plan: Plan | null;
  readonly nowMs: EpochMs;
}

/** When the plan gives power to a session, and how much. */
const expectedBy = (plan: Plan | null, sessionId: string) => {
  const found = plan?.sessions.find((one) => one.sessionId === sessionId);
  const slots = plan === null || found === undefined ? [] : poweredSlots(found);
  const [first, last] = [slots[0], slots.at(-1)];
  if (plan === null || found === undefined || first === undefined || last === undefined)
    return { expectedFromMs: null, expectedToMs: null, expectedKwh: 0 };
  return {
    expectedFromMs: plan.horizon.startsMs[first] ?? null,
    expectedToMs: slotEndMs(plan.horizon, last),
    expectedKwh: energyUntil(plan, found, plan.horizon.endMs),
  };
};

const poweredSlots = ({ chargeKw }: SessionPlan): number[] =>
  chargeKw.flatMap((kw, slot) => (kw > NOTHING_KW ? [slot] : []));

/** A waiting driver, without the card. */
const viewEntry = (
  { idToken: _card, behindKeyMs: _key, ...entry }: QueueEntry,
  { position, turnUntilMs, plan }: { position: number; turnUntilMs: EpochMs | null; plan: Plan | null },
): QueueEntryView => ({ ...entry, position, turnUntilMs, ...expectedBy(plan, `queue:${entry.id}`) });

export const viewQueue = (queues: Queues, pile: SharedPile, { plan, nowMs }: Around): QueueView => {
  const { turn, offer } = queues.stateOf(pile);
  const { stationId, evseId, terms } = pile;
  return {
    stationId,
    evseId,
    terms,
    turn: turn === null ? null : viewTurn(turn, terms.idleFeePerMinute, nowMs),
    waiting: queues.orderOf(pile).map((entry, index) =>
      viewEntry(entry, {
        position: index + 1,
        turnUntilMs: offer?.entryId === entry.id ? offer.untilMs : null,
        plan,
      }),
    ),
  };
};

const viewTurn = (
  { sessionId, startedMs, asked, idleSinceMs, entry }: Turn,
  fee: number,
  nowMs: EpochMs,
) => ({
  sessionId,
  startedMs,
  asked,
  idleSinceMs,
  driver: entry?.driver ?? null,
  idleFee: idleSinceMs === null ? 0 : ((nowMs - idleSinceMs) / MINUTE_MS) * fee,
});

export const viewBooking = ({
  idToken: _card,
  isHeld: _held,
  isAsked: _asked,
  ...booking
}: Booking): BookingView => booking;

export const viewLent = (loans: Loans, pile: LentPile): LentPileView => {
  const { stationId, evseId } = pile;
  const { idTokens: _cards, ...terms } = pile.terms;
  return {
    stationId,
    evseId,
    terms,
    calendar: loans.calendarOf(pile),
    bookings: loans.bookingsOf(pile).map(viewBooking),
  };
};

export const viewUse = ({ idToken: _card, startKwh: _start, ...use }: EmergencyUse): EmergencyUseView => ({
  ...use,
  ...surchargeOf(use),
});

export const viewEmergency = (emergencies: Emergencies, pile: EmergencyPile): EmergencyPileView => {
  const { stationId, evseId, terms } = pile;
  return { stationId, evseId, terms, uses: emergencies.usesNow(pile).map(viewUse) };
};
