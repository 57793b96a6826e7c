import { z } from "zod";

export const dataTransferCommands = [
  z.strictObject({
    kind: z.literal("data-transfer"),
    vendorId: z.string().min(1).max(255).describe("Vendor that defined the message"),
    messageId: z.string().max(50).nullable().default(null).describe("Of the message, as the vendor names it"),
    data: z.string().max(10_000).nullable().default(null).describe("As the vendor defines it"),
  }),
] as const;
