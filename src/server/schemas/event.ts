import { z } from "zod";
import type { EventResult } from "../../domain/views.js";
import { epochMs, flag, kw, kwh, text } from "./common.js";

const interval = z.object({
  id: z.int().describe("Id of the interval"),
  startMs: epochMs("Start"),
  endMs: epochMs("End"),
  baselineKwh: kwh("What would have been drawn; null: no measurements before the event").nullable(),
  targetKwh: kwh("What the event asked for; null: no target").nullable(),
  measuredKwh: kwh("Measured so far; null: not begun or not measured").nullable(),
  deliveredKwh: kwh("Baseline − measured, positive when load was reduced").nullable(),
  complete: flag("The interval is over"),
});

export const eventResultSchema: z.ZodType<EventResult> = z
  .object({
    eventId: text("Id of the event"),
    baselineMethod: z
      .literal("last-quarter-hour")
      .describe("Mean of the quarter of an hour before the event"),
    baselineKw: kw("Baseline power; null: no measurements").nullable(),
    intervals: z.array(interval).describe("Per interval of the event"),
  })
  .meta({ id: "EventResult", description: "What an event brought, per interval" });
