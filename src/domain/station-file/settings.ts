import { z } from "zod";
import { epochTime } from "./time.js";

/** A key of the configuration (1.6) or a variable of the device model (2.x), as the station last told it. */
const cachedSettingSchema = z
  .object({
    name: z.string().describe("1.6: key; 2.x: Component[instance]@evse/connector.Variable[instance]"),
    value: z.string().nullable().describe("null: it has none, or does not tell it"),
    readOnly: z.boolean().nullable().describe("null: the station does not say"),
    unit: z.string().nullable().describe("Unit of the value, as the station names it; 2.x only"),
    dataType: z.string().nullable().describe("Type of the value, as the station names it; 2.x only"),
    values: z.string().nullable().describe("Values that it may take, with commas between; 2.x only"),
    toldMs: epochTime("When the station told it, or accepted that we set it"),
  })
  .meta({ id: "CachedSetting", description: "A setting as it was last told" });
export type CachedSetting = z.infer<typeof cachedSettingSchema>;

/** All settings that are known of a station. */
export const settingsFileSchema = z
  .object({
    settings: z.array(cachedSettingSchema).describe("By name"),
    report: z
      .object({
        requestId: z.int().nullable().describe("Of the report; null: 1.6 told all at once"),
        askedMs: epochTime("When it was asked for"),
        completeMs: epochTime("When its last part came").nullable().describe("null: more is to come"),
      })
      .nullable()
      .describe("The newest report of all settings; null: none was asked for"),
  })
  .meta({ id: "StationSettings", description: "What is known of a station's settings" });
export type SettingsFile = z.infer<typeof settingsFileSchema>;

/** Values that monitors told beside what they found. */
export interface ValuesNews {
  readonly kind: "values-told";
  readonly values: readonly { readonly name: string; readonly value: string }[];
}

/** A part of a report. */
export interface SettingsNews {
  readonly kind: "settings-told";
  readonly requestId: number;
  readonly settings: readonly Omit<CachedSetting, "toldMs">[];
  /** Whether more parts are to come. */
  readonly more: boolean;
}
