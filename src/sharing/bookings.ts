import { isSameToken } from "../domain/id-token.js";
import type { Booking, OwnerCalendar, OwnerTerms } from "../domain/sharing.js";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../domain/units.js";
import { isFreeIn } from "./owner-calendar.js";
import { nameOf, notice, OPERATOR, OWNER } from "./queue-notices.js";
import type { Effect, PileView, SessionAtPile, Step } from "./steps.js";

/** How far ahead a space can be booked. */
const LONGEST_AHEAD_MS = 60 * DAY_MS;
const LONGEST_BOOKING_MS = 2 * DAY_MS;
const SHORTEST_BOOKING_MS = 15 * MINUTE_MS;
/** A car may plug in so long before its booking begins. */
const EARLY_MS = 10 * MINUTE_MS;

/** All that decides over bookings of one private pile. */
export interface BookingRules {
  readonly terms: OwnerTerms;
  readonly calendar: OwnerCalendar;
  readonly timeZone: string;
  readonly nowMs: EpochMs;
}

export type BookingRefusal =
  | "booking.window"
  | "booking.not-free"
  | "booking.overlap"
  | "booking.owner-needs-pile";

/** Under which a booking is expected, and its pile held. */
export const bookingHolder = ({ id }: Pick<Booking, "id">): string => `booking:${id}`;

/** Bookings that hold time of a pile. */
export const isLive = ({ status }: Booking): boolean =>
  status === "asked" || status === "booked" || status === "running";

export interface Wanted {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

const hasSense = ({ fromMs, toMs }: Wanted, nowMs: EpochMs): boolean =>
  fromMs >= nowMs - MINUTE_MS &&
  toMs - fromMs >= SHORTEST_BOOKING_MS &&
  toMs - fromMs <= LONGEST_BOOKING_MS &&
  fromMs <= nowMs + LONGEST_AHEAD_MS;

export const isOwners = (session: Pick<SessionAtPile, "idToken"> | null, { idTokens }: OwnerTerms): boolean =>
  idTokens.some((own) => isSameToken(own, session?.idToken));

/** Whether somebody may charge by a booking now. */
export const isInForce = ({ status, fromMs, toMs }: Booking, nowMs: EpochMs): boolean =>
  nowMs < toMs && (status === "running" || (status === "booked" && nowMs >= fromMs - EARLY_MS));

/** Whether a car is that of a booking now: it has begun with it, or begins with its card. */
export const isInForceFor = (
  booking: Booking,
  session: Pick<SessionAtPile, "id" | "idToken">,
  nowMs: EpochMs,
): boolean =>
  booking.status === "running"
    ? booking.sessionId === session.id
    : isInForce(booking, nowMs) && isSameToken(session.idToken, booking.idToken);

/** Why a time cannot be booked; null: it can. */
export const refusalOf = (
  wanted: Wanted,
  { bookings, session }: { readonly bookings: readonly Booking[]; readonly session: SessionAtPile | null },
  { terms, calendar, timeZone, nowMs }: BookingRules,
): BookingRefusal | null => {
  if (!hasSense(wanted, nowMs)) return "booking.window";
  if (!isFreeIn(calendar, timeZone, wanted)) return "booking.not-free";
  const handoverMs = terms.handoverMinutes * MINUTE_MS;
  const overlaps = (other: Booking): boolean =>
    isLive(other) && wanted.fromMs < other.toMs + handoverMs && wanted.toMs + handoverMs > other.fromMs;
  if (bookings.some(overlaps)) return "booking.overlap";
  const needsPile =
    isOwners(session, terms) && session !== null && !session.isDone && session.departureMs > wanted.fromMs;
  return needsPile ? "booking.owner-needs-pile" : null;
};

/** A booking as it stands after a look at its pile. */
export const followBooking = (booking: Booking, pile: PileView, rules: BookingRules): Step<Booking> => {
  switch (booking.status) {
    case "asked":
      return booking.fromMs <= rules.nowMs
        ? ends(booking, "cancelled", "the owner has not answered in time")
        : { state: booking, effects: [] };
    case "booked":
      return followBooked(booking, pile, rules);
    case "running":
      return followRunning(booking, pile, rules);
    case "over":
      return followOver(booking, pile, rules);
    default:
      return { state: booking, effects: [] };
  }
};

const KINDS = {
  over: "booking-over",
  missed: "booking-missed",
  refused: "booking-refused",
  cancelled: "booking-cancelled",
} as const;

/** A booking that ends; a pile that is held for it is let go. */
export const ends = (booking: Booking, status: keyof typeof KINDS, why: string): Step<Booking> => {
  const { driver, id, isHeld } = booking;
  const isToLetGo = isHeld && booking.status !== "running";
  const letGo: Effect[] = isToLetGo ? [{ kind: "let-go", holder: bookingHolder(booking) }] : [];
  const told = [driver, OWNER].map((to) =>
    notice(booking, { to, kind: KINDS[status], about: id, text: `booking of ${nameOf(booking)}: ${why}` }),
  );
  const isFault = status === "cancelled" || status === "missed" || status === "refused";
  return {
    state: { ...booking, status, isHeld: false, why: isFault ? why : null },
    effects: [...letGo, ...told],
  };
};

const followBooked = (booking: Booking, pile: PileView, rules: BookingRules): Step<Booking> => {
  const { nowMs, terms } = rules;
  const { session } = pile;
  if (nowMs < booking.fromMs - EARLY_MS) return { state: booking, effects: [] };
  if (session !== null && isSameToken(session.idToken, booking.idToken)) return begins(booking, session);
  if (nowMs < booking.fromMs) return { state: booking, effects: [] };
  // The owner's car has the pile whenever it is there.
  if (isOwners(session, terms)) return ends(booking, "cancelled", "the owner's car has the pile");
  if (nowMs >= Math.min(booking.toMs, booking.fromMs + terms.comeWithinMinutes * MINUTE_MS))
    return ends(booking, "missed", "the car did not come");
  const isFree = pile.isUsable && !pile.isOccupied && !pile.isReserved;
  if (booking.isHeld || !isFree) return { state: booking, effects: [] };
  const untilMs = Math.min(booking.toMs, booking.fromMs + terms.comeWithinMinutes * MINUTE_MS);
  const { idToken, driver, id } = booking;
  return {
    state: { ...booking, isHeld: true },
    effects: [
      { kind: "hold", holder: bookingHolder(booking), idToken, untilMs },
      notice(booking, {
        to: driver,
        kind: "booking-begins",
        about: id,
        untilMs,
        text: `${nameOf(booking)} is held for your card`,
      }),
    ],
  };
};

const begins = (booking: Booking, session: SessionAtPile): Step<Booking> => ({
  state: { ...booking, status: "running", sessionId: session.id, isHeld: false },
  effects: [
    {
      kind: "wish",
      sessionId: session.id,
      energyNeedKwh: booking.energyNeedKwh,
      departureMs: booking.toMs,
    },
  ],
});

/**
 * One that counted as over since its EVSE was said to be free goes on where its session turns out to; and where its
 * card is there again before its end: who unplugs for an errand has booked the time still.
 */
const followOver = (booking: Booking, { session }: PileView, { nowMs }: BookingRules): Step<Booking> => {
  if (session === null) return { state: booking, effects: [] };
  if (session.id === booking.sessionId) return { state: { ...booking, status: "running" }, effects: [] };
  return mayGoOn(booking, session, nowMs) ? begins(booking, session) : { state: booking, effects: [] };
};

const mayGoOn = (
  { status, idToken, toMs }: Booking,
  session: Pick<SessionAtPile, "idToken">,
  nowMs: EpochMs,
): boolean => status === "over" && nowMs < toMs && isSameToken(session.idToken, idToken);

/** Whether a booking that counts as over is that of the car that is there: its time is left, and not booked anew. */
export const isOverHere = (
  booking: Booking,
  session: Pick<SessionAtPile, "id" | "idToken"> | null,
  { bookings, nowMs }: { readonly bookings: readonly Booking[]; readonly nowMs: EpochMs },
): boolean => {
  if (session === null || booking.status !== "over") return false;
  if (booking.sessionId === session.id) return true;
  const isTaken = bookings.some((other) => isLive(other) && other.fromMs < booking.toMs);
  return !isTaken && mayGoOn(booking, session, nowMs);
};

const followRunning = (booking: Booking, pile: PileView, { nowMs }: BookingRules): Step<Booking> => {
  if (pile.isUsable && !pile.isOccupied) return ends(booking, "over", "the car has left");
  if (pile.session !== null && pile.session.id !== booking.sessionId)
    return ends(booking, "over", "another car is there");
  if (nowMs < booking.toMs || booking.isAsked) return { state: booking, effects: [] };
  const text = `the booking of ${nameOf(booking)} is over: please unplug`;
  return {
    state: { ...booking, isAsked: true },
    effects: [booking.driver, OPERATOR].map((to) =>
      notice(booking, { to, kind: "please-unplug", about: booking.id, text, untilMs: nowMs }),
    ),
  };
};

/**
 * The owner comes home. A booking that runs ends after the notice, earlier than booked; what has not begun, and
 * would begin before `untilMs`, is cancelled; one whose car has left can be come back to no longer than to one that runs.
 */
export const ownerReturns = (
  booking: Booking,
  untilMs: EpochMs,
  { terms, nowMs }: Pick<BookingRules, "terms" | "nowMs">,
): Step<Booking> => {
  if (booking.status === "running") {
    const ending = endingEarly(booking, { terms, nowMs });
    if (ending === booking) return { state: booking, effects: [] };
    const { toMs } = ending;
    const text = `the owner comes home: ${nameOf(booking)} is yours for ${terms.noticeMinutes} min more`;
    return {
      state: ending,
      effects: [
        notice(booking, {
          to: booking.driver,
          kind: "booking-ends-early",
          about: booking.id,
          untilMs: toMs,
          text,
        }),
      ],
    };
  }
  if (booking.status === "over") return { state: endingEarly(booking, { terms, nowMs }), effects: [] };
  return isLive(booking) && booking.fromMs < untilMs
    ? ends(booking, "cancelled", "the owner comes home")
    : { state: booking, effects: [] };
};

/** A booking that ends after the owner's notice, where that is before its end. */
const endingEarly = (booking: Booking, { terms, nowMs }: Pick<BookingRules, "terms" | "nowMs">): Booking => {
  const toMs = Math.min(booking.toMs, nowMs + terms.noticeMinutes * MINUTE_MS);
  return toMs === booking.toMs ? booking : { ...booking, toMs };
};

/** When to look again at the latest; null: nothing is awaited. */
export const bookingWakeMs = (booking: Booking, { terms, nowMs }: BookingRules): EpochMs | null => {
  if (!isLive(booking)) return null;
  const times = [
    booking.fromMs - EARLY_MS,
    booking.fromMs,
    booking.fromMs + terms.comeWithinMinutes * MINUTE_MS,
    booking.toMs,
  ].filter((atMs) => atMs > nowMs);
  return times.length === 0 ? null : Math.min(...times);
};
