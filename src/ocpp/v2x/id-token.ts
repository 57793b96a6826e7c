import type { Verdict } from "../../domain/id-token.js";
import { writeTime } from "../common/time.js";
import type { Payload } from "../wire.js";

/** Kind of tokens of which we know none: those of the central system itself. */
const OF_CENTRAL = "Central";

/** An id token of ours in words of 2.x, which wants its kind named. */
export const writeToken = (idToken: string, type: string | null = null): Payload => ({
  idToken,
  type: type ?? OF_CENTRAL,
});

/** What a station is told of a token; of one that nobody was asked about that it may charge. */
export const idTokenInfo2x = (verdict: Verdict | null): Payload =>
  verdict === null
    ? { status: "Accepted" }
    : {
        status: verdict.status,
        ...(verdict.expiresMs === null ? {} : { cacheExpiryDateTime: writeTime(verdict.expiresMs) }),
        ...(verdict.groupId === null ? {} : { groupIdToken: writeToken(verdict.groupId) }),
        ...(verdict.language === null ? {} : { language1: verdict.language.slice(0, 8) }),
      };
