import { z } from "zod";
import { stationSelectionSchema } from "../../domain/station-task.js";
import { commandRequest } from "./command.js";

/** A week: longer than that a station is not waited for. */
const MOST_WAIT_S = 604_800;

export const taskRequest = z
  .strictObject({
    command: commandRequest.describe("What each station is asked"),
    selection: stationSelectionSchema.describe("Which stations; {}: all"),
    atOnce: z.int().min(1).max(100).default(8).describe("Stations that are asked at the same time"),
    waitForOfflineS: z
      .int()
      .min(0)
      .max(MOST_WAIT_S)
      .default(0)
      .describe("How long stations are waited for that are not connected, s; 0: they are left out"),
  })
  .meta({ id: "TaskRequest", description: "A command for many stations" });
