import { z } from "zod";

export const settingsProfile = z
  .strictObject({
    settings: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(200).describe("1.6: key; 2.x: Component.Variable"),
          value: z.string().max(2_500).describe("As text"),
        }),
      )
      .min(1)
      .max(200)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "each name once")
      .describe("What each station shall be set to"),
    version: z
      .enum(["1.6", "2.x"])
      .nullable()
      .default(null)
      .describe("Only stations that speak this now; null: all. Names differ between the two"),
    stationIds: z
      .array(z.string().min(1).max(48))
      .max(10_000)
      .nullable()
      .default(null)
      .describe("Only these of the site; null: all"),
    dryRun: z.boolean().default(false).describe("Only say what would be written"),
  })
  .meta({ id: "SettingsProfile", description: "Settings for many stations" });

export const appliedProfiles = z
  .array(
    z.object({
      stationId: z.string().describe("OCPP identity"),
      settings: z
        .array(
          z.object({
            name: z.string().describe("Of the setting"),
            wanted: z.string().describe("What it shall be"),
            present: z.string().nullable().describe("As last told before; null: not known"),
            result: z
              .enum(["same", "read-only", "would-write", "written", "not-written"])
              .describe("What became of it; would-write in a dry run"),
            detail: z.string().nullable().describe("Why not, or RebootRequired; null: nothing to say"),
          }),
        )
        .describe("One for each of the profile"),
    }),
  )
  .describe("One for each station");
