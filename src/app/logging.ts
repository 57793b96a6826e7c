import { pino, type Logger } from "pino";
import { asCalled } from "./called-as.js";

/** One JSON line per message on stderr; words for people go through `console.error` of the commands. */
export const createLog = (level: "silent" | "info" | "warn" | "error" = "info"): Logger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { log: withRunnableHint } },
    pino.destination({ dest: 2, sync: false }),
  );

/** Commands in hints run as they are written. */
const withRunnableHint = (fields: Record<string, unknown>): Record<string, unknown> =>
  typeof fields["hint"] === "string" ? { ...fields, hint: asCalled(fields["hint"]) } : fields;
