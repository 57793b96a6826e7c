import { z } from "zod";
import type { LentNow } from "../../domain/sharing.js";
import {
  IGNORED_CODES,
  type EventView,
  type Savings,
  type SiteLive,
  type SitePoint,
  type StationRow,
} from "../../domain/views.js";
import { epochMs, evseStatus, flag, kw, kwh, money, ms, ocppVersion, perKwh, text } from "./common.js";
import { inverterSchema } from "./inverter.js";
import { certificateSchema, planStatus, reasonSchema } from "./plan.js";
import { sessionSchema } from "./session.js";

const outsideLimit = z
  .object({
    source: text("Who set it, in the station's word, e.g. EMS, SO; or the id of a DER control"),
    wholeStation: flag("Of the whole station, and not of this EVSE alone"),
    chargeKw: kw("What may be drawn now; null: as much as otherwise, or not told").nullable(),
    dischargeKw: kw("What may be given back now; null: as much as otherwise, or not told").nullable(),
    sinceMs: epochMs("When the station told of it"),
  })
  .meta({ id: "OutsideLimit", description: "A limit that somebody else set at a station" });

const lentNowSchema: z.ZodType<LentNow> = z
  .object({
    booking: z
      .object({ driver: text("Name of the driver"), untilMs: epochMs("When it ends") })
      .nullable()
      .describe("The booking in force; null: none is"),
    isOpen: flag("Whether cars without a booking get power too"),
  })
  .meta({ id: "LentNow", description: "Who may charge at a lent pile now, beside its owner" });

export const stationRowSchema: z.ZodType<StationRow> = z
  .object({
    stationId: text("OCPP identity"),
    evseId: z.int().describe("EVSE, from 1"),
    version: ocppVersion,
    connected: flag("Whether the station is connected"),
    status: evseStatus,
    powerKw: kw("Measured, negative while discharging; null: unknown").nullable(),
    powerAtMs: epochMs("When it was measured; null: unknown").nullable(),
    powerStale: flag("Of a running session, and older than the site lets a measurement be"),
    plannedKw: kw("Planned now, negative is discharge; null: no plan").nullable(),
    maxDischargeKw: kw("Rated discharge power; 0 for a one-way EVSE"),
    following: flag("Whether it does what it was told"),
    followScore: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .optional()
      .describe("Share of the time in which it did what it was told; null: judged for too short a time"),
    heldAtKw: kw("Another limit than ours holds it at this, as its station tells; null: none is known")
      .nullable()
      .optional(),
    startAwaitedSinceMs: epochMs("Since when an accepted remote start has not come; null: none is awaited")
      .nullable()
      .optional(),
    notTakenBackSinceMs: epochMs(
      "Since when it may have been told to give back beside its profile, though no session there is to: taken back again and again until its station takes that; absent: it has not",
    ).exactOptional(),
    session: sessionSchema.nullable().describe("The car plugged in; null: none"),
    reason: reasonSchema,
    residualKw: kw(
      "Setpoint less measured power, as the station reckons it; absent: it does not tell",
    ).exactOptional(),
    correctedKw: kw("Told instead of the plan until the next one; absent: nothing").exactOptional(),
    hasPriority: flag("The station charges by the driver's own button; absent: no").exactOptional(),
    outsideLimits: z
      .array(outsideLimit)
      .exactOptional()
      .describe("What somebody else limits here or at the whole station; absent: nobody does"),
    lent: lentNowSchema
      .exactOptional()
      .describe("Its owner lends it: who may charge there now, beside the owner; absent: nobody lends it"),
  })
  .meta({ id: "StationRow", description: "One EVSE as it stands" });

const sitePoint: z.ZodType<SitePoint> = z
  .object({
    startMs: epochMs("Start"),
    endMs: epochMs("End"),
    importKw: kw("Net import of the site, export negative"),
    evKw: kw("Cars, discharge negative"),
    baseKw: kw("Base load"),
    pvKw: kw("PV"),
    limitKw: kw("Import limit; null: none").nullable(),
    uncontrolledKw: kw("Import if every car had charged at full power from plug-in on"),
    buyPricePerKwh: perKwh("Price of import; null: unknown").nullable(),
    sellPricePerKwh: perKwh("Price of export; null: paid nothing or unknown").nullable(),
  })
  .meta({ id: "SitePoint", description: "One slot of the site's past or plan" });

const savings: z.ZodType<Savings> = z
  .object({
    currency: text("ISO 4217 code"),
    sinceMs: epochMs("Since when it is counted: start of the program"),
    actualCost: money(
      "Cost of the energy delivered so far, discharge revenue and wear counted, and what it will cost to give back to cars what was taken of what they came with",
    ),
    uncontrolledCost: money("Cost of the energy that cars have got, at full power from plug-in on"),
    saved: money("Difference of the two"),
    deliveredKwh: kwh("Energy delivered"),
    dischargedKwh: kwh("Energy discharged"),
    days: z
      .array(
        z.object({
          startMs: epochMs("Local midnight at which the day begins"),
          saved: money("Saved by the sessions that began on it"),
          deliveredKwh: kwh("Energy delivered to them"),
        }),
      )
      .describe("The latest days, in order of time"),
  })
  .meta({ id: "Savings", description: "Money saved so far against uncontrolled charging" });

const eventState = z
  .enum(["upcoming", "in-force", "overruled", "ignored", "finished"])
  .describe("What it does now; overruled: another event holds instead; ignored: it has no effect");

const eventAtSite = z.object({
  siteId: text("Id of the site"),
  state: eventState,
  overruledBy: z.string().nullable().describe("Id of the event that holds instead; null unless overruled"),
  ignored: z
    .array(
      z.object({
        payloadType: z.string().nullable().describe("OpenADR payload type; null: the whole event"),
        code: z.enum(IGNORED_CODES).describe("Code of the reason"),
        message: text("Why it has no effect"),
      }),
    )
    .describe("What of it has no effect at this site"),
});

export const eventSchema: z.ZodType<EventView> = z
  .object({
    id: text("Id of the event"),
    programId: text("Its OpenADR program"),
    name: z.string().nullable().describe("Its name, as posted"),
    startMs: epochMs("Start"),
    endMs: epochMs("End; null: open-ended").nullable(),
    state: eventState,
    sites: z.array(eventAtSite).describe("What it does at each site that it aims at"),
    payloadTypes: z.array(z.string()).describe("OpenADR payload types"),
    nodeIds: z
      .array(z.string())
      .nullable()
      .describe("Grid nodes it targets; null: it names no target and is for all"),
  })
  .meta({ id: "Event", description: "A grid operator's event" });

const livePlan = z.object({
  status: planStatus,
  solver: z.string().nullable().describe("Solver or rule; null: none"),
  plannedMs: epochMs("When it was planned"),
  solveMs: ms("Time of the solve"),
  certificate: certificateSchema.nullable().describe("null: no plan"),
  notes: z.array(z.string()).describe("What the planner wants known"),
});

const measured = z.object({
  importKw: kw("Measured net import of the site"),
  atMs: epochMs("When it was measured"),
  stale: flag("Too old to be relied on"),
});

export const siteLiveSchema: z.ZodType<SiteLive> = z
  .object({
    siteId: text("Id of the site"),
    name: text("Its name"),
    timeZone: text("IANA time zone"),
    currency: text("ISO 4217 code"),
    nowMs: epochMs("The site's clock"),
    measured: measured.nullable().describe("Site meter; null: never measured"),
    evKw: kw("All cars together, discharge negative"),
    limitKw: kw("Import limit in force; null: none").nullable(),
    overLimitSinceMs: epochMs("Since when the measured import is above it; null: it is not").nullable(),
    past: z.array(sitePoint).describe("Measured slots, in order of time"),
    planned: z.array(sitePoint).describe("Planned slots, in order of time"),
    savings,
    plan: livePlan.nullable().describe("The plan in force; null: none yet"),
    events: z.array(eventSchema).describe("Events that concern the site"),
    rows: z.array(stationRowSchema).describe("One row per EVSE"),
    inverters: z
      .array(inverterSchema)
      .exactOptional()
      .describe("Commanded PV inverters; absent: there are none"),
  })
  .meta({ id: "SiteLive", description: "A site as it stands, its past and its plan" });
