import { z } from "zod";
import { epochTime } from "./time.js";

/** The list by which a station decides alone, as far as it took it from us. */
export const localListFileSchema = z
  .object({
    version: z.int().nullable().describe("That the station took last; null: none, or one that is not ours"),
    isKept: z.boolean().describe("Whether it is kept in step with the known id tokens"),
    sentMs: epochTime("When it took it").nullable().describe("null: never"),
    entries: z
      .array(
        z.object({
          idToken: z.string().describe("On the list"),
          told: z.string().describe("What the station was told of it"),
        }),
      )
      .describe("At most 5,000"),
  })
  .meta({ id: "LocalList", description: "The list of id tokens by which a station decides alone" });
export type LocalListFile = z.infer<typeof localListFileSchema>;
