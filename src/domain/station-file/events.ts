import { z } from "zod";
import { epochTime } from "./time.js";

/** Something that a station found worth telling: an alarm, a breach of its security, a changed limit. */
export const stationEventSchema = z
  .object({
    atMs: epochTime("When it came to us"),
    stationMs: epochTime("When it happened, by the station's clock")
      .nullable()
      .describe("null: not told, or not to be read"),
    topic: z.enum(["security", "monitor", "reservation", "grid"]).describe("What it is about"),
    type: z.string().describe("In the station's word: InvalidTLSVersion, Alerting, Expired"),
    detail: z.string().describe("What the station adds; empty where it adds nothing"),
  })
  .meta({ id: "StationEvent", description: "Something that a station found worth telling" });
export type StationEvent = z.infer<typeof stationEventSchema>;
