import { z } from "zod";

const settingName = z
  .string()
  .min(1)
  .max(200)
  .describe("1.6: key; 2.x: Component.Variable, of an EVSE Component@evse/connector.Variable");

const settingValue = z.string().max(2_500).describe("As text, whatever its type");

export const settingSchema = z.object({
  name: settingName,
  value: z.string().nullable().describe("null: it has none, or does not tell it"),
  readOnly: z.boolean().nullable().describe("null: the station does not say"),
  why: z.string().nullable().describe("Why there is no value, in the station's word; null: there is one"),
});

export const settingsCommands = [
  z.strictObject({
    kind: z.literal("read-settings"),
    names: z
      .array(settingName)
      .max(50)
      .default([])
      .describe("1.6: keys, none for all; 2.x: Component.Variable, one at least"),
  }),
  z.strictObject({
    kind: z.literal("write-setting"),
    name: settingName,
    value: settingValue,
  }),
  z
    .strictObject({
      kind: z.literal("write-settings"),
      settings: z
        .array(z.strictObject({ name: settingName, value: settingValue }))
        .min(1)
        .max(50)
        .describe("Each has an outcome of its own"),
    })
    .describe("Several at once; 2.x only"),
  z
    .strictObject({
      kind: z.literal("report-components"),
      components: z
        .array(settingName)
        .max(50)
        .default([])
        .describe("Component, or Component.Variable; none: all that meet a criterion"),
      criteria: z
        .array(z.enum(["active", "available", "enabled", "problem"]))
        .max(4)
        .default([])
        .describe("What a component must be, one of these at least; none: anything"),
    })
    .describe("Some components of the device model, to be read at /stations/{id}/settings; 2.x only"),
  z
    .strictObject({
      kind: z.literal("report-settings"),
      inventory: z
        .enum(["configuration", "full", "summary"])
        .default("full")
        .describe(
          "configuration: what can be set; summary: what is at fault; 1.6 tells all of its keys in each case",
        ),
    })
    .describe("All settings; 2.x sends them after its answer, to be read at /stations/{id}/settings"),
] as const;
