import type { CommandOutcome } from "../../../domain/command.js";
import type { LogsCommand } from "../../../domain/commands/logs.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";
import { logRequest, NO_LOCATION, readLogAnswer, retrying } from "../../common/transfers.js";
import { writeTime } from "../../common/time.js";
import { type Payload, textAt } from "../../wire.js";

/** GetLog is the security extension's; diagnostics go by it where the operator says so. */
const isExtended = ({ logType, extended }: LogsCommand): boolean => extended || logType === "security";

/** The name of the file that will be uploaded; none: there is nothing to tell. */
const readDiagnostics = (answer: Payload): CommandOutcome => {
  const fileName = textAt(answer, "fileName");
  return fileName === null
    ? { status: "rejected", detail: "the station has no diagnostics of that time" }
    : { status: "accepted", fileName };
};

export const logs: SayingsOf<LogsCommand> = {
  "get-log": {
    write: (command, { nextId }) => {
      const { logType, location, fromMs, toMs } = command;
      if (logType === "data-collector") return cannot("1.6 has no log of a data collector");
      if (location === null) return NO_LOCATION;
      if (isExtended(command)) {
        const requestId = nextId();
        return { ...call("GetLog", logRequest(command, requestId)), requestId };
      }
      return call("GetDiagnostics", {
        location,
        ...retrying(command),
        ...(fromMs === null ? {} : { startTime: writeTime(fromMs) }),
        ...(toMs === null ? {} : { stopTime: writeTime(toMs) }),
      });
    },
    read: (answer, command) => (isExtended(command) ? readLogAnswer(answer) : readDiagnostics(answer)),
  },
};
