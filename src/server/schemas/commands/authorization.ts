import { z } from "zod";
import { epochMs, evseId } from "../common.js";

const reservationId = z.int().min(0).max(2_147_483_647).describe("Ours, to cancel it by");
export const idToken = z.string().min(1).max(36).describe("Id token; at most 20 characters for 1.6");

export const authorizationCommands = [
  z.strictObject({ kind: z.literal("clear-cache") }).describe("Forgets the id tokens that it took"),
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
] as const;
