import { z } from "zod";
import { epochMs, kw, ms, percent, text, wh } from "./common.js";

const rawPoint = z
  .object({ atMs: epochMs("When it was measured"), powerKw: kw("Measured") })
  .meta({ id: "MeasuredValue", description: "A measured power" });

const quarterPoint = z
  .object({
    startMs: epochMs("Begin of the quarter of an hour"),
    coveredMs: ms(
      "How much of it was measured: each value holds until the next, for 15 minutes at most, and no longer than until now",
    ),
    valueCount: z
      .int()
      .nullable()
      .describe("How many values came in it; 0: one from before holds; null: made before they were counted"),
    meanKw: kw("Mean over the time that was measured"),
    leastKw: kw("The least in it"),
    mostKw: kw("The most in it"),
    importedWh: wh("Register of what was drawn as last told in it; null: none was").nullable(),
    exportedWh: wh("Register of what was given back as last told in it; null: none was").nullable(),
    socPercent: percent("State of charge as last told in it; null: none was").nullable(),
  })
  .meta({ id: "MeasuredQuarter", description: "What was measured in a quarter of an hour" });

/** What was measured of one thing over time. */
export const historySchema = z
  .object({
    series: text("What was measured: a kind as it is posted, ev or ev:NODE of cars, or evse:STATION/EVSE"),
    values: z.array(rawPoint).describe("In order of time; empty with resolution=quarter"),
    quarters: z.array(quarterPoint).describe("In order of time; empty with resolution=raw"),
  })
  .meta({ id: "MeasurementHistory", description: "What was measured of one thing over time" });
export type MeasurementHistory = z.infer<typeof historySchema>;
