import { z } from "zod";
import { MOST_NEED_KWH } from "../../domain/bounds.js";
import {
  BOOKING_STATUSES,
  calendarSchema,
  NOTICE_KINDS,
  TURN_ENDS,
  USE_STATUSES,
} from "../../domain/sharing.js";
import type { Notice } from "../../ports/notices.js";
import type {
  BookingView,
  EmergencyQuote,
  EmergencyUseView,
  LentPileView,
  QueueEntryView,
  SharingView,
} from "../../ports/sharing.js";
import { shortfallCauseSchema } from "./plan.js";
import { epochMs, evseId, flag, isoTime, kwh, money, perKwh, siteId, stationId, text } from "./common.js";

const minutes = (what: string) => z.number().describe(`${what}; minutes`);
const place = { stationId, evseId };
const name = z.string().trim().min(1).max(64);
const driver = name.describe("Name by which notices find the driver");
const idToken = z.string().min(1).max(64).describe("The card that the pile is held for");

/** A moment as epoch milliseconds, or as ISO 8601 with its offset. */
const moment = (what: string) =>
  z
    .union([z.int(), isoTime(what).transform((at) => Date.parse(at))])
    .describe(`${what}; epoch milliseconds, or ISO 8601 with offset`);
const wanted = kwh("Energy wanted, above 0").gt(0).max(MOST_NEED_KWH);

export const queueRequest = z
  .strictObject({
    ...place,
    driver,
    idToken,
    energyNeedKwh: wanted,
    deadline: moment("When the car must be ready, within a week"),
    readyFrom: moment("The car cannot come before; default now").nullable().default(null),
    reachableUntil: moment("The driver cannot be called after; default the deadline")
      .nullable()
      .default(null),
  })
  .transform(({ deadline, readyFrom, reachableUntil, ...wish }) => ({
    ...wish,
    deadlineMs: deadline,
    readyFromMs: readyFrom,
    reachableUntilMs: reachableUntil,
  }));

export const bookingRequest = z
  .strictObject({
    ...place,
    driver,
    idToken,
    energyNeedKwh: wanted,
    from: moment("When the booking begins"),
    to: moment("When it ends"),
  })
  .transform(({ from, to, ...wish }) => ({ ...wish, fromMs: from, toMs: to }));

export const answerRequest = z.strictObject({ isGranted: flag("Whether the owner lends the pile as asked") });

export const returnRequest = z
  .strictObject({ ...place, until: moment("Bookings that begin before are cancelled") })
  .transform(({ until, ...at }) => ({ ...at, untilMs: until }));

export const calendarRequest = calendarSchema.extend(place);

export const emergencyRequest = z.strictObject({
  ...place,
  driver,
  idToken,
  energyKwh: wanted,
  minutes: minutes("How long the car can stay").min(1).max(1_440),
});

export const entrySchema: z.ZodType<QueueEntryView> = z
  .object({
    id: text("Id of the wait"),
    driver: text("Name of the driver"),
    energyNeedKwh: kwh("Energy wanted"),
    deadlineMs: epochMs("When the car must be ready"),
    joinedMs: epochMs("Since when it waits"),
    readyFromMs: epochMs("It cannot come before"),
    reachableUntilMs: epochMs("The driver cannot be called after; null: any time").nullable(),
    missedOffers: z.number().describe("Turns that were offered and not taken"),
    position: z.int().describe("Place in the fair order, from 1"),
    expectedFromMs: epochMs("When the plan gives it the pile; null: in no slot, or no plan yet").nullable(),
    expectedToMs: epochMs("Until when; null as above").nullable(),
    expectedKwh: kwh("What the plan gives it"),
    turnUntilMs: epochMs("Until when its turn can be taken; null: it is not its turn").nullable(),
  })
  .meta({ id: "QueueEntry", description: "A driver who waits for a shared pile" });

const asked = z.object({
  atMs: epochMs("When it was asked to unplug"),
  untilMs: epochMs("Until when"),
  why: z.enum(TURN_ENDS).describe("Why its turn is over"),
});

const queueSchema = z
  .object({
    ...place,
    terms: z
      .object({
        comeWithinMinutes: minutes("Time in which a turn must be taken"),
        unplugWithinMinutes: minutes("Time in which the pile must be left"),
        mostTurnMinutes: minutes("The longest turn while others wait"),
        handoverMinutes: minutes("Between two cars"),
        idleFeePerMinute: money("Due per minute that a car stays too long"),
      })
      .describe("Rules of the pile"),
    turn: z
      .object({
        sessionId: text("Session of the car"),
        driver: z.string().nullable().describe("Who waited for it; null: it came without waiting"),
        startedMs: epochMs("Since when"),
        asked: asked.nullable().describe("Whether it was asked to unplug; null: it may stay"),
        idleSinceMs: epochMs("Since when it stays too long; null: it does not").nullable(),
        idleFee: money("Due so far for that"),
      })
      .nullable()
      .describe("The car that has the pile; null: none"),
    waiting: z.array(entrySchema).describe("Those who wait, in the fair order"),
  })
  .meta({ id: "Queue", description: "A shared pile with those who wait for it" });

export const bookingSchema: z.ZodType<BookingView> = z
  .object({
    id: text("Id of the booking"),
    ...place,
    driver: text("Name of the driver"),
    fromMs: epochMs("When it begins"),
    toMs: epochMs("When it ends; earlier than booked where the owner came home"),
    energyNeedKwh: kwh("Energy wanted"),
    pricePerKwh: perKwh("What the owner takes"),
    status: z.enum(BOOKING_STATUSES).describe("Where it stands; `asked`: it waits for the owner's word"),
    why: z.string().nullable().describe("Why it was refused, cancelled or missed; null otherwise"),
    sessionId: z.string().nullable().describe("Session of the booked car; null: it has not come"),
    madeMs: epochMs("When it was made"),
  })
  .meta({ id: "Booking", description: "A neighbour's pile for a time" });

export const lentSchema: z.ZodType<LentPileView> = z
  .object({
    ...place,
    terms: z
      .object({
        hours: calendarSchema.shape.hours,
        pricePerKwh: perKwh("What the owner takes"),
        consent: z.enum(["ask", "always"]).describe("Whether each booking waits for the owner's word"),
        noticeMinutes: minutes("Notice when the owner comes home early"),
        comeWithinMinutes: minutes("Time in which a booked car must have come"),
        handoverMinutes: minutes("Between two bookings"),
        withoutBooking: z
          .enum(["refuse", "charge"])
          .describe("What a car gets that is none of the owner's and has no booking in force"),
      })
      .describe("Terms of the owner, as the site file has them"),
    calendar: calendarSchema.describe("When the pile is free for others, as it holds now"),
    bookings: z.array(bookingSchema).describe("Its bookings, in order of time"),
  })
  .meta({ id: "LentPile", description: "A private pile that its owner lends" });

export const useSchema: z.ZodType<EmergencyUseView> = z
  .object({
    id: text("Id of the use, to accept it by"),
    ...place,
    driver: text("Name of the driver"),
    energyKwh: kwh("The most that it may take"),
    minutes: minutes("The longest that it may last"),
    surchargePerKwh: perKwh("Due above the tariff"),
    status: z.enum(USE_STATUSES).describe("Where it stands"),
    madeMs: epochMs("When the price was told"),
    untilMs: epochMs("Until when the price, the hold or the use lasts"),
    sessionId: z.string().nullable().describe("Session of the car; null: it has not come"),
    deliveredKwh: kwh("What it took"),
    surchargeDue: money("Due above the tariff so far, for no more than `energyKwh`"),
    beyondQuoteKwh: kwh("What it took above `energyKwh`: no surcharge is due for that"),
  })
  .meta({ id: "EmergencyUse", description: "A use of the emergency pile" });

export const quoteSchema: z.ZodType<EmergencyQuote> = z
  .object({
    currency: text("ISO 4217 code of what it costs"),
    use: useSchema.describe("What is offered, within the bounds of a use and of the driver's day"),
    tariffPerKwh: perKwh(
      "Mean tariff of what the plan gives it; where it gives nothing, the dearest of its time",
    ),
    mostCost: money("Surcharge and the dearest tariff of its time for all that it may take"),
    expectedKwh: kwh("What the limits leave for it, by the plan"),
    heldBy: shortfallCauseSchema
      .nullable()
      .describe("What keeps it from most of the rest of what it may take; null: it gets all"),
    waits: z
      .array(
        z.object({
          sessionId: text("Session of the car, or id of one that is expected"),
          laterKwh: kwh("What it gets later than it would, while the use lasts"),
          missingKwh: kwh("What it will lack at its departure that it would not"),
        }),
      )
      .describe("Who waits for it"),
  })
  .meta({ id: "EmergencyQuote", description: "What a use of the emergency pile costs and does" });

const emergencyPile = z
  .object({
    ...place,
    terms: z
      .object({
        surchargePerKwh: perKwh("Due above the tariff"),
        mostKwhPerUse: kwh("The most energy of a use"),
        mostMinutesPerUse: minutes("The longest use"),
        mostUsesPerDay: z.number().describe("Uses of a driver in a local day"),
        mostKwhPerDay: kwh("Energy of a driver in a local day"),
        comeWithinMinutes: minutes("Time in which the car must come"),
      })
      .describe("Price and bounds"),
    uses: z.array(useSchema).describe("Its uses of the last days"),
  })
  .meta({ id: "EmergencyPile", description: "The fast pile for emergencies" });

export const sharingSchema: z.ZodType<SharingView> = z
  .object({
    currency: text("ISO 4217 code of all prices here"),
    queues: z.array(queueSchema).describe("Shared piles with their queues"),
    lent: z.array(lentSchema).describe("Private piles that are lent, with their bookings"),
    emergency: z.array(emergencyPile).describe("Piles for emergencies"),
  })
  .meta({ id: "Sharing", description: "What is shared at a site" });

export const noticeSchema: z.ZodType<Notice> = z
  .object({
    id: z.int().describe("Rises with every notice"),
    siteId,
    ...place,
    atMs: epochMs("When it was given"),
    to: text("A driver's name, `owner` or `operator`"),
    kind: z.enum(NOTICE_KINDS).describe("What it is about"),
    untilMs: epochMs("Until when something is to be done; null: nothing is").nullable(),
    about: z.string().nullable().describe("Id of the wait, booking, use or session"),
    text: text("What it says"),
  })
  .meta({ id: "Notice", description: "What a driver, an owner or the operator is told" });
