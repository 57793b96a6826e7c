import { z } from "zod";
import { chargingProfilesFileSchema } from "./charging-profiles.js";
import { displayFileSchema } from "./display.js";
import { stationEventSchema } from "./events.js";
import { localListFileSchema } from "./local-list.js";
import { monitorsFileSchema } from "./monitors.js";
import { batteriesFileSchema } from "./batteries.js";
import { gridControlFileSchema } from "./grid-control.js";
import { stationIdentitySchema } from "./identity.js";
import { stationJobSchema } from "./jobs.js";
import { settingsFileSchema } from "./settings.js";
import { transferSchema } from "./transfers.js";

/** All that is kept of a station beside charging; one part per block of the standard. */
export const stationFileSchema = z.object({
  settings: settingsFileSchema.describe("Configuration or device model"),
  monitors: monitorsFileSchema.describe("What it watches of itself"),
  localList: localListFileSchema.describe("Id tokens by which it decides alone"),
  chargingProfiles: chargingProfilesFileSchema.describe("Charging profiles that it holds"),
  display: displayFileSchema.describe("What its display shows"),
  transfers: z.array(transferSchema).describe("What its vendor defined, the newest 50, oldest first"),
  gridControls: gridControlFileSchema.describe("Controls of what it feeds into the grid"),
  batteries: batteriesFileSchema.describe("Batteries of a swap station"),
  identity: stationIdentitySchema.describe("As of the last boot"),
  jobs: z.array(stationJobSchema).describe("The newest, oldest first"),
  events: z.array(stationEventSchema).describe("The newest, oldest first"),
});
export type StationFile = z.infer<typeof stationFileSchema>;
