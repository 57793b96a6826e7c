import { pino, type Logger } from "pino";

/** One JSON line per message on stderr; words for people go through `console.error` of the commands. */
export const createLog = (level: "silent" | "info" | "warn" | "error" = "info"): Logger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: false }),
  );
