import { z } from "zod";
import type { EpochMs } from "./units.js";

/**
 * Words of sharing: several cars at one pile (多车一桩), a neighbour's space by its owner's calendar
 * (临近车位共享), one fast pile for emergencies (应急快充). What is kept over a restart is a schema.
 */

/** A pile whose drivers take turns. */
export interface SharedTerms {
  /** Time in which a driver whose turn it is must plug in. */
  readonly comeWithinMinutes: number;
  /** Time in which a driver whose turn is over must unplug. */
  readonly unplugWithinMinutes: number;
  /** The longest turn while others wait. */
  readonly mostTurnMinutes: number;
  /** Time between two cars that the plan leaves for unplugging and plugging in. */
  readonly handoverMinutes: number;
  /** Due per minute for a car that stays after it was to be unplugged, in the site's currency. */
  readonly idleFeePerMinute: number;
}

const wallTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a clock time HH:MM, 00:00 to 24:00");

/** Hours of a week by the local clock; an end at or before its begin is one of the next day. */
export const weeklyHoursSchema = z.strictObject({
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .default([1, 2, 3, 4, 5, 6, 7])
    .describe("days of the week on which they begin: Monday is 1, Sunday 7; default all"),
  from: wallTime.describe("local clock time at which the space becomes free"),
  to: wallTime.describe("local clock time until which it is free; at or before `from`: of the next day"),
});
export type WeeklyHours = z.infer<typeof weeklyHoursSchema>;

/** What differs from the week: of two that overlap the later in the list counts. */
const calendarExceptionSchema = z
  .strictObject({
    fromMs: z.int().describe("from this moment; epoch milliseconds, UTC"),
    toMs: z.int().describe("until this moment; epoch milliseconds, UTC"),
    isFree: z.boolean().describe("whether the space is free then"),
  })
  .refine(({ fromMs, toMs }) => fromMs < toMs, { message: "toMs must be after fromMs", path: ["toMs"] });

/** When an owner's space is free for others. */
export const calendarSchema = z.strictObject({
  hours: z.array(weeklyHoursSchema).max(50).describe("hours of every week in which the space is free"),
  exceptions: z.array(calendarExceptionSchema).max(200).describe("what differs from them"),
});
export type OwnerCalendar = z.infer<typeof calendarSchema>;

/** A private pile that its owner lends. */
export interface OwnerTerms {
  /** Cards of the owner's own cars: they have the pile whenever they come. */
  readonly idTokens: readonly string[];
  readonly hours: readonly WeeklyHours[];
  /** What the owner takes for a kWh, in the site's currency. */
  readonly pricePerKwh: number;
  /** `ask`: each booking waits for the owner's word; `always`: the calendar is word enough. */
  readonly consent: "ask" | "always";
  /** Notice that a booker gets when the owner comes home early. */
  readonly noticeMinutes: number;
  /** Time after its begin in which a booked car must have come. */
  readonly comeWithinMinutes: number;
  readonly handoverMinutes: number;
  /** What a car gets that is none of the owner's and has no booking in force: nothing, or power as at any pile. */
  readonly withoutBooking: "refuse" | "charge";
}

/** The community's fast pile for emergencies. */
export interface EmergencyTerms {
  /** Due per kWh above the tariff, in the site's currency. */
  readonly surchargePerKwh: number;
  readonly mostKwhPerUse: number;
  readonly mostMinutesPerUse: number;
  /** Per driver and local day. */
  readonly mostUsesPerDay: number;
  readonly mostKwhPerDay: number;
  /** Time in which a driver who accepted the price must plug in. */
  readonly comeWithinMinutes: number;
}

/** A pile: one EVSE. */
export interface PilePlace {
  readonly stationId: string;
  readonly evseId: number;
}

export const pileKey = ({ stationId, evseId }: PilePlace): string => `${stationId}/${evseId}`;

const ms = z.number();

/** A car that waits for its turn at a shared pile. */
const queueEntrySchema = z.object({
  id: z.string(),
  /** The name by which notices find the driver. */
  driver: z.string(),
  idToken: z.string(),
  energyNeedKwh: z.number(),
  /** When the car must be ready. */
  deadlineMs: ms,
  joinedMs: ms,
  /** The car cannot come before. */
  readyFromMs: ms,
  /** The driver cannot be called after; null: any time until the deadline. */
  reachableUntilMs: ms.nullable(),
  /** Turns that were offered and not taken. */
  missedOffers: z.number(),
  /** Place that a missed turn costs at least, on the scale of the fair order; null: none was missed. */
  behindKeyMs: ms.nullable(),
});
export type QueueEntry = z.infer<typeof queueEntrySchema>;

/** A turn that waits to be taken. */
const offerSchema = z.object({
  entryId: z.string(),
  madeMs: ms,
  untilMs: ms,
});
export type Offer = z.infer<typeof offerSchema>;

export const TURN_ENDS = ["done", "session-over", "departure", "turn-over", "planned"] as const;
export type TurnEnd = (typeof TURN_ENDS)[number];

/** The car that has the pile. */
const turnSchema = z.object({
  sessionId: z.string(),
  idToken: z.string().nullable(),
  /** What it waited with; null: it came without waiting. */
  entry: queueEntrySchema.nullable(),
  startedMs: ms,
  /** That it unplug: since when, until when, and why; null: it may stay. */
  asked: z.object({ atMs: ms, untilMs: ms, why: z.enum(TURN_ENDS) }).nullable(),
  /** Since when it stays though it was to be unplugged; null: it does not. */
  idleSinceMs: ms.nullable(),
});
export type Turn = z.infer<typeof turnSchema>;

export const queueStateSchema = z.object({
  stationId: z.string(),
  evseId: z.number(),
  waiting: z.array(queueEntrySchema),
  offer: offerSchema.nullable(),
  turn: turnSchema.nullable(),
  /** The turn before: its car has it again where its session turns out to go on; null: there was none. */
  lastTurn: turnSchema.nullable().default(null),
});
export type QueueState = z.infer<typeof queueStateSchema>;

export const BOOKING_STATUSES = [
  "asked",
  "booked",
  "running",
  "over",
  "missed",
  "refused",
  "cancelled",
] as const;

/** A neighbour's space for a time. */
export const bookingSchema = z.object({
  id: z.string(),
  stationId: z.string(),
  evseId: z.number(),
  driver: z.string(),
  idToken: z.string(),
  fromMs: ms,
  /** Earlier than booked where the owner came home. */
  toMs: ms,
  energyNeedKwh: z.number(),
  /** What the owner takes for a kWh, as it was when the booking was made. */
  pricePerKwh: z.number(),
  status: z.enum(BOOKING_STATUSES),
  /** Why it is refused, cancelled or missed; null otherwise. */
  why: z.string().nullable(),
  sessionId: z.string().nullable(),
  /** Whether the station was told to hold the pile. */
  isHeld: z.boolean(),
  /** Whether the booker was asked to unplug. */
  isAsked: z.boolean(),
  madeMs: ms,
});
export type Booking = z.infer<typeof bookingSchema>;

export const USE_STATUSES = ["quoted", "accepted", "running", "over", "expired"] as const;

/** One use of the emergency pile. */
export const emergencyUseSchema = z.object({
  id: z.string(),
  stationId: z.string(),
  evseId: z.number(),
  driver: z.string(),
  idToken: z.string(),
  energyKwh: z.number(),
  minutes: z.number(),
  surchargePerKwh: z.number(),
  status: z.enum(USE_STATUSES),
  madeMs: ms,
  /** Until when the quote, the hold or the use lasts. */
  untilMs: ms,
  sessionId: z.string().nullable(),
  /** What the session had before the use, and what it took in it. */
  startKwh: z.number(),
  deliveredKwh: z.number(),
});
export type EmergencyUse = z.infer<typeof emergencyUseSchema>;

/** A car at a lent pile that is none of the owner's and has no booking in force. */
export const unbookedSchema = z.object({
  stationId: z.string(),
  evseId: z.number(),
  sessionId: z.string(),
  /** It gets no power after, since the owner comes home; null: nobody has said so. */
  endsMs: ms.nullable(),
  /** That time has come. */
  isOver: z.boolean(),
});
export type Unbooked = z.infer<typeof unbookedSchema>;

/** Who may charge at a lent pile now, beside its owner. */
export interface LentNow {
  /** The booking in force; null: none is. */
  readonly booking: { readonly driver: string; readonly untilMs: EpochMs } | null;
  /** Cars without a booking get power too. */
  readonly isOpen: boolean;
}

/** An owner's calendar as it is kept. */
export const keptCalendarSchema = z.object({
  stationId: z.string(),
  evseId: z.number(),
  calendar: calendarSchema,
});

/** A state of sharing as it lies on disk, and how it is read. */
export const keptStateSchema = z.object({ id: z.string(), state: z.unknown() });
export type StateSchema<State> = z.ZodType<State>;

/** What drivers, owners and operators are told. */
export const NOTICE_KINDS = [
  "your-turn",
  "turn-soon",
  "turn-missed",
  "left-queue",
  "please-unplug",
  "may-stay",
  "pile-taken",
  "overstay",
  "idle-fee",
  "booking-asked",
  "booking-confirmed",
  "booking-refused",
  "booking-begins",
  "booking-ends-early",
  "booking-over",
  "booking-cancelled",
  "booking-missed",
  "not-booked",
  "emergency-held",
  "emergency-begins",
  "emergency-over",
  "emergency-expired",
  "hold-refused",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A message before it has a number. */
export interface NoticeText {
  /** A driver's name, `owner` or `operator`. */
  readonly to: string;
  readonly kind: NoticeKind;
  readonly stationId: string;
  readonly evseId: number;
  /** Until when what is asked is to be done; null: nothing is. */
  readonly untilMs: EpochMs | null;
  /** Id of the entry, booking or use; null: a session without one. */
  readonly about: string | null;
  /** What it is, in words. */
  readonly text: string;
}
