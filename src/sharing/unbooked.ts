import type { Booking, LentNow, OwnerTerms, PilePlace, Unbooked } from "../domain/sharing.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";
import { isSameToken } from "../domain/id-token.js";
import { isInForce, isInForceFor, isOverHere, isOwners } from "./bookings.js";
import { nameOf, notice, OPERATOR, OWNER } from "./queue-notices.js";
import type { Effect, SessionAtPile, Step } from "./steps.js";

/** A session that shows no card is waited for so long: some stations begin with the cable. */
export const CARD_AWAITED_MS = 5 * MINUTE_MS;

/** All that tells whether a car at a lent pile may be there. */
export interface LentAround {
  readonly terms: OwnerTerms;
  readonly bookings: readonly Booking[];
  readonly nowMs: EpochMs;
}

/** Where the owner has named no card nobody can be told from the owner's cars. */
const isOwnerKnown = ({ idTokens }: OwnerTerms): boolean => idTokens.length > 0;

/** Whether a car is none of the owner's and has no booking in force. */
export const isUnbooked = (
  session: Pick<SessionAtPile, "id" | "idToken">,
  { terms, bookings, nowMs }: LentAround,
): boolean =>
  isOwnerKnown(terms) &&
  !isOwners(session, terms) &&
  !bookings.some(
    (booking) => isInForceFor(booking, session, nowMs) || isOverHere(booking, session, { bookings, nowMs }),
  );

/** Who may charge there now, beside the owner. */
export const lentNow = ({ terms, bookings, nowMs }: LentAround): LentNow => {
  const now = bookings.find((booking) => isInForce(booking, nowMs));
  return {
    booking: now === undefined ? null : { driver: now.driver, untilMs: now.toMs },
    isOpen: !isOwnerKnown(terms) || terms.withoutBooking === "charge",
  };
};

/** By which notices find the driver of a card that has booked there once; null: it never has. */
const driverOf = ({ idToken }: Pick<SessionAtPile, "idToken">, bookings: readonly Booking[]): string | null =>
  bookings.findLast((booking) => isSameToken(idToken, booking.idToken))?.driver ?? null;

/** Owner and operator, and the driver as far as the name is known, are told once of a session. */
const tells = (
  place: PilePlace,
  session: SessionAtPile,
  { terms, bookings }: LentAround,
): readonly Effect[] => {
  const driver = driverOf(session, bookings);
  const gets = terms.withoutBooking === "refuse" ? "gets no power" : "charges";
  const told = { kind: "not-booked", about: session.id } as const;
  const text = `a car${driver === null ? "" : ` of ${driver}`} without a booking in force is at ${nameOf(place)}: it ${gets}`;
  const own = `no booking of yours is in force at ${nameOf(place)}: your car ${gets}`;
  return [
    ...[OWNER, OPERATOR].map((to) => notice(place, { ...told, to, text })),
    ...(driver === null ? [] : [notice(place, { ...told, to: driver, text: own })]),
  ];
};

/** What is kept of a car without a booking after a look at its pile. */
export const followUnbooked = (
  before: Unbooked,
  session: SessionAtPile | null,
  around: LentAround,
): Step<Unbooked> => {
  const same: Step<Unbooked> = { state: before, effects: [] };
  if (session === null || !isUnbooked(session, around)) return same;
  if (session.id === before.sessionId) {
    const isOver = before.endsMs !== null && around.nowMs >= before.endsMs;
    return isOver === before.isOver ? same : { state: { ...before, isOver }, effects: [] };
  }
  const isCardAwaited = session.idToken === null && around.nowMs < session.startedMs + CARD_AWAITED_MS;
  if (isCardAwaited || !session.isAuthorized) return same;
  return {
    state: { ...before, sessionId: session.id, endsMs: null, isOver: false },
    effects: tells(before, session, around),
  };
};

/** The owner comes home: a car without a booking is asked to unplug, and has no power after the notice. */
export const askUnbooked = (
  before: Unbooked,
  session: SessionAtPile | null,
  around: LentAround,
): Step<Unbooked> => {
  const { terms, bookings, nowMs } = around;
  if (session === null || !isUnbooked(session, around)) return { state: before, effects: [] };
  if (before.sessionId === session.id && before.endsMs !== null) return { state: before, effects: [] };
  const endsMs = nowMs + terms.noticeMinutes * MINUTE_MS;
  const driver = driverOf(session, bookings);
  const text = `the owner comes home: please unplug at ${nameOf(before)}`;
  return {
    state: { ...before, sessionId: session.id, endsMs, isOver: false },
    effects: [OPERATOR, ...(driver === null ? [] : [driver])].map((to) =>
      notice(before, { to, kind: "please-unplug", about: session.id, untilMs: endsMs, text }),
    ),
  };
};
