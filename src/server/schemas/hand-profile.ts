import { z } from "zod";
import { stationSelectionSchema } from "../../domain/station-task.js";

export const assignmentRequest = z
  .strictObject({
    selection: stationSelectionSchema.describe("At which stations; {}: all"),
    evseId: z
      .int()
      .min(0)
      .max(1_000)
      .default(0)
      .describe("0: the whole station, which is told it; else that EVSE, which the plan alone keeps to it"),
  })
  .meta({ id: "AssignmentRequest", description: "Where a charging profile is to be in force" });
