import type { FirmwareCommand } from "../../../domain/commands/firmware.js";
import { accepting, call, type SayingsOf } from "../../common/operate.js";
import { NO_LOCATION, retrying, signedFirmware } from "../../common/transfers.js";

export const firmware: SayingsOf<FirmwareCommand> = {
  "update-firmware": {
    write: (command, { nextId, nowMs }) => {
      if (command.location === null) return NO_LOCATION;
      const requestId = nextId();
      return { ...call("UpdateFirmware", signedFirmware(command, requestId, nowMs)), requestId };
    },
    read: accepting("AcceptedCanceled"),
  },
  "publish-firmware": {
    write: (command, { nextId }) => {
      const { location, checksum } = command;
      if (location === null) return NO_LOCATION;
      const requestId = nextId();
      return {
        ...call("PublishFirmware", { location, checksum, requestId, ...retrying(command) }),
        requestId,
      };
    },
  },
  // One that is not there is as good as taken back.
  "unpublish-firmware": {
    write: ({ checksum }) => call("UnpublishFirmware", { checksum }),
    read: accepting("Unpublished", "NoFirmware"),
  },
};
