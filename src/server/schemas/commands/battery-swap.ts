import { z } from "zod";

export const batterySwapCommands = [
  z.strictObject({
    kind: z.literal("request-battery-swap"),
    idToken: z.string().min(1).max(255).describe("The driver's id token"),
  }),
] as const;
