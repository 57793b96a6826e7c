import { z } from "zod";
import type { CommandOutcome } from "../../domain/command.js";
import { epochMs, evseId, kw, text, triggerMessages } from "./common.js";

export const commandRequest = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("remote-start"),
      evseId,
      idToken: z.string().min(1).max(36).describe("Id token to charge under"),
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
    }),
    z.object({
      status: z.enum(["rejected", "unsupported", "offline", "timeout", "error"]),
      detail: text("What the station or the connection said"),
    }),
  ])
  .meta({ id: "CommandOutcome", description: "What became of a command" });
