import { z } from "zod";
import { batteriesFileSchema } from "./batteries.js";
import { gridControlFileSchema } from "./grid-control.js";
import { stationEventSchema } from "./events.js";
import { stationIdentitySchema } from "./identity.js";
import { stationJobSchema } from "./jobs.js";
import { reservationSchema } from "./reservations.js";
import { settingsFileSchema } from "./settings.js";

/** All that is kept of a station beside charging; one part per block of the standard. */
export const stationFileSchema = z.object({
  settings: settingsFileSchema.describe("Configuration or device model"),
  gridControls: gridControlFileSchema.describe("Controls of what it feeds into the grid"),
  batteries: batteriesFileSchema.describe("Batteries of a swap station"),
  identity: stationIdentitySchema.describe("As of the last boot"),
  jobs: z.array(stationJobSchema).describe("The newest, oldest first"),
  reservations: z.array(reservationSchema).describe("The newest, oldest first"),
  events: z.array(stationEventSchema).describe("The newest, oldest first"),
});
export type StationFile = z.infer<typeof stationFileSchema>;
