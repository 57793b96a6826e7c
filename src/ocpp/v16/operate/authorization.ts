import type { AuthorizationCommand } from "../../../domain/commands/authorization.js";
import { authorizationAlike, call, type SayingsOf } from "../../common/operate.js";
import { writeTime } from "../../common/time.js";
import { idTagInfo16 } from "../id-tag.js";
import { numberAt } from "../../wire.js";

export const authorization: SayingsOf<AuthorizationCommand> = {
  ...authorizationAlike,
  "send-local-list": {
    write: ({ version, isWhole, entries }) =>
      call("SendLocalList", {
        listVersion: version,
        updateType: isWhole ? "Full" : "Differential",
        // An entry without a standing is taken off.
        localAuthorizationList: entries.map(({ idToken, standing, groupId = null, expiresMs = null }) => ({
          idTag: idToken,
          ...(standing === null ? {} : { idTagInfo: idTagInfo16({ status: standing, groupId, expiresMs }) }),
        })),
      }),
  },
  "local-list-version": {
    write: () => call("GetLocalListVersion", {}),
    read: (answer) => ({ status: "accepted", version: numberAt(answer, "listVersion") ?? 0 }),
  },
  reserve: {
    write: ({ reservationId, evseId, idToken, expiresMs }) =>
      call("ReserveNow", {
        connectorId: evseId ?? 0,
        expiryDate: writeTime(expiresMs),
        idTag: idToken,
        reservationId,
      }),
  },
};
