import { z } from "zod";
import { evseId, triggerMessages } from "../common.js";
import { idToken } from "./authorization.js";

/** What an operator may ask beside the plan. */
export const steeringCommands = [
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
] as const;
