import { z } from "zod";
import { epochTime } from "./time.js";

/** A word of a station on a job. */
const jobStatusSchema = z
  .object({
    atMs: epochTime("When it came first"),
    lastMs: epochTime("When it came last"),
    status: z.string().describe("In the station's word: Downloading, Installed, UploadFailure"),
    detail: z.string().describe("What the station adds; empty where it adds nothing"),
    times: z.int().describe("How often it was told in a row"),
    isOdd: z.boolean().describe("The standard does not let it follow the one before"),
  })
  .meta({ id: "JobStatus", description: "A word of a station on a job" });
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** Something that a station does for a while after it accepted it. */
export const stationJobSchema = z
  .object({
    kind: z.enum(["firmware", "publish-firmware", "log"]).describe("What it is"),
    requestId: z.int().nullable().describe("Under which the station tells of it; null: 1.6 has none"),
    askedMs: epochTime("When the station accepted it").nullable().describe("null: we did not ask for it"),
    what: z.string().describe("What was asked for: the log's type, the firmware's version; empty: not known"),
    location: z.string().nullable().describe("Where the file is, secrets taken out; null: not known"),
    fileName: z.string().nullable().describe("As the station named it; null: not told"),
    plannedMs: epochTime("Before then nothing need happen").nullable().describe("null: at once"),
    expectedVersion: z.string().nullable().describe("Firmware that a boot shall tell; null: any other"),
    versionBefore: z.string().nullable().describe("Firmware when it was asked for; null: not known"),
    statuses: z.array(jobStatusSchema).describe("The newest, oldest first"),
    result: z
      .enum(["running", "done", "failed", "replaced", "lost", "timed-out"])
      .describe(
        "replaced: by a later one; lost: the station does nothing of it, and told no end; timed-out: nothing was told for too long",
      ),
    endedMs: epochTime("When it ended").nullable().describe("null: it runs"),
  })
  .meta({ id: "StationJob", description: "An update of firmware or an upload of a log" });
export type StationJob = z.infer<typeof stationJobSchema>;

/** A station's word on a job. */
export interface JobNews {
  readonly kind: "job-told";
  readonly job: StationJob["kind"];
  readonly requestId: number | null;
  readonly status: string;
  readonly detail: string;
}
