import { z } from "zod";
import { stationSelectionSchema } from "../../domain/station-task.js";

const selection = stationSelectionSchema.describe("At which stations; {}: all");
const evseId = z.int().min(0).max(1_000).default(0);

export const assignmentRequest = z
  .strictObject({
    selection,
    evseId: evseId.describe(
      "0: the whole station, which is told it; else that EVSE, which the plan alone keeps to it",
    ),
  })
  .meta({ id: "AssignmentRequest", description: "Where a charging profile is to be in force" });

export const releaseRequest = z
  .strictObject({ selection, evseId: evseId.describe("0: of the whole station; else of that EVSE") })
  .meta({ id: "ReleaseRequest", description: "Where the charging profile in force is to be taken back" });
