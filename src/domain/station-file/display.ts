import { z } from "zod";
import { epochTime } from "./time.js";

/** A message as the station has it. */
const shownMessageSchema = z
  .object({
    messageId: z.int().describe("To clear it by"),
    priority: z.string().describe("In the station's word: AlwaysFront, InFront, NormalCycle"),
    state: z.string().nullable().describe("Shown while the station does this; null: whatever it does"),
    fromMs: epochTime("When it begins to be shown").nullable().describe("null: at once"),
    untilMs: epochTime("When it ends").nullable().describe("null: never"),
    transactionId: z.string().nullable().describe("Gone with it; null: of none"),
    format: z.string().describe("In the station's word: ASCII, UTF8, HTML, URI, QRCODE"),
    language: z.string().nullable().describe("Of its content; null: not told"),
    content: z.string().describe("What is shown"),
    display: z.string().nullable().describe("Component of the display; null: the main one"),
  })
  .meta({ id: "ShownMessage", description: "A message of a station's display" });
export type ShownMessage = z.infer<typeof shownMessageSchema>;

/** What is known of a station's display. */
export const displayFileSchema = z
  .object({
    messages: z.array(shownMessageSchema).describe("By id, as last told; at most 100"),
    requestId: z.int().nullable().describe("Of the newest report; null: none was asked for"),
    completeMs: epochTime("When its last part came")
      .nullable()
      .describe("null: more is to come, or none was asked for"),
  })
  .meta({ id: "StationDisplay", description: "What is known of a station's display" });
export type DisplayFile = z.infer<typeof displayFileSchema>;

/** A part of a report. */
export interface DisplayNews {
  readonly kind: "display-told";
  readonly requestId: number;
  readonly messages: readonly ShownMessage[];
  /** Whether more parts are to come. */
  readonly more: boolean;
}
