import type { FirmwareCommand } from "../../../domain/commands/firmware.js";
import { accepting, call, cannot, type SayingsOf } from "../../common/operate.js";
import { NO_LOCATION, retrying, signedFirmware } from "../../common/transfers.js";
import { writeTime } from "../../common/time.js";

/** Signed images are those of the security extension; the plain call has no time to install, and no answer. */
export const firmware: SayingsOf<FirmwareCommand> = {
  "update-firmware": {
    write: (command, context) => {
      const { location, retrieveMs, installMs, signed } = command;
      if (location === null) return NO_LOCATION;
      if (signed !== null) {
        const requestId = context.nextId();
        return {
          ...call("SignedUpdateFirmware", signedFirmware(command, requestId, context.nowMs)),
          requestId,
        };
      }
      if (installMs !== null)
        return cannot("1.6 installs a firmware that is not signed once it is there: leave installMs out");
      const retrieveDate = writeTime(retrieveMs ?? context.nowMs);
      return call("UpdateFirmware", { location, retrieveDate, ...retrying(command) });
    },
    read: (answer, { signed }) =>
      signed === null ? { status: "accepted" } : accepting("AcceptedCanceled")(answer),
  },
  "publish-firmware": { write: () => cannot("1.6 has no local controllers that publish firmware") },
  "unpublish-firmware": { write: () => cannot("1.6 has no local controllers that publish firmware") },
};
