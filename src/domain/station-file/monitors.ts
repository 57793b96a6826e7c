import { z } from "zod";
import { epochTime } from "./time.js";

/** A monitor on a variable, as the station last told it or took it. */
const monitorSchema = z
  .object({
    id: z.int().describe("The station's, to clear it by"),
    name: z.string().describe("Component.Variable that it watches"),
    type: z.string().describe("In the station's word: UpperThreshold, Delta, Periodic"),
    value: z.number().describe("Threshold or change in the variable's unit, or a time in seconds"),
    severity: z.int().describe("0, danger, to 9, debug"),
    inTransaction: z.boolean().describe("Whether it watches only while a transaction runs"),
    toldMs: epochTime("When the station told it, or took it"),
  })
  .meta({ id: "Monitor", description: "A monitor on a variable of a station" });
export type Monitor = z.infer<typeof monitorSchema>;

/** All monitors that are known of a station. */
export const monitorsFileSchema = z
  .object({
    monitors: z.array(monitorSchema).describe("By id; at most 500"),
    report: z
      .object({
        requestId: z.int().describe("Of the report"),
        whole: z.boolean().describe("Whether all monitors were asked for"),
        askedMs: epochTime("When it was asked for"),
        completeMs: epochTime("When its last part came").nullable().describe("null: more is to come"),
      })
      .nullable()
      .describe("The newest report; null: none was asked for"),
    level: z.int().nullable().describe("Least severity that is told; null: not set by us"),
  })
  .meta({ id: "StationMonitors", description: "What is known of a station's monitors" });
export type MonitorsFile = z.infer<typeof monitorsFileSchema>;

/** A part of a report. */
export interface MonitorsNews {
  readonly kind: "monitors-told";
  readonly requestId: number;
  readonly monitors: readonly Omit<Monitor, "toldMs">[];
  /** Whether more parts are to come. */
  readonly more: boolean;
}
