import { z } from "zod";
import type { Preference, PreferenceChange } from "../../domain/session.js";
import type { SessionView } from "../../domain/views.js";
import type { SessionEnd } from "../../ports/operations.js";
import { commandOutcomeSchema } from "./command.js";
import { epochMs, flag, isoTime, kw, kwh, percent, text } from "./common.js";
import { shortfallCauseSchema } from "./plan.js";

/** More than any car's battery holds. */
const MOST_KWH = 500;

const profileType = z
  .enum(["CHEAP", "FAST", "GREEN", "REGULAR"])
  .describe("OCPI charging profile: cheapest, at once, greenest, or as the site plans");

const preferenceSchema: z.ZodType<Preference> = z
  .object({
    profileType,
    departureMs: epochMs("When the car leaves; null: not said").nullable(),
    energyNeedKwh: kwh("Energy wanted from plug-in to departure; null: not said").nullable(),
    dischargeAllowed: flag("Whether the driver lends the battery"),
    reserveKwh: kwh("The car is not discharged below this; null: the site decides").nullable(),
    maxDischargeKwh: kwh("The most that may be taken over the session; null: no bound").nullable(),
  })
  .meta({ id: "Preference", description: "What a driver asked for" });

const energyWish = (what: string) =>
  kwh(`${what}, 0–${MOST_KWH}`).min(0).max(MOST_KWH).nullable().exactOptional();

const wishes = z
  .strictObject({
    profileType: profileType.nullable().exactOptional(),
    departure: isoTime("When the car leaves, in the future").nullable().exactOptional(),
    departureMs: epochMs("The same as a number; one of the two").positive().nullable().exactOptional(),
    energyNeedKwh: energyWish("Energy wanted from plug-in to departure"),
    targetSocPercent: percent("Instead of it: the charge wanted at departure, of a car that told its battery")
      .min(0)
      .max(100)
      .exactOptional(),
    dischargeAllowed: flag("Whether the driver lends the battery; refused where the pile cannot discharge")
      .nullable()
      .exactOptional(),
    reserveKwh: energyWish("The car is not discharged below this"),
    maxDischargeKwh: energyWish("The most that may be taken over the session"),
  })
  .refine(({ departure, departureMs }) => departure === undefined || departureMs === undefined, {
    message: "give departure or departureMs, not both",
    path: ["departure"],
  })
  .refine(
    ({ energyNeedKwh, targetSocPercent }) => energyNeedKwh === undefined || targetSocPercent === undefined,
    { message: "give energyNeedKwh or targetSocPercent, not both", path: ["targetSocPercent"] },
  )
  .meta({
    id: "PreferenceRequest",
    description: "A driver's wish. null takes back what was said: `dischargeAllowed` is then false",
  });

/** A driver's wish as asked over the API, its departure as a number. */
export const preferenceRequest = wishes.transform(
  ({ departure, ...change }): PreferenceChange =>
    departure === undefined
      ? change
      : { ...change, departureMs: departure === null ? null : Date.parse(departure) },
);

export const sessionSchema: z.ZodType<SessionView> = z
  .object({
    id: text("Id of the session"),
    stationId: text("OCPP identity of the station"),
    evseId: z.int().describe("EVSE, from 1"),
    transactionId: text("OCPP transaction"),
    startedMs: epochMs("Plug-in"),
    endedMs: epochMs("End; null while it runs").nullable(),
    endReason: z
      .string()
      .nullable()
      .describe(
        "Why it ended: OCPP's stop reason or, where no stop came, next-transaction, evse-available or ended-by-operator; null: it runs, or none was given",
      ),
    authorized: flag("false: the id token was refused; the car gets no power"),
    departureMs: epochMs("Departure that is planned for; null: open").nullable(),
    energyNeedKwh: kwh("Wanted from plug-in to departure"),
    deliveredKwh: kwh("Net energy into the car so far; negative when it gave back more than it took"),
    exportedKwh: kwh("Taken from the car so far"),
    estimate: z
      .object({
        importedKwh: kwh("Of what came, what no register says: by its power, over the time in between"),
        exportedKwh: kwh("Of what was taken, likewise"),
        reason: z
          .enum(["register-impossible", "register-went-back", "unit-mended"])
          .describe(
            "register-impossible: one rose by more than the EVSE delivers in the time; register-went-back: one began anew or lower; unit-mended: Wh were called kWh and are read in the right unit",
          ),
      })
      .nullable()
      .describe("Set where a register told cannot be; null: all of them count as they were told"),
    energyToGoKwh: kwh(
      "Still to charge, never negative: the energy wanted and what was given back, less what came",
    ),
    shortfallKwh: kwh(
      "Of the energy wanted, what will be missing at departure: known at once where pile, car or battery cannot do it at all, by the plan where limits leave no more. 0: nothing, or the departure has passed",
    ),
    shortfallCause: shortfallCauseSchema
      .nullable()
      .describe("What clashes with it; null: nothing is missing"),
    mostChargeKw: kw(
      "What pile and car can charge at most, whatever limits leave; null: it is over, or its EVSE is not known",
    ).nullable(),
    socPercent: percent("State of charge as last reported; null: unknown").nullable(),
    battery: z
      .object({
        capacityKwh: kwh("Size of the battery"),
        targetSocPercent: percent("Charge that is wanted at departure"),
      })
      .nullable()
      .describe("As far as the car told; null: it told nothing"),
    preference: preferenceSchema,
    preferenceSource: z.enum(["driver", "car", "site-default"]).describe("Where the preference comes from"),
    chargeNow: flag("The driver pressed charge now"),
  })
  .meta({ id: "Session", description: "One car plugged in" });

export const chargeNowRequest = z
  .strictObject({ on: flag("true: charge at full power as limits allow; false: back to the plan") })
  .meta({ id: "ChargeNowRequest", description: "Charge now, or back to the plan" });

export const endRequest = z
  .strictObject({
    force: flag("true: end it in the books even where the station says that it stops").default(false),
  })
  .meta({ id: "EndRequest", description: "The end of a session by hand" });

export const sessionEndSchema: z.ZodType<SessionEnd> = z
  .object({
    session: sessionSchema.describe("As it stands now; still running where the station is to stop it"),
    outcome: commandOutcomeSchema.describe("What the station said to the stop"),
  })
  .meta({ id: "SessionEnd", description: "What became of the wish to end a session" });
