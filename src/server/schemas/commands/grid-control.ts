import { z } from "zod";
import { DER_FIELDS } from "../../../domain/commands/grid-control.js";
import { epochMs } from "../common.js";

const controlType = z
  .string()
  .refine((text): text is keyof typeof DER_FIELDS => text in DER_FIELDS, {
    message: `one of ${Object.keys(DER_FIELDS).join(", ")}`,
  })
  .describe("OCPP 2.1's kind of control: LimitMaxDischarge, FreqWatt, VoltVar, …");
const controlId = z.string().min(1).max(36).describe("Id of the control");

/** What is said of the grid alone; 2.1 only. */
export const gridControlCommands = [
  z.strictObject({
    kind: z.literal("set-der-control"),
    controlId,
    controlType,
    isDefault: z.boolean().default(false).describe("Holds where no other of its kind is in force"),
    parameters: z
      .record(z.string(), z.unknown())
      .describe(
        "In OCPP 2.1's words of the kind, e.g. {priority, pctMaxDischargePower, startTime, duration}; checked against its schema before it is sent",
      ),
  }),
  z.strictObject({
    kind: z.literal("get-der-controls"),
    isDefault: z.boolean().nullable().default(null).describe("null: defaults and others"),
    controlType: controlType.nullable().default(null).describe("null: of every kind"),
    controlId: controlId.nullable().default(null).describe("null: all"),
  }),
  z.strictObject({
    kind: z.literal("clear-der-control"),
    isDefault: z.boolean().default(false).describe("Whether a default is meant"),
    controlType: controlType.nullable().default(null).describe("null: of every kind"),
    controlId: controlId.nullable().default(null).describe("null: all of them"),
  }),
  z.strictObject({
    kind: z.literal("afrr-signal"),
    signal: z.int().min(-1_000_000).max(1_000_000).describe("As the grid operator sent it"),
    atMs: epochMs("When it becomes active"),
  }),
] as const;
