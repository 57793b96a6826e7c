import type { AuthorizationCommand, LocalListEntry } from "../../../domain/commands/authorization.js";
import { authorizationAlike, call, type SayingsOf } from "../../common/operate.js";
import { writeTime } from "../../common/time.js";
import { idTokenInfo2x, writeToken } from "../id-token.js";
import { numberAt, type Payload } from "../../wire.js";

const listed = ({ idToken, standing, type, groupId = null, expiresMs = null }: LocalListEntry): Payload => ({
  idToken: writeToken(idToken, type),
  ...(standing === null
    ? {}
    : { idTokenInfo: idTokenInfo2x({ status: standing, groupId, expiresMs, language: null }) }),
});

export const authorization: SayingsOf<AuthorizationCommand> = {
  ...authorizationAlike,
  "send-local-list": {
    write: ({ version, isWhole, entries }) =>
      call("SendLocalList", {
        versionNumber: version,
        updateType: isWhole ? "Full" : "Differential",
        // An entry without a standing is taken off; a list of none is left out.
        ...(entries.length === 0
          ? {}
          : {
              localAuthorizationList: entries.map(listed),
            }),
      }),
  },
  "local-list-version": {
    write: () => call("GetLocalListVersion", {}),
    read: (answer) => ({ status: "accepted", version: numberAt(answer, "versionNumber") ?? 0 }),
  },
  reserve: {
    write: ({ reservationId, evseId, idToken, expiresMs }) =>
      call("ReserveNow", {
        id: reservationId,
        expiryDateTime: writeTime(expiresMs),
        idToken: writeToken(idToken),
        ...(evseId === null ? {} : { evseId }),
      }),
  },
};
