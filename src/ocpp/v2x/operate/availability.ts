import type { AvailabilityCommand } from "../../../domain/commands/availability.js";
import { accepting, call, type SayingsOf } from "../../common/operate.js";

export const availability: SayingsOf<AvailabilityCommand> = {
  reset: {
    write: ({ how, evseId }) =>
      call("Reset", {
        type: how === "when-idle" ? "OnIdle" : "Immediate",
        ...(evseId === null ? {} : { evseId }),
      }),
    read: accepting("Scheduled"),
  },
  "change-availability": {
    write: ({ evseId, operative }) =>
      call("ChangeAvailability", {
        operationalStatus: operative ? "Operative" : "Inoperative",
        ...(evseId === null ? {} : { evse: { id: evseId } }),
      }),
    read: accepting("Scheduled"),
  },
  unlock: {
    write: ({ evseId, connectorId }) => call("UnlockConnector", { evseId, connectorId }),
    read: accepting("Unlocked"),
  },
};
