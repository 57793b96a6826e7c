import { z } from "zod";
import type { ListSync } from "../../ports/local-lists.js";
import { commandOutcomeSchema } from "./command.js";

export const listSyncSchema: z.ZodType<ListSync> = z
  .object({
    change: z.enum(["none", "differential", "whole"]).describe("What was sent"),
    sent: z.int().describe("Entries that were sent and taken"),
    version: z.int().nullable().describe("Of the list now; null: the station did not take it"),
    outcome: commandOutcomeSchema.describe("Of the last message"),
  })
  .meta({ id: "ListSync", description: "What became of bringing a list in step" });
