import { z } from "zod";
import { chargingProfilesFileSchema } from "./charging-profiles.js";

/** What a station was told for a running transaction, beside what it says that it holds. */
const comparedProfileSchema = z
  .object({
    evseId: z.int().describe("EVSE of the transaction"),
    unit: z.enum(["A", "W"]).describe("Of both values"),
    toldValue: z.number().describe("What it was told last, for the moment at which it told what it holds"),
    heldValue: z
      .number()
      .nullable()
      .describe("What it says that it holds for then; null: nothing that compares"),
    verdict: z
      .enum(["as-told", "differs", "missing", "not-comparable"])
      .describe("missing: it tells no profile for the transaction; not-comparable: in another unit"),
  })
  .meta({ id: "ComparedProfile", description: "A charging profile as told, and as its station holds it" });
export type ComparedProfile = z.infer<typeof comparedProfileSchema>;

/** What a station holds, beside what it was told. */
export const shownProfiles = chargingProfilesFileSchema
  .extend({
    compared: z.array(comparedProfileSchema).describe("One for each transaction that was told a profile"),
  })
  .meta({ id: "ShownChargingProfiles", description: "Charging profiles held, and as told" });
export type ShownProfiles = z.infer<typeof shownProfiles>;
