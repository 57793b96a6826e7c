import { z } from "zod";
import { epochMs } from "../common.js";
import { retrying, uploadLocation } from "./firmware.js";

export const logsCommands = [
  z
    .strictObject({
      kind: z.literal("get-log"),
      logType: z
        .enum(["diagnostics", "security", "data-collector"])
        .default("diagnostics")
        .describe("security: 1.6 with the security extension, and 2.x; data-collector: 2.1"),
      location: uploadLocation,
      fromMs: epochMs("From when on; null: from the oldest").nullable().default(null),
      toMs: epochMs("Until when; null: to the newest").nullable().default(null),
      extended: z
        .boolean()
        .default(false)
        .describe("1.6: diagnostics by GetLog of the security extension instead of GetDiagnostics"),
      ...retrying,
    })
    .describe("A log that the station uploads; how it goes is told at /stations/{id}/jobs"),
] as const;
