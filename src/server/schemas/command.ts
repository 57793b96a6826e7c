import { z } from "zod";
import type { CommandOutcome } from "../../domain/command.js";
import { epochMs, evseId, kw, text, triggerMessages } from "./common.js";

const reservationId = z.int().min(0).max(2_147_483_647).describe("Ours, to cancel it by");
const idToken = z.string().min(1).max(36).describe("Id token; at most 20 characters for 1.6");

const settingName = z.string().min(1).max(200).describe("1.6: Key; 2.x: Component.Variable");

const setting = z.object({
  name: settingName,
  value: z.string().nullable().describe("null: it has none, or does not tell it"),
  readOnly: z.boolean().nullable().describe("null: the station does not say"),
  why: z.string().nullable().describe("Why there is no value, in the station's word; null: there is one"),
});

export const commandRequest = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("remote-start"),
      evseId,
      idToken,
    }),
    z.strictObject({
      kind: z.literal("remote-stop"),
      transactionId: z.string().min(1).max(36).describe("OCPP transaction to end"),
    }),
    z.strictObject({
      kind: z.literal("trigger"),
      message: z.enum(triggerMessages).describe("Message that the station shall send"),
      evseId: evseId.nullable().default(null),
    }),
    z.strictObject({
      kind: z.literal("get-composite"),
      evseId,
      durationS: z.int().min(60).max(86_400).default(3600).describe("Length of the composite schedule; s"),
    }),
    z.strictObject({
      kind: z.literal("reset"),
      how: z
        .enum(["soft", "hard", "when-idle"])
        .default("soft")
        .describe("when-idle: once no transaction runs (2.x only); soft and hard are one in 2.x"),
      evseId: evseId.nullable().default(null).describe("null: the whole station, all that 1.6 can"),
    }),
    z.strictObject({
      kind: z.literal("change-availability"),
      evseId: evseId.nullable().default(null).describe("null: the whole station"),
      operative: z.boolean().describe("false: no transaction may begin; one that runs goes on"),
    }),
    z.strictObject({
      kind: z.literal("unlock"),
      evseId,
      connectorId: z.int().min(1).max(100).default(1).describe("2.x only"),
    }),
    z.strictObject({ kind: z.literal("clear-cache") }).describe("Forgets the id tokens that it took"),
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
      value: z.string().max(1_000).describe("As text, whatever its type"),
    }),
    z.strictObject({
      kind: z.literal("reserve"),
      reservationId,
      evseId: evseId.nullable().default(null).describe("null: any of the station"),
      idToken,
      expiresMs: epochMs("Until when it is held"),
    }),
    z.strictObject({ kind: z.literal("cancel-reservation"), reservationId }),
    z.strictObject({
      kind: z.literal("send-local-list"),
      version: z.int().min(1).max(2_147_483_647).describe("Of the list once it is taken"),
      isWhole: z.boolean().default(true).describe("false: only what is added and taken off"),
      entries: z
        .array(
          z.strictObject({
            idToken,
            standing: z
              .enum(["Accepted", "Blocked", "Expired", "Invalid"])
              .nullable()
              .describe("null: it is taken off the list, which may then not be whole"),
          }),
        )
        .max(1_000)
        .describe("Id tokens by which the station decides without us"),
    }),
    z.strictObject({ kind: z.literal("local-list-version") }),
    z.strictObject({
      kind: z.literal("data-transfer"),
      vendorId: z.string().min(1).max(255).describe("Vendor that defined the message"),
      messageId: z
        .string()
        .max(50)
        .nullable()
        .default(null)
        .describe("Of the message, as the vendor names it"),
      data: z.string().max(10_000).nullable().default(null).describe("As the vendor defines it"),
    }),
  ])
  .meta({ id: "CommandRequest", description: "What a station is asked to do" });

export const commandOutcomeSchema: z.ZodType<CommandOutcome> = z
  .discriminatedUnion("status", [
    z.object({
      status: z.literal("accepted"),
      composite: z
        .array(z.object({ startMs: epochMs("Start"), powerKw: kw("Limit") }))
        .exactOptional()
        .describe("Answer to get-composite"),
      settings: z.array(setting).exactOptional().describe("Answer to read-settings"),
      detail: z
        .string()
        .exactOptional()
        .describe("What the station adds: Scheduled once its transaction is over, RebootRequired"),
      data: z.string().exactOptional().describe("Answer to data-transfer"),
      version: z
        .int()
        .exactOptional()
        .describe("Of the local list: 0 where it is empty, −1 where the station has none (1.6)"),
    }),
    z.object({
      status: z.enum(["rejected", "unsupported", "offline", "timeout", "error"]),
      detail: text("What the station or the connection said"),
    }),
  ])
  .meta({ id: "CommandOutcome", description: "What became of a command" });
