import { z } from "zod";
import { epochMs } from "../common.js";

const messageId = z.int().min(0).max(2_147_483_647).describe("Ours, to clear it by");

const displayMessage = z.strictObject({
  messageId,
  priority: z
    .enum(["always-front", "in-front", "normal-cycle"])
    .default("normal-cycle")
    .describe("Before others, or in turn with them"),
  state: z
    .enum(["charging", "faulted", "idle", "unavailable", "suspended", "discharging"])
    .nullable()
    .default(null)
    .describe("Shown while the station does this; null: whatever it does. The last two are of 2.1"),
  fromMs: epochMs("When it begins to be shown").nullable().default(null).describe("null: at once"),
  untilMs: epochMs("When it ends").nullable().default(null).describe("null: never"),
  transactionId: z.string().min(1).max(36).nullable().default(null).describe("Gone with it; null: of none"),
  format: z.enum(["ascii", "html", "uri", "utf8", "qrcode"]).default("utf8").describe("qrcode is of 2.1"),
  language: z.string().min(2).max(8).nullable().default(null).describe("Of its content; null: not told"),
  content: z.string().min(1).max(1_024).describe("What is shown; at most 512 characters for 2.0.1"),
  display: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe("Component of the display; null: the main one"),
});

export const displayCommands = [
  z
    .strictObject({
      kind: z.literal("set-display-message"),
      message: displayMessage.describe("Takes the place of one of the same id"),
    })
    .describe("Shows a message to drivers; 2.x only"),
  z
    .strictObject({
      kind: z.literal("report-display-messages"),
      messageIds: z.array(messageId).max(100).default([]).describe("Only these; none: all"),
    })
    .describe("Messages that it has, to be read at /stations/{id}/display; 2.x only"),
  z
    .strictObject({ kind: z.literal("clear-display-message"), messageId })
    .describe("Takes one away; 2.x only"),
] as const;
