import { z } from "zod";

export const transactionsCommands = [
  z
    .strictObject({
      kind: z.literal("get-transaction-status"),
      transactionId: z
        .string()
        .min(1)
        .max(36)
        .nullable()
        .default(null)
        .describe("OCPP transaction; null: whether messages of any wait"),
    })
    .describe("Whether it goes on, and whether messages wait at the station; 2.x only"),
  z
    .strictObject({
      kind: z.literal("report-charging-profiles"),
      evseId: z
        .int()
        .min(0)
        .max(1_000)
        .nullable()
        .default(null)
        .describe("null: all; 0: those of the station itself"),
    })
    .describe("Profiles that it holds, to be read at /stations/{id}/charging-profiles; 2.x only"),
] as const;
