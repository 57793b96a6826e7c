import { z } from "zod";
import { parseDuration } from "../timeline/duration.js";
import { isNowMarker, parseDateTime } from "../timeline/lay-intervals.js";

/**
 * Programs and events as they come over the wire, OpenADR 3.1. Null counts as absent everywhere, so
 * it is taken out before these schemas see a body. Unknown fields are dropped, unless they look like a
 * misspelt known one (`near-miss.ts`): those are refused.
 */
const LONGEST_NAME = 128;
const LONGEST_URL = 8000;
const LARGEST_INT32 = 2 ** 31 - 1;

const name = z.string().min(1).max(LONGEST_NAME);
const int32 = z
  .int()
  .min(-LARGEST_INT32 - 1)
  .max(LARGEST_INT32);

/** Id of an object, given by the VTN. */
export const objectId = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "not an object id");

const dateTime = z
  .string()
  .refine(
    (text) => isNowMarker(text) || parseDateTime(text) !== null,
    "not an RFC 3339 date-time with its zone",
  );

const duration = z.string().refine((text) => parseDuration(text) !== null, "not an ISO 8601 duration");

const targets = z.array(name).max(1000);

const intervalPeriod = z.object({
  start: dateTime.optional(),
  duration: duration.optional(),
  randomizeStart: duration.optional(),
});

const point = z.object({ x: z.number(), y: z.number() });

const valuesMap = z.object({
  type: name,
  values: z.array(
    z.union([z.number(), z.string(), z.boolean(), point], {
      error: "not a number, text, true, false or a point {x, y}",
    }),
  ),
});

const MOST_POSTED_INTERVALS = 5000;

const interval = z.object({
  id: int32,
  intervalPeriod: intervalPeriod.optional(),
  payloads: z.array(valuesMap),
});

const eventPayloadDescriptor = z.object({
  objectType: z.literal("EVENT_PAYLOAD_DESCRIPTOR").default("EVENT_PAYLOAD_DESCRIPTOR"),
  payloadType: name,
  units: name.optional(),
  currency: z.string().optional(),
});

const reportPayloadDescriptor = z.object({
  objectType: z.literal("REPORT_PAYLOAD_DESCRIPTOR"),
  payloadType: name,
  readingType: name.optional(),
  units: name.optional(),
  accuracy: z.number().optional(),
  confidence: z.int().min(0).max(100).optional(),
});

const reportDescriptor = z.object({
  payloadType: name,
  readingType: name.optional(),
  units: name.optional(),
  targets: targets.optional(),
  aggregate: z.boolean().optional(),
  startInterval: int32.optional(),
  numIntervals: int32.optional(),
  historical: z.boolean().optional(),
  frequency: int32.optional(),
  repeat: int32.optional(),
  reportIntervals: z.enum(["INTERVALS", "SUB_INTERVALS", "OPEN_INTERVALS"]).optional(),
});

export const programRequest = z.object({
  programName: name,
  intervalPeriod: intervalPeriod.optional(),
  programDescriptions: z.array(z.object({ URL: z.url().max(LONGEST_URL) })).optional(),
  payloadDescriptors: z.array(z.union([eventPayloadDescriptor, reportPayloadDescriptor])).optional(),
  attributes: z.array(valuesMap).optional(),
  targets: targets.default([]),
});

export const eventRequest = z.object({
  programID: objectId,
  eventName: z.string().optional(),
  duration: duration.optional(),
  priority: z.int().min(0).optional(),
  targets: targets.default([]),
  reportDescriptors: z.array(reportDescriptor).optional(),
  payloadDescriptors: z.array(eventPayloadDescriptor).optional(),
  intervalPeriod: intervalPeriod.optional(),
  intervals: z.array(interval).max(MOST_POSTED_INTERVALS).optional(),
});

const metadata = { id: objectId, createdDateTime: z.string(), modificationDateTime: z.string() };

export const programObject = programRequest.extend({ ...metadata, objectType: z.literal("PROGRAM") });
export const eventObject = eventRequest.extend({ ...metadata, objectType: z.literal("EVENT") });

export type ProgramObject = z.infer<typeof programObject>;
export type ProgramRequest = z.infer<typeof programRequest>;
export type EventRequest = z.infer<typeof eventRequest>;
export type EventObject = z.infer<typeof eventObject>;
