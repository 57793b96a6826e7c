import { z } from "zod";
import { epochTime } from "./station-file/time.js";

const MOST_OF_A_KIND = 1_000;

/** One value, or several of which one has to hold. */
const oneOf = <Value extends z.ZodType<string>>(value: Value) =>
  z
    .union([value, z.array(value).min(1).max(MOST_OF_A_KIND)])
    .nullable()
    .default(null);

const term = (what: string) =>
  oneOf(z.string().min(1).max(128)).describe(`${what}; several: of any of them; null: of any`);

/** Which stations: those of which all that is stated holds, of several of one kind any; nothing stated: all. */
export const stationSelectionSchema = z
  .strictObject({
    stationIds: z
      .array(z.string().min(1).max(48))
      .min(1)
      .max(10_000)
      .nullable()
      .default(null)
      .describe("OCPP identities; null: whatever their name"),
    siteId: term("Of the site"),
    vendor: term("Their maker, as they tell it"),
    model: term("Their model, as they tell it"),
    version: oneOf(z.enum(["1.6", "2.0.1", "2.1"])).describe(
      "OCPP version of their connection, or of the last; several: any of them; null: any",
    ),
  })
  .meta({
    id: "StationSelection",
    description: "Stations of which all that is stated holds, of several of one kind any",
  });
export type StationSelection = z.infer<typeof stationSelectionSchema>;

/**
 * How a station of a task stands. `waiting`: not asked yet. `asking`: asked, not answered yet. `unanswered`: it may
 * have been carried out. `offline`: it was not connected in time, and never asked. `cancelled`: never asked either.
 */
const TASK_STATES = [
  "waiting",
  "asking",
  "accepted",
  "refused",
  "unanswered",
  "offline",
  "cancelled",
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** What a command needs at one station, and whoever is to read it and what it brought needs at many. */
const taskScope = z.enum(["operate", "admin"]);
export type TaskScope = z.infer<typeof taskScope>;

/** One station of a task. */
export const taskResultSchema = z
  .object({
    stationId: z.string().describe("OCPP identity"),
    state: z
      .enum(TASK_STATES)
      .describe(
        "waiting and asking are not over; unanswered may have been carried out; offline was never asked",
      ),
    detail: z.string().nullable().describe("Why, or what the station added; null: nothing to say"),
    answer: z
      .looseObject({})
      .nullable()
      .describe(
        "What an accepted command brought, as the single command tells it; null: nothing, or not for the scope of who asks",
      ),
    atMs: epochTime("Since when it stands so"),
  })
  .meta({ id: "TaskResult", description: "What became of a task at a station" });
export type TaskResult = z.infer<typeof taskResultSchema>;

/** A task as it is kept, without its results. */
const taskHeadSchema = z.object({
  id: z.string().describe("To show and cancel it by"),
  askedBy: z.string().describe("Name of the token by which it was asked for"),
  askedMs: epochTime("When it was asked for"),
  scope: taskScope.describe("Who lacks it sees kind, counts and states alone"),
  command: z
    .looseObject({ kind: z.string().describe("Of the command") })
    .describe(
      "What each station is asked, without id tokens and credentials; its kind alone without the scope",
    ),
  selection: stationSelectionSchema.describe(
    "Which stations; who they were was settled when it was asked for",
  ),
  stations: z.int().describe("How many they were"),
  atOnce: z.int().describe("How many are asked at the same time"),
  waitUntilMs: epochTime("Until when it waits for stations that are not connected"),
  cancelledMs: epochTime("When it was cancelled").nullable().describe("null: it was not"),
  endedMs: epochTime("When the last station was over").nullable().describe("null: it goes on"),
});
export type TaskHead = z.infer<typeof taskHeadSchema>;

const count = (what: string) => z.int().describe(`Stations that ${what}`);

/** How many stations stand how. */
const taskCountsSchema = z.object({
  waiting: count("were not asked yet"),
  asking: count("are being asked"),
  accepted: count("accepted"),
  refused: count("refused, or cannot do it"),
  unanswered: count("did not answer in time"),
  offline: count("were not connected in time"),
  cancelled: count("are no longer to be asked"),
});
export type TaskCounts = z.infer<typeof taskCountsSchema>;

export const stationTaskSchema = taskHeadSchema
  .extend({ counts: taskCountsSchema.describe("How many stations stand how") })
  .meta({ id: "StationTask", description: "A command for many stations, and how far it is" });
export type StationTask = z.infer<typeof stationTaskSchema>;

/** A task as it is kept: with its stations, in the order in which they are asked. */
export const keptTaskSchema = stationTaskSchema.extend({
  scope: taskScope.default("admin").describe("Not stated: nobody knows, so that few may read it"),
  stationIds: z.array(z.string()).describe("Stations that it is for"),
});
