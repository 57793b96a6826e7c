import { z } from "zod";
import { idToken } from "./authorization.js";

export const customerCommands = [
  z
    .strictObject({
      kind: z.literal("customer-information"),
      report: z.boolean().default(true).describe("Whether it tells what it keeps"),
      clear: z.boolean().default(false).describe("Whether it erases it"),
      idToken: idToken.nullable().default(null).describe("Whose; null: named by identifier"),
      customerIdentifier: z
        .string()
        .min(1)
        .max(64)
        .nullable()
        .default(null)
        .describe("As the station knows the customer by; null: named by token"),
    })
    .describe(
      "What a station keeps of a customer; read it once at /stations/{id}/customer-reports/{requestId}/take. 2.x only",
    ),
] as const;
