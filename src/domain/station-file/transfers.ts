import { z } from "zod";
import { epochTime } from "./time.js";

/** What a station sent that its vendor defined. */
export const transferSchema = z
  .object({
    atMs: epochTime("When it came to us"),
    vendorId: z.string().describe("Whose message it is"),
    messageId: z.string().nullable().describe("Which of the vendor's; null: it has only one"),
    data: z.string().nullable().describe("Its content, the first 2,000 characters; null: none"),
    status: z
      .enum(["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"])
      .describe("What it was answered"),
  })
  .meta({ id: "KeptTransfer", description: "What a station sent that its vendor defined" });
export type KeptTransfer = z.infer<typeof transferSchema>;

/** It sent one. */
export interface TransferNews {
  readonly kind: "transferred";
  readonly transfer: KeptTransfer;
}
