import { z } from "zod";
import { TRIGGER_MESSAGES } from "../../../domain/trigger.js";
import { evseId } from "../common.js";
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
    message: z
      .enum(TRIGGER_MESSAGES)
      .describe(
        "Message that the station shall send; what a version does not have is answered `unsupported`",
      ),
    evseId: evseId.nullable().default(null),
    connectorId: z
      .int()
      .min(1)
      .max(100)
      .exactOptional()
      .describe("Of the EVSE; 2.x only, the first by default"),
    custom: z
      .string()
      .min(1)
      .max(50)
      .exactOptional()
      .describe("With CustomTrigger (2.1): which, as the vendor calls it"),
  }),
  z.strictObject({
    kind: z.literal("get-composite"),
    evseId,
    durationS: z.int().min(60).max(86_400).default(3600).describe("Length of the composite schedule; s"),
  }),
] as const;
