import { z } from "zod";
import { QUIRK_NAMES, QUIRK_ORIGINS, quirkValuesSchema } from "../../domain/quirks.js";
import type { ModelQuirks, StationQuirks } from "../../ports/quirk-book.js";
import { stationId, text } from "./common.js";

const quirkName = z.enum(QUIRK_NAMES).describe("Name of the quirk, as in a quirks file");
const firmware = z.string().nullable().describe("As BootNotification tells it; null: it does not");

const quirkValue = z.object({
  name: quirkName,
  value: z.union([z.string(), z.number(), z.boolean()]).describe("The value that holds"),
  origin: z.enum(QUIRK_ORIGINS).describe("Where it comes from; each goes before those named before it"),
  means: text("What it means"),
});

/** As the API tells of a station's ways. */
export const stationQuirksSchema = z
  .object({
    stationId,
    vendor: z.string().nullable().describe("As BootNotification tells it; null: not yet"),
    model: z.string().nullable().describe("As BootNotification tells it; null: not yet"),
    firmware,
    quirks: z.array(quirkValue).describe("Every quirk that there is"),
  })
  .meta({ id: "StationQuirks", description: "What a station does otherwise than the standard says" });

export type StationQuirksBody = z.infer<typeof stationQuirksSchema>;

export const modelQuirksSchema = z
  .object({
    vendor: text("As BootNotification tells it"),
    model: text("As BootNotification tells it"),
    firmware,
    stationIds: z.array(stationId).describe("Stations of it that learnt anything"),
    agreed: quirkValuesSchema.describe("What they agree on, and so holds for all of the model"),
    disputed: z.array(quirkName).describe("What some learnt one way and some another"),
  })
  .meta({ id: "ModelQuirks", description: "What the stations of one model have taught" });

export const stationQuirksBody = ({
  stationId: id,
  maker,
  values,
  origins,
}: StationQuirks): StationQuirksBody => ({
  stationId: id,
  ...maker,
  quirks: QUIRK_NAMES.map((name) => ({
    name,
    value: values[name],
    origin: origins[name],
    means: quirkValuesSchema.shape[name].description ?? "",
  })),
});

export const modelQuirksBody = (model: ModelQuirks): z.infer<typeof modelQuirksSchema> => ({
  ...model,
  stationIds: [...model.stationIds],
  disputed: [...model.disputed],
});
