import { z } from "zod";

export const streamSchema = z.object({
  streamId: z.int().describe("Id of the stream"),
  monitorId: z.int().describe("Of the monitor whose values it carries"),
  intervalS: z.number().nullable().describe("At most so many seconds between two messages; null: not told"),
  values: z.number().nullable().describe("At most so many values in one message; null: not told"),
});

export const streamCommands = [
  z.strictObject({ kind: z.literal("list-streams") }),
  z.strictObject({
    kind: z.literal("adjust-stream"),
    streamId: z.int().min(0).max(2_147_483_647).describe("Id of the stream"),
    intervalS: z.int().min(1).max(86_400).nullable().default(null).describe("null: the station decides"),
    values: z.int().min(1).max(10_000).nullable().default(null).describe("null: the station decides"),
  }),
] as const;
