import { z } from "zod";
import { ERROR_CATALOGUE } from "../../domain/error-catalogue.js";

/** Field schemas that carry their unit into the description, so that OpenAPI shows it. */
export const epochMs = (what: string) => z.int().describe(`${what}; epoch milliseconds, UTC`);
/** A query's number, e.g. `fromMs=1767225600000`. */
export const queryMs = (what: string) =>
  z.string().regex(/^\d+$/, "expected epoch milliseconds").transform(Number).pipe(epochMs(what));
/** A time of ISO 8601 with its offset, so that no zone need be guessed. */
export const isoTime = (what: string) =>
  z.iso
    .datetime({ offset: true, error: "expected a time with its offset, e.g. 2026-11-24T07:30:00+08:00" })
    .describe(`${what}; ISO 8601 with offset`);
export const kw = (what: string) => z.number().describe(`${what}; kW`);
export const kwh = (what: string) => z.number().describe(`${what}; kWh`);
export const wh = (what: string) => z.number().describe(`${what}; Wh`);
export const money = (what: string) => z.number().describe(`${what}; the site's currency`);
export const perKwh = (what: string) => z.number().describe(`${what}; the site's currency per kWh`);
export const percent = (what: string) => z.number().describe(`${what}; percent`);
export const ms = (what: string) => z.number().describe(`${what}; milliseconds`);
export const text = (what: string) => z.string().describe(what);
export const flag = (what: string) => z.boolean().describe(what);

const identifier = (what: string) => z.string().min(1).max(128).describe(what);
export const siteId = identifier("Id of a site, as in GET /sites");
export const stationId = identifier("OCPP identity of a station");
export const sessionId = identifier("Id of a session, stable over reconnects and restarts");
export const eventId = identifier("Id of a grid operator's event");
export const evseId = z.int().min(1).max(1000).describe("EVSE as in OCPP 2.x, from 1; for 1.6 the connector");

export const ocppVersion = z
  .enum(["1.6", "2.0.1", "2.1"])
  .nullable()
  .describe("OCPP version of the connection; null before the first one");
export const evseStatus = z
  .enum(["Available", "Occupied", "Reserved", "Unavailable", "Faulted", "Unknown"])
  .describe("OCPP 2.x connector status; the busy states of 1.6 are Occupied");

/** The one form of every error of this API. */
export const errorSchema = z
  .object({
    code: text("Code from the one catalogue of errors").meta({ enum: Object.keys(ERROR_CATALOGUE) }),
    message: text("What is wrong, in a sentence"),
    place: z.string().nullable().describe("Field or part of the request that is wrong: `body.powerKw`"),
    hint: text("What to do about it"),
  })
  .meta({ id: "Error", description: "An error with its code, place and hint" });

export type ErrorBody = z.infer<typeof errorSchema>;
