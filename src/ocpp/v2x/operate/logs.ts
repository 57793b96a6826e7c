import type { LogsCommand } from "../../../domain/commands/logs.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";
import { logRequest, NO_LOCATION, readLogAnswer } from "../../common/transfers.js";
import type { Version2 } from "./version.js";

/** The log of a data collector is 2.1's. */
export const logs = (version: Version2): SayingsOf<LogsCommand> => ({
  "get-log": {
    write: (command, { nextId }) => {
      if (command.logType === "data-collector" && version === "2.0.1")
        return cannot("2.0.1 has no log of a data collector");
      if (command.location === null) return NO_LOCATION;
      const requestId = nextId();
      return { ...call("GetLog", logRequest(command, requestId)), requestId };
    },
    read: readLogAnswer,
  },
});
