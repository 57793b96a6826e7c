import type { IdToken, Verdict } from "../domain/id-token.js";
import type { EpochMs } from "../domain/units.js";

/** Where and when a token is shown. */
export interface Shown {
  /** As the station names it; null: 1.6, which knows no types. */
  readonly type: string | null;
  /** null: of a station that stands in no site. */
  readonly siteId: string | null;
  readonly nowMs: EpochMs;
  /** Sessions of the token that run elsewhere, where it is shown to begin one; null: it is not. */
  readonly running: number | null;
}

/** Of a token about which nothing is known. */
export const verdictOfUnknown = (allMayCharge: boolean): Verdict => ({
  status: allMayCharge ? "Accepted" : "Invalid",
  groupId: null,
  expiresMs: null,
  language: null,
});

/**
 * Whether a known token may charge. What is blocked or expired is told before where it may charge, and that
 * before how often at once.
 */
export const verdictOf = (token: IdToken, shown: Shown): Verdict => ({
  status: statusOf(token, shown),
  groupId: token.groupId,
  expiresMs: token.expiresMs,
  language: token.language,
  isKnown: true,
});

const statusOf = (token: IdToken, { type, siteId, nowMs, running }: Shown): Verdict["status"] => {
  if (token.standing === "Blocked") return "Blocked";
  if (token.expiresMs !== null && token.expiresMs <= nowMs) return "Expired";
  if (token.type !== null && type !== null && token.type.toLowerCase() !== type.toLowerCase())
    return "Invalid";
  if (token.siteIds !== null && (siteId === null || !token.siteIds.includes(siteId))) return "Invalid";
  if (token.mostAtOnce !== null && running !== null && running >= token.mostAtOnce) return "ConcurrentTx";
  return "Accepted";
};
