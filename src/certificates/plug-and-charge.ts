import type { X509Certificate } from "node:crypto";
import type { ContractDelivery, EmaidsByHashes } from "../domain/plug-and-charge.js";
import type { EpochMs } from "../domain/units.js";
import { createLookUpCounts, type PlugAndCharge } from "../ports/plug-and-charge.js";
import { createJudge } from "./contracts/judge.js";
import { createPool, type Deliver } from "./contracts/pool.js";
import { fixedToken, grantedToken, type TokenServer } from "./contracts/pool-token.js";
import { allowedHosts } from "./status/hosts.js";
import { createIssuers } from "./status/issuers.js";
import { createStatuses } from "./status/statuses.js";

export interface PlugAndChargeSettings {
  /** Hosts that may be asked, `ocsp.example.org` or `10.0.0.7:8080`. */
  readonly responders: readonly string[];
  readonly authorities: readonly X509Certificate[];
  /** Which eMAIDs a contract that is named by hashes alone is good for; left out: those that are known. */
  readonly emaidsByHashes?: EmaidsByHashes;
  readonly timeoutMs: number;
  /** null: contracts are not fetched. */
  readonly pool: { readonly url: string; readonly authorization: string | TokenServer } | null;
}

/** Authorities and a pool, asked over HTTP within bounds of time, size and number. */
export const createPlugAndCharge = (
  { responders, authorities, emaidsByHashes = "known", timeoutMs, pool }: PlugAndChargeSettings,
  now: () => EpochMs,
): PlugAndCharge => {
  const counts = createLookUpCounts();
  const issuers = createIssuers(authorities);
  const standingOf = createStatuses({
    isAllowed: allowedHosts(responders),
    issuers,
    now,
    timeoutMs,
    count: (source, outcome) => counts.count(source, outcome),
  });
  const deliver = pool === null ? NO_POOL : poolOf(pool, { timeoutMs, now });
  return {
    standingOf,
    judge: createJudge({ standingOf, issuers, asksAnybody: responders.length > 0, emaidsByHashes, now }),
    deliver: async (stationId, request) => {
      const delivery = await deliver(stationId, request);
      counts.count("pool", "cause" in delivery ? delivery.cause : "delivered");
      return delivery;
    },
    readings: () => counts.read(),
  };
};

const NO_POOL: Deliver = async (): Promise<ContractDelivery> => ({
  cause: "not-enabled",
  why: "plugAndCharge.contractPool is not configured",
});

const poolOf = (
  { url, authorization }: NonNullable<PlugAndChargeSettings["pool"]>,
  { timeoutMs, now }: { readonly timeoutMs: number; readonly now: () => EpochMs },
): Deliver =>
  createPool({
    url,
    timeoutMs,
    now,
    authorization:
      typeof authorization === "string" ? fixedToken(authorization) : grantedToken(authorization, now),
  });
