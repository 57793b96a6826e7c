import type { AuthorizationCommand } from "../../../domain/commands/authorization.js";
import { authorizationAlike, call, type SayingsOf } from "../../common/operate.js";
import { writeTime } from "../../common/time.js";
import { numberAt, type Payload } from "../../wire.js";

/** 2.x wants its kind named; those that we know are of the central system. */
const token = (idToken: string): Payload => ({ idToken, type: "Central" });

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
              localAuthorizationList: entries.map(({ idToken, standing }) => ({
                idToken: token(idToken),
                ...(standing === null ? {} : { idTokenInfo: { status: standing } }),
              })),
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
        idToken: token(idToken),
        ...(evseId === null ? {} : { evseId }),
      }),
  },
};
