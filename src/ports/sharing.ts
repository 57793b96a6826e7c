import type {
  Booking,
  EmergencyTerms,
  EmergencyUse,
  OwnerCalendar,
  OwnerTerms,
  PilePlace,
  QueueEntry,
  SharedTerms,
  Turn,
} from "../domain/sharing.js";
import type { ShortfallCause } from "../domain/plan.js";
import type { EpochMs } from "../domain/units.js";
import type { Notices } from "./notices.js";

/** What a driver asks who wants a turn at a shared pile. */
export interface QueueWish extends PilePlace {
  /** The name by which notices find the driver. */
  readonly driver: string;
  readonly idToken: string;
  readonly energyNeedKwh: number;
  readonly deadlineMs: EpochMs;
  /** null: now. */
  readonly readyFromMs: EpochMs | null;
  /** null: until the deadline. */
  readonly reachableUntilMs: EpochMs | null;
}

export interface BookingWish extends PilePlace {
  readonly driver: string;
  readonly idToken: string;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly energyNeedKwh: number;
}

export interface EmergencyWish extends PilePlace {
  readonly driver: string;
  readonly idToken: string;
  readonly energyKwh: number;
  readonly minutes: number;
}

/** A waiting driver as all may see: without the card. */
export interface QueueEntryView extends Omit<QueueEntry, "idToken" | "behindKeyMs"> {
  /** From 1. */
  readonly position: number;
  /** When the plan in force gives it the pile; null: in no slot, or there is no plan yet. */
  readonly expectedFromMs: EpochMs | null;
  readonly expectedToMs: EpochMs | null;
  /** What the plan gives it, kWh. */
  readonly expectedKwh: number;
  /** Until when its turn waits to be taken; null: it is not its turn. */
  readonly turnUntilMs: EpochMs | null;
}

export interface QueueView extends PilePlace {
  readonly terms: SharedTerms;
  readonly turn:
    | (Pick<Turn, "sessionId" | "startedMs" | "asked" | "idleSinceMs"> & {
        readonly driver: string | null;
        /** Due so far for staying, in the site's currency. */
        readonly idleFee: number;
      })
    | null;
  readonly waiting: readonly QueueEntryView[];
}

export type BookingView = Omit<Booking, "idToken" | "isHeld" | "isAsked">;

export interface LentPileView extends PilePlace {
  readonly terms: Omit<OwnerTerms, "idTokens">;
  readonly calendar: OwnerCalendar;
  readonly bookings: readonly BookingView[];
}

export type EmergencyUseView = Omit<EmergencyUse, "idToken" | "startKwh"> & {
  /** Due above the tariff so far, in the site's currency: for no more than was quoted. */
  readonly surchargeDue: number;
  /** What it took above what was quoted: no surcharge is due for that, kWh. */
  readonly beyondQuoteKwh: number;
};

export interface EmergencyPileView extends PilePlace {
  readonly terms: EmergencyTerms;
  readonly uses: readonly EmergencyUseView[];
}

export interface SharingView {
  /** ISO 4217 code of all that is priced here. */
  readonly currency: string;
  readonly queues: readonly QueueView[];
  readonly lent: readonly LentPileView[];
  readonly emergency: readonly EmergencyPileView[];
}

/** A car that an emergency use takes something from. */
interface WhoWaits {
  /** Id of its session, or of a car that is expected. */
  readonly sessionId: string;
  /** What it gets later than it would, while the use lasts, kWh. */
  readonly laterKwh: number;
  /** What it will lack at its departure that it would not, kWh. */
  readonly missingKwh: number;
}

/** What an emergency use costs and does, before it is accepted. */
export interface EmergencyQuote {
  /** ISO 4217 code of what it costs. */
  readonly currency: string;
  readonly use: EmergencyUseView;
  /** Mean price of what the plan gives it by the tariff; where it gives nothing, the dearest of its time. */
  readonly tariffPerKwh: number;
  /** Surcharge and the dearest tariff of its time for all that it may take, in the site's currency. */
  readonly mostCost: number;
  /** What the limits leave for it, by the plan, kWh. */
  readonly expectedKwh: number;
  /** What keeps it from most of the rest; null: it gets all, or nothing is planned. */
  readonly heldBy: ShortfallCause | null;
  readonly waits: readonly WhoWaits[];
}

/**
 * Sharing of piles, live. Unknown ids throw YouxuError `not-found.*`; what the rules refuse throws with its
 * reason: `queue.*`, `booking.*`, `emergency.*`, `sharing.*`.
 */
export interface Sharing {
  view(siteId: string): SharingView;
  join(siteId: string, wish: QueueWish): Promise<QueueEntryView>;
  leave(siteId: string, entryId: string): Promise<void>;
  book(siteId: string, wish: BookingWish): Promise<BookingView>;
  /** The owner's word on a booking that asks for it. */
  answerBooking(siteId: string, bookingId: string, isGranted: boolean): Promise<BookingView>;
  cancelBooking(siteId: string, bookingId: string): Promise<BookingView>;
  /** The owner comes home and needs the pile until `untilMs`: who is there gets notice. */
  ownerReturns(siteId: string, place: PilePlace, untilMs: EpochMs): Promise<readonly BookingView[]>;
  setCalendar(siteId: string, place: PilePlace, calendar: OwnerCalendar): Promise<LentPileView>;
  quoteEmergency(siteId: string, wish: EmergencyWish): Promise<EmergencyQuote>;
  acceptEmergency(siteId: string, useId: string): Promise<EmergencyUseView>;
  readonly notices: Pick<Notices, "of" | "follow">;
}
