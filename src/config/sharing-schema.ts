import { z } from "zod";
import { MOST_NEED_KWH, pricePerKwhSchema } from "../domain/bounds.js";
import { weeklyHoursSchema } from "../domain/sharing.js";

/** How an EVSE is shared: at most one of three ways. */
const minutes = (least: number, most: number) => z.number().min(least).max(most);
const fee = pricePerKwhSchema.min(0);

const comeWithinMinutes = minutes(1, 120)
  .default(15)
  .describe("minutes in which a driver whose turn, booking or use begins must plug in");

export const sharedSchema = z.strictObject({
  comeWithinMinutes,
  unplugWithinMinutes: minutes(1, 120)
    .default(15)
    .describe("minutes in which a driver who was asked to unplug must have done so"),
  mostTurnMinutes: minutes(15, 1_440).default(240).describe("the longest turn while others wait"),
  handoverMinutes: minutes(0, 60)
    .default(15)
    .describe("minutes between two cars that the plan leaves for the hand-over"),
  idleFeePerMinute: fee
    .default(0)
    .describe("due per minute that a car stays after it was to be unplugged; reported, not charged by us"),
});

export const ownerSchema = z.strictObject({
  idTokens: z
    .array(z.string().min(1).max(64))
    .max(20)
    .default([])
    .describe("cards of the owner's own cars: they have the pile whenever they come"),
  hours: z
    .array(weeklyHoursSchema)
    .max(50)
    .default([])
    .describe("hours of every week in which others may book, by the site's clock; the API can replace them"),
  pricePerKwh: fee.default(0).describe("what the owner takes for a kWh, in the site's currency"),
  consent: z
    .enum(["ask", "always"])
    .default("ask")
    .describe("ask: each booking waits for the owner's word; always: the calendar is word enough"),
  noticeMinutes: minutes(0, 720)
    .default(30)
    .describe("notice that a booker gets when the owner comes home early"),
  comeWithinMinutes,
  handoverMinutes: minutes(0, 60).default(15).describe("minutes between two bookings"),
  withoutBooking: z
    .enum(["refuse", "charge"])
    .default("refuse")
    .describe(
      "what a car gets that is none of the owner's and has no booking in force; refuse: no power; charge: power as at any pile, as it is in any case where idTokens are empty",
    ),
});

export const emergencySchema = z.strictObject({
  surchargePerKwh: fee.describe("due per kWh above the tariff; told before a driver accepts"),
  mostKwhPerUse: z.number().gt(0).max(MOST_NEED_KWH).default(15).describe("the most energy of one use"),
  mostMinutesPerUse: minutes(5, 240).default(30).describe("the longest use"),
  mostUsesPerDay: z.int().min(1).max(50).default(1).describe("uses of one driver in a local day"),
  mostKwhPerDay: z
    .number()
    .gt(0)
    .max(MOST_NEED_KWH)
    .default(20)
    .describe("energy of one driver in a local day"),
  comeWithinMinutes,
});
