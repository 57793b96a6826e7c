import { z } from "zod";
import { evseId } from "../common.js";

export const availabilityCommands = [
  z.strictObject({
    kind: z.literal("reset"),
    how: z
      .enum(["soft", "hard", "when-idle"])
      .default("soft")
      .describe("when-idle: once no transaction runs (2.x only); soft and hard are one in 2.x"),
    evseId: evseId.nullable().default(null).describe("null: the whole station, all that 1.6 can"),
  }),
  z.strictObject({
    kind: z.literal("change-availability"),
    evseId: evseId.nullable().default(null).describe("null: the whole station"),
    operative: z.boolean().describe("false: no transaction may begin; one that runs goes on"),
  }),
  z.strictObject({
    kind: z.literal("unlock"),
    evseId,
    connectorId: z.int().min(1).max(100).default(1).describe("2.x only"),
  }),
] as const;
