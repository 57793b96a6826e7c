import type { CommandOf } from "../../domain/command.js";
import { cannot, call, type SayingsOf } from "./operate.js";
import { clearedOf } from "./outcome.js";
import { isOwnProfile } from "./profile.js";
import { textAt } from "../wire.js";

/** A profile that somebody else left at a station; `key` is how the version names its id. */
export const clearProfile = (
  key: "id" | "chargingProfileId",
): SayingsOf<CommandOf<"clear-charging-profile">> => ({
  "clear-charging-profile": {
    write: ({ profileId }, { profile: { idBase } }) =>
      isOwnProfile(profileId, idBase)
        ? cannot(`${profileId} is a profile of this system, which the plan tells anew`)
        : call("ClearChargingProfile", { [key]: profileId }),
    read: (answer) => {
      const outcome = clearedOf(answer);
      const isThere = outcome.status !== "accepted" || textAt(answer, "status") !== "Unknown";
      return isThere ? outcome : { ...outcome, detail: "the station has no such profile" };
    },
  },
});
