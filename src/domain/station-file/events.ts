import { z } from "zod";
import { epochTime } from "./time.js";

/** What a monitor found of its variable. */
const alarmSchema = z.object({
  name: z.string().describe("Component.Variable"),
  value: z.string().describe("Its value then"),
  severity: z
    .int()
    .nullable()
    .describe("0, danger, to 9, debug; null: not told, and its monitor is not known"),
  cleared: z.boolean().describe("Whether it is over"),
  monitorId: z.int().nullable().describe("Of the monitor; null: not told"),
  transactionId: z.string().nullable().describe("That it was found in; null: none"),
});

/** Something that a station found worth telling: an alarm, a breach of its security, a changed limit. */
export const stationEventSchema = z
  .object({
    atMs: epochTime("When it came to us"),
    stationMs: epochTime("When it happened, by the station's clock")
      .nullable()
      .describe("null: not told, or not to be read"),
    topic: z.enum(["security", "monitor", "reservation", "payment", "grid"]).describe("What it is about"),
    type: z.string().describe("In the station's word: InvalidTLSVersion, Alerting, Expired"),
    detail: z.string().describe("What the station adds; empty where it adds nothing"),
    alarm: alarmSchema.exactOptional().describe("What a monitor found; left out where it was none"),
  })
  .meta({ id: "StationEvent", description: "Something that a station found worth telling" });
export type StationEvent = z.infer<typeof stationEventSchema>;
