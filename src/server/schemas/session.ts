import { z } from "zod";
import type { Preference } from "../../domain/session.js";
import type { SessionView } from "../../domain/views.js";
import { epochMs, flag, kwh, percent, text } from "./common.js";

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

/** The same as asked over the API: what is left out is "not said", and lending needs a yes. */
export const preferenceRequest = z
  .strictObject({
    profileType: profileType.default("REGULAR"),
    departureMs: epochMs("When the car leaves, in the future").positive().nullable().default(null),
    energyNeedKwh: kwh("Energy wanted from plug-in to departure, 0–500")
      .min(0)
      .max(500)
      .nullable()
      .default(null),
    dischargeAllowed: flag("Whether the driver lends the battery; default no").default(false),
    reserveKwh: kwh("The car is not discharged below this, 0–500").min(0).max(500).nullable().default(null),
    maxDischargeKwh: kwh("The most that may be taken over the session, 0–500")
      .min(0)
      .max(500)
      .nullable()
      .default(null),
  })
  .meta({ id: "PreferenceRequest", description: "A driver's wish; fields left out are not said" });

export const sessionSchema: z.ZodType<SessionView> = z
  .object({
    id: text("Id of the session"),
    stationId: text("OCPP identity of the station"),
    evseId: z.int().describe("EVSE, from 1"),
    transactionId: text("OCPP transaction"),
    startedMs: epochMs("Plug-in"),
    endedMs: epochMs("End; null while it runs").nullable(),
    departureMs: epochMs("Departure that is planned for; null: open").nullable(),
    energyNeedKwh: kwh("Wanted from plug-in to departure"),
    deliveredKwh: kwh("Net energy into the car so far"),
    exportedKwh: kwh("Taken from the car so far"),
    energyToGoKwh: kwh("Still to charge"),
    socPercent: percent("State of charge as last reported; null: unknown").nullable(),
    preference: preferenceSchema,
    preferenceSource: z.enum(["driver", "car", "site-default"]).describe("Where the preference comes from"),
    chargeNow: flag("The driver pressed charge now"),
  })
  .meta({ id: "Session", description: "One car plugged in" });

export const chargeNowRequest = z
  .strictObject({ on: flag("true: charge at full power as limits allow; false: back to the plan") })
  .meta({ id: "ChargeNowRequest", description: "Charge now, or back to the plan" });
