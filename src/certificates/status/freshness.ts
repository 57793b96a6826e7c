import type { CertificateStanding } from "../../domain/plug-and-charge.js";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../../domain/units.js";

/** Clocks of authorities and ours may differ by so much. */
const SKEW_MS = 5 * MINUTE_MS;
/** Where an authority does not say when it will tell anew. */
const LONGEST_UNTOLD_MS = DAY_MS;

type Failed = Extract<CertificateStanding, { readonly status: "Failed" }>;

export const failed = (why: string): Failed => ({ status: "Failed", cause: "failed", why });

/** Until when what an authority told can be relied on; or why it cannot. */
export const reliance = (
  thisUpdate: Date,
  nextUpdate: Date | undefined,
  nowMs: EpochMs,
): { readonly nextUpdateMs: EpochMs } | Failed => {
  const sinceMs = thisUpdate.getTime();
  if (!(sinceMs <= nowMs + SKEW_MS)) return failed("an answer of a time to come");
  const untilMs = nextUpdate?.getTime() ?? sinceMs + LONGEST_UNTOLD_MS;
  if (!(untilMs > nowMs - SKEW_MS)) return failed("an answer that holds no more");
  // One that is told anew at any time is asked for anew each time.
  return { nextUpdateMs: nextUpdate === undefined ? nowMs : untilMs };
};
