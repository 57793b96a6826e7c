import { z } from "zod";
import { pricePerKwhSchema } from "../../../domain/bounds.js";
import { currencySchema } from "../../../domain/currency.js";
import { epochMs, evseId } from "../common.js";
import { idToken } from "./authorization.js";

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:MM")
  .describe("Local clock time HH:MM");
const date = z.iso.date().describe("YYYY-MM-DD");
const transactionId = z.string().min(1).max(36).describe("The station's or, in 1.6, ours");
const money = z.number().min(-1e9).max(1e9);

const when = z.strictObject({
  fromTime: clock.exactOptional(),
  toTime: clock.exactOptional(),
  weekdays: z
    .array(z.int().min(1).max(7).describe("ISO: Monday is 1"))
    .min(1)
    .max(7)
    .exactOptional()
    .describe("Only on these"),
  fromDate: date.exactOptional(),
  toDate: date.exactOptional(),
});

const driverTariff = z.strictObject({
  tariffId: z.string().min(1).max(60).describe("To clear it by"),
  currency: currencySchema.describe("ISO 4217"),
  text: z.string().min(1).max(1_024).nullable().default(null).describe("Shown to drivers; null: nothing"),
  energy: z
    .array(
      z.strictObject({
        pricePerKwh: pricePerKwhSchema.describe("Of energy"),
        when: when.default({}).describe("When it applies; nothing: always"),
      }),
    )
    .min(1)
    .max(200)
    .describe("The first whose condition holds applies"),
  pricePerIdleMinute: money.nullable().default(null).describe("Plugged in without charging; null: none"),
  fixedFee: money.nullable().default(null).describe("Of a session; null: none"),
});
const tariff = driverTariff.nullable().default(null).describe("null: that of the station's site");
const ofEvse = evseId.nullable().default(null).describe("null: all of the station");

export const tariffCommands = [
  z
    .strictObject({ kind: z.literal("set-default-tariff"), evseId: ofEvse, tariff })
    .describe("What drivers pay who have no tariff of their own; 2.1 only"),
  z
    .strictObject({ kind: z.literal("get-tariffs"), evseId: ofEvse })
    .describe("Tariffs that it has; 2.1 only"),
  z
    .strictObject({
      kind: z.literal("clear-tariffs"),
      tariffIds: z
        .array(z.string().min(1).max(60).describe("Of a tariff"))
        .max(200)
        .default([])
        .describe("none: all"),
      evseId: ofEvse,
    })
    .describe("Takes tariffs away; 2.1 only"),
  z
    .strictObject({ kind: z.literal("change-transaction-tariff"), transactionId, tariff })
    .describe("What the driver of a running transaction pays from now on; 2.1 only"),
  z
    .strictObject({
      kind: z.literal("running-cost"),
      cost: z
        .strictObject({
          transactionId,
          totalCost: money.describe("In the site's currency"),
          atMs: epochMs("As of"),
          meterWh: z.number().min(0).max(1e12).describe("Register then"),
          isCharging: z.boolean().describe("false: it idles"),
          pricePerKwh: pricePerKwhSchema.describe("Now"),
          next: z
            .strictObject({ atMs: epochMs("From when on"), pricePerKwh: pricePerKwhSchema.describe("Then") })
            .nullable()
            .default(null)
            .describe("Price after this one; null: it stays"),
        })
        .describe("2.x is told the sum alone"),
    })
    .describe("Shows what a transaction has cost so far; 1.6 by data transfer of the Open Charge Alliance"),
  z
    .strictObject({
      kind: z.literal("final-cost"),
      transactionId,
      totalCost: money.describe("In the site's currency"),
      text: z.string().min(1).max(512).describe("Shown to the driver"),
    })
    .describe("Shows what it cost in the end; 1.6 only, 2.x is told by its last answer"),
  z
    .strictObject({
      kind: z.literal("user-price"),
      idToken,
      text: z.string().min(1).max(512).describe("Shown to the driver"),
    })
    .describe("Shows what a driver will pay; 1.6 only"),
] as const;
