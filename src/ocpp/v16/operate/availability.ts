import type { AvailabilityCommand } from "../../../domain/commands/availability.js";
import { accepting, call, cannot, type SayingsOf } from "../../common/operate.js";

/** Connector 0 is the station itself. */
export const availability: SayingsOf<AvailabilityCommand> = {
  reset: {
    write: ({ how, evseId }) => {
      if (evseId !== null) return cannot("1.6 resets the whole station: leave the EVSE out");
      if (how === "when-idle")
        return cannot(
          "1.6 resets at once: say soft or hard when nobody charges; disabled, it begins no transaction",
        );
      return call("Reset", { type: how === "hard" ? "Hard" : "Soft" });
    },
  },
  "change-availability": {
    write: ({ evseId, operative }) =>
      call("ChangeAvailability", {
        connectorId: evseId ?? 0,
        type: operative ? "Operative" : "Inoperative",
      }),
    read: accepting("Scheduled"),
  },
  unlock: {
    write: ({ evseId }) => call("UnlockConnector", { connectorId: evseId }),
    read: accepting("Unlocked"),
  },
};
