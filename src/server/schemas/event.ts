import { z } from "zod";
import type { EventResult, IntervalResult, NodeResult } from "../../domain/views.js";
import { epochMs, flag, kw, kwh, ms, text } from "./common.js";

const interval: z.ZodType<IntervalResult> = z
  .object({
    id: z.int().describe("Id of the interval"),
    startMs: epochMs("Start"),
    endMs: epochMs("End"),
    baselineKwh: kwh("What would have been drawn; null: no measurements before the event").nullable(),
    targetKwh: kwh("What the event asked for; null: no target").nullable(),
    measuredKwh: kwh("Measured so far; null: not begun or not measured").nullable(),
    deliveredKwh: kwh("Baseline − measured, positive when load was reduced").nullable(),
    gapMs: ms(
      "Time of it until now that was not measured: all energies leave it out; of a sum, that of the node with the most",
    ),
    missing: z
      .enum(["not-begun", "baseline", "measurements"])
      .nullable()
      .describe("Why deliveredKwh is null, or is not of all the time (gapMs); null where it is of all"),
    complete: flag("The interval is over"),
  })
  .meta({ id: "IntervalResult", description: "Energies of one interval of an event" });

const measured = z.enum(["meter", "sessions"]);
const baselineKw = kw(
  "Baseline power; null: less than half of the quarter of an hour was measured",
).nullable();

const node: z.ZodType<NodeResult> = z
  .object({
    siteId: text("Id of the site"),
    nodeId: text("The grid node that the event aims at"),
    measured: measured.describe(
      "By the site's meter, or by the sum of what the EVSEs at and below the node metered; settled with the baseline when the event begins",
    ),
    baselineKw,
    intervals: z.array(interval).describe("Per interval of the event"),
  })
  .meta({ id: "NodeResult", description: "What an event brought at one of its nodes" });

export const eventResultSchema: z.ZodType<EventResult> = z
  .object({
    eventId: text("Id of the event"),
    baselineMethod: z
      .literal("last-quarter-hour")
      .describe("Mean of the quarter of an hour before the event"),
    measured: z
      .enum(["meter", "sessions", "mixed"])
      .describe("How the nodes were measured; mixed: some by the meter, others by the sessions"),
    baselineKw,
    intervals: z
      .array(interval)
      .describe("Sums over the nodes; one that lies below another one of the event counts once"),
    nodes: z.array(node).describe("Per node that the event aims at, at every site"),
  })
  .meta({ id: "EventResult", description: "What an event brought, per interval" });
