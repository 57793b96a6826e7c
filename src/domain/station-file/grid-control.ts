import { z } from "zod";
import { epochTime } from "./time.js";

/** A control of what a station feeds into the grid, as it was last told. */
const derControlSchema = z
  .object({
    controlId: z.string().describe("Its id"),
    controlType: z
      .string()
      .nullable()
      .describe("OCPP's kind: LimitMaxDischarge; null: the station told only its id"),
    isDefault: z
      .boolean()
      .nullable()
      .describe("Holds where no other of its kind is in force; null: not told"),
    isSuperseded: z.boolean().describe("Another of its kind goes before it"),
    isActive: z.boolean().nullable().describe("Told to have started or stopped; null: not told"),
    parameters: z.record(z.string(), z.unknown()).nullable().describe("In OCPP 2.1's words; null: not told"),
    toldMs: epochTime("When the station told of it, or took it"),
  })
  .meta({ id: "DerControl", description: "A control of what a station feeds into the grid" });
export type DerControl = z.infer<typeof derControlSchema>;

export const gridControlFileSchema = z
  .object({
    controls: z.array(derControlSchema).describe("The newest 64, by id"),
    reportedMs: epochTime("When the station last told of all it holds")
      .nullable()
      .describe("null: it was not asked, or did not"),
  })
  .meta({ id: "GridControls", description: "Controls of what a station feeds into the grid" });
export type GridControlFile = z.infer<typeof gridControlFileSchema>;

export type GridControlNews =
  | {
      readonly kind: "der-reported";
      readonly controls: readonly Omit<DerControl, "isActive" | "toldMs">[];
      /** Whether more parts are to come. */
      readonly more: boolean;
    }
  | {
      readonly kind: "der-switched";
      readonly controlId: string;
      readonly started: boolean;
      readonly supersededIds: readonly string[];
    };
