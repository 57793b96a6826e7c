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
  z
    .strictObject({
      kind: z.literal("clear-charging-profile"),
      profileId: z.int().min(-2_147_483_648).max(2_147_483_647).describe("In the station, as it tells it"),
    })
    .describe("Takes a charging profile away that somebody else left there; one of this system's own stays"),
] as const;
