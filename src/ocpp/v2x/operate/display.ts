import type { DisplayCommand } from "../../../domain/commands/display.js";
import { accepting, call, type SayingsOf } from "../../common/operate.js";
import { writeMessage } from "../display.js";

/** Messages on displays; those that there are come after the answer, as NotifyDisplayMessages. */
export const display: SayingsOf<DisplayCommand> = {
  "set-display-message": {
    write: ({ message }) => {
      const written = writeMessage(message);
      return "outcome" in written ? written : call("SetDisplayMessage", { message: written.message });
    },
  },
  "report-display-messages": {
    write: ({ messageIds }, { nextId }) => {
      const requestId = nextId();
      const id = messageIds.length === 0 ? {} : { id: messageIds };
      return { ...call("GetDisplayMessages", { requestId, ...id }), requestId };
    },
    // There are none: nothing will follow.
    read: accepting("Unknown"),
  },
  "clear-display-message": {
    write: ({ messageId }) => call("ClearDisplayMessage", { id: messageId }),
    // One that is not there is as good as cleared.
    read: accepting("Unknown"),
  },
};
