import { YouxuError } from "../../domain/errors.js";
import type { SessionTerms } from "../../domain/outlook.js";
import {
  type Booking,
  bookingSchema,
  keptCalendarSchema,
  type LentNow,
  type OwnerCalendar,
  type OwnerTerms,
  pileKey,
} from "../../domain/sharing.js";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../../domain/units.js";
import type { BookingWish } from "../../ports/sharing.js";
import {
  type BookingRefusal,
  type BookingRules,
  bookingHolder,
  bookingWakeMs,
  ends,
  followBooking,
  isLive,
  isOverHere,
  ownerReturns,
  refusalOf,
} from "../../sharing/bookings.js";
import { notice, OWNER } from "../../sharing/queue-notices.js";
import type { SessionAtPile, Step } from "../../sharing/steps.js";
import { lentNow } from "../../sharing/unbooked.js";
import { conflicting } from "../reservations.js";
import type { DeskMaker, PileDesk } from "./contract.js";
import type { Pile } from "./pile-view.js";
import { createUnbooked } from "./unbooked.js";

const MOST_BOOKINGS = 200;
/** What is over is shown so long. */
const KEPT_MS = 7 * DAY_MS;

/** A private pile that its owner lends. */
export interface LentPile extends Pile {
  readonly terms: OwnerTerms;
}

export interface Loans extends PileDesk<LentPile> {
  book(pile: LentPile, wish: BookingWish): Promise<Booking>;
  answer(pile: LentPile, bookingId: string, isGranted: boolean): Promise<Booking>;
  cancel(pile: LentPile, bookingId: string): Promise<Booking>;
  ownerReturns(pile: LentPile, untilMs: EpochMs): Promise<readonly Booking[]>;
  setCalendar(pile: LentPile, calendar: OwnerCalendar): Promise<void>;
  calendarOf(pile: LentPile): OwnerCalendar;
  bookingsOf(pile: LentPile): readonly Booking[];
  /** Who may charge there now, beside the owner. */
  nowAt(pile: LentPile): LentNow;
}

const WHY: Record<BookingRefusal, string> = {
  "booking.window": "no time that can be booked",
  "booking.not-free": "the owner's calendar does not have all of this time",
  "booking.overlap": "another booking has this time",
  "booking.owner-needs-pile": "the owner's car needs the pile then",
};

/** Bookings of neighbours' piles. */
export const createLoans = ({ clock, newId, makeDesk, reservations, viewOf }: DeskMaker): Loans => {
  const desk = makeDesk("sharing-booking", bookingSchema);
  const calendars = makeDesk("sharing-calendar", keptCalendarSchema);
  const calendarOf = (pile: LentPile): OwnerCalendar =>
    calendars.get(pileKey(pile))?.calendar ?? { hours: [...pile.terms.hours], exceptions: [] };
  const rulesOf = (pile: LentPile): BookingRules => ({
    terms: pile.terms,
    calendar: calendarOf(pile),
    timeZone: pile.site.timeZone,
    nowMs: clock.now(),
  });
  const bookingsOf = (pile: LentPile): Booking[] =>
    desk
      .all()
      .filter((booking) => pileKey(booking) === pileKey(pile))
      .toSorted((a, b) => a.fromMs - b.fromMs);
  const step = (pile: LentPile, id: string, make: (booking: Booking) => Step<Booking>): Promise<Booking> =>
    desk.step({ id, turn: pile.stationId }, (booking) => make(known(booking)));
  const stepEach = (
    pile: LentPile,
    concerned: readonly Booking[],
    make: (booking: Booking) => Step<Booking>,
  ): Promise<Booking[]> => Promise.all(concerned.map(({ id }) => step(pile, id, make)));
  const sessionAt = (pile: LentPile): SessionAtPile | null => viewOf(pile, null, []).session;
  /** Those that hold time, and the one whose car turns out to be there still, or again. */
  const concerned = (pile: LentPile): Booking[] => {
    const [bookings, session] = [bookingsOf(pile), sessionAt(pile)];
    const around = { bookings, nowMs: clock.now() };
    return bookings.filter((booking) => isLive(booking) || isOverHere(booking, session, around));
  };
  const unbooked = createUnbooked({ clock, makeDesk, sessionAt, bookingsOf });
  const forgetOld = (pile: LentPile): void => {
    for (const booking of bookingsOf(pile))
      if (!isLive(booking) && booking.toMs < clock.now() - KEPT_MS) desk.forget(booking.id);
  };

  return {
    idle: () => desk.idle() && calendars.idle() && unbooked.idle(),
    restore: async () => {
      await desk.restore();
      await calendars.restore();
      await unbooked.restore();
    },
    calendarOf,
    bookingsOf,
    look: async (pile, closed) => {
      await stepEach(pile, concerned(pile), (booking) =>
        followBooking(booking, viewOf(pile, closed, []), rulesOf(pile)),
      );
      await unbooked.look(pile);
    },
    book: async (pile, wish) => {
      forgetOld(pile);
      const id = newId();
      return desk.step({ id, turn: pile.stationId }, () => {
        const all = bookingsOf(pile);
        if (all.length >= MOST_BOOKINGS)
          throw new YouxuError("booking.full", `${MOST_BOOKINGS} bookings are kept already`, "body");
        const { session } = viewOf(pile, null, []);
        const refusal = refusalOf(wish, { bookings: all, session }, rulesOf(pile));
        if (refusal !== null) throw new YouxuError(refusal, WHY[refusal], "body.from");
        const reserved = reservations.inTheWay(pile, { fromMs: wish.fromMs, untilMs: wish.toMs });
        if (reserved !== null) throw conflicting(reserved, "body.from");
        return made(pile, wish, { id, nowMs: clock.now() });
      });
    },
    answer: (pile, id, isGranted) =>
      step(pile, id, (booking) => {
        if (booking.status !== "asked") throw over(booking);
        return isGranted ? granted(booking) : ends(booking, "refused", "the owner does not lend it");
      }),
    cancel: (pile, id) =>
      step(pile, id, (booking) => {
        if (booking.status !== "asked" && booking.status !== "booked") throw over(booking);
        return ends(booking, "cancelled", "it was cancelled");
      }),
    ownerReturns: async (pile, untilMs) => {
      const left = bookingsOf(pile).filter(({ status, toMs }) => status === "over" && toMs > clock.now());
      const endEarly = (booking: Booking) => ownerReturns(booking, untilMs, rulesOf(pile));
      await stepEach(pile, left, endEarly);
      const changed = await stepEach(pile, bookingsOf(pile).filter(isLive), endEarly);
      await unbooked.ownerReturns(pile);
      return changed;
    },
    nowAt: (pile) => lentNow({ terms: pile.terms, bookings: bookingsOf(pile), nowMs: clock.now() }),
    setCalendar: async (pile, calendar) => {
      const { stationId, evseId } = pile;
      await calendars.step({ id: pileKey(pile), turn: pile.stationId }, () => ({
        state: { stationId, evseId, calendar },
        effects: [],
      }));
    },
    wakeMs: (pile) => {
      const rules = rulesOf(pile);
      const times = [
        ...bookingsOf(pile).map((booking) => bookingWakeMs(booking, rules)),
        unbooked.wakeMs(pile),
      ].filter((time) => time !== null);
      return times.length === 0 ? null : Math.min(...times);
    },
    holdOf: (pile) =>
      bookingsOf(pile)
        .filter(({ isHeld, status }) => isHeld && status === "booked")
        .map((booking) => ({
          holder: bookingHolder(booking),
          idToken: booking.idToken,
          untilMs: Math.min(booking.toMs, booking.fromMs + pile.terms.comeWithinMinutes * MINUTE_MS),
        })),
    claimsOn: (pile) =>
      bookingsOf(pile)
        .filter(isLive)
        .map(({ evseId, fromMs, toMs, driver }) => ({
          evseId,
          fromMs,
          // Who overstays has it still.
          untilMs: Math.max(toMs, clock.now() + 1),
          what: `a booking of ${driver}`,
        })),
    outlook: (pile) => ({
      pile: {
        stationId: pile.stationId,
        evseId: pile.evseId,
        handoverMinutes: pile.terms.handoverMinutes,
        expected: bookingsOf(pile)
          .filter(({ status }) => status === "booked")
          .map((booking) => ({
            id: bookingHolder(booking),
            energyNeedKwh: booking.energyNeedKwh,
            fromMs: Math.max(clock.now(), booking.fromMs),
            untilMs: booking.toMs,
            isUrgent: false,
          })),
      },
      terms: [...bookingsOf(pile).flatMap(termsOf), ...unbooked.termsOf(pile)],
    }),
  };
};

const known = (booking: Booking | null): Booking => {
  if (booking === null) throw new YouxuError("not-found.booking", "no such booking", "params.booking");
  return booking;
};

const over = ({ status }: Booking): YouxuError =>
  new YouxuError("booking.over", `the booking is ${status}`, "params.booking");

const termsOf = ({ status, sessionId, toMs }: Booking): SessionTerms[] =>
  status !== "running" || sessionId === null
    ? []
    : [{ sessionId, endsMs: toMs, mostKwh: null, isUrgent: false }];

const made = (
  { stationId, evseId, terms }: LentPile,
  { driver, idToken, fromMs, toMs, energyNeedKwh }: BookingWish,
  { id, nowMs }: { readonly id: string; readonly nowMs: EpochMs },
): Step<Booking> => {
  const asks = terms.consent === "ask";
  const booking: Booking = {
    id,
    stationId,
    evseId,
    driver,
    idToken,
    fromMs,
    toMs,
    energyNeedKwh,
    pricePerKwh: terms.pricePerKwh,
    status: asks ? "asked" : "booked",
    why: null,
    sessionId: null,
    isHeld: false,
    isAsked: false,
    madeMs: nowMs,
  };
  const text = asks ? `${driver} asks for the pile` : `${driver} has booked the pile`;
  return {
    state: booking,
    effects: [
      notice(booking, {
        to: OWNER,
        kind: asks ? "booking-asked" : "booking-confirmed",
        about: id,
        text,
      }),
    ],
  };
};

const granted = (booking: Booking): Step<Booking> => ({
  state: { ...booking, status: "booked" },
  effects: [
    notice(booking, {
      to: booking.driver,
      kind: "booking-confirmed",
      about: booking.id,
      text: "the owner lends the pile as asked",
    }),
  ],
});
