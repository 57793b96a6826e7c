import { z } from "zod";
import type { Curtailment, PvReason } from "../../domain/curtailment.js";
import type { InverterView } from "../../domain/views.js";
import { epochMs, flag, kw, perKwh, text } from "./common.js";

const nodeId = text("Node below the root whose limit it is; absent: the site's").optional();

const pvReasonSchema: z.ZodType<PvReason> = z
  .discriminatedUnion("key", [
    z.object({
      key: z.literal("export-limit").describe("The site may export no more"),
      limitKw: kw("Its export limit"),
      nodeId,
    }),
    z.object({
      key: z.literal("event-export-limit").describe("An event lets it export no more"),
      limitKw: kw("What it lets out"),
      eventId: text("Id of the event"),
      nodeId,
    }),
    z.object({
      key: z.literal("negative-export-price").describe("What is exported costs money"),
      pricePerKwh: perKwh("Price of export"),
    }),
    z.object({
      key: z.literal("negative-import-price").describe("What is drawn earns money, as own power would not"),
      pricePerKwh: perKwh("Price of import"),
    }),
    z.object({
      key: z.literal("dispatch-target").describe("An event wants another net power"),
      eventId: text("Id of the event"),
    }),
  ])
  .meta({ id: "PvReason", description: "Why PV is held back" });

export const curtailmentSchema: z.ZodType<Curtailment> = z
  .object({
    startMs: epochMs("Start"),
    endMs: epochMs("End"),
    curtailedKw: kw("How much of the PV that the plan counts on"),
    reason: pvReasonSchema,
  })
  .meta({ id: "Curtailment", description: "A slot in which the plan holds PV back" });

export const inverterSchema: z.ZodType<InverterView> = z
  .object({
    deviceId: text("Id of the device"),
    ratedKw: kw("The most that it generates"),
    powerKw: kw("What it generates; null: not known, or stale").nullable(),
    limitKw: kw("The last limit that it was told; null: none yet").nullable(),
    steered: flag("It is reached, fresh, takes its limit and keeps it"),
    following: flag("It generates no more than it was told; if not, its rating counts"),
    reason: pvReasonSchema
      .nullable()
      .describe("Why it is held below its rating; null: it is not, or only for lack of knowledge"),
  })
  .meta({ id: "Inverter", description: "A commanded PV inverter as it stands" });
