import type { X509Certificate } from "node:crypto";
import { createAttempts } from "../../domain/attempts.js";
import type { AskedCertificate, CertificateStanding } from "../../domain/plug-and-charge.js";
import { type EpochMs, HOUR_MS } from "../../domain/units.js";
import type { LookUpCount } from "../../ports/plug-and-charge.js";
import { askAt } from "./ask.js";
import { createStandingCache } from "./cache.js";
import { isHexadecimal } from "./digest.js";
import { failed } from "./freshness.js";
import { type AllowedHosts, allowedUrl } from "./hosts.js";
import { createIssuers, type Issuers } from "./issuers.js";

export interface StatusParts {
  readonly isAllowed: AllowedHosts;
  readonly issuers: Issuers;
  readonly now: () => EpochMs;
  readonly timeoutMs: number;
  readonly count: (source: LookUpCount["source"], outcome: LookUpCount["outcome"]) => void;
}

/** With the certificate of its issuer, where that is known beside those that are trusted. */
export type AskedWithIssuer = AskedCertificate & { readonly issuer?: X509Certificate };

export type StandingOf = (stationId: string, asked: AskedWithIssuer) => Promise<CertificateStanding>;

/** Questions under way over all stations: authorities are not ours to flood. */
const MOST_AT_ONCE = 32;
/** Of one station that nobody had asked before; one that asks more often is broken. A list is long to read. */
const MOST_PER_HOUR = { OCSP: 600, CRL: 60 } as const;
const MOST_URLS = 5;

/** How certificates stand, by whoever may be asked; kept as long as it counts, and asked once by many at once. */
export const createStatuses = (parts: StatusParts): StandingOf => {
  const { isAllowed, issuers, now, timeoutMs, count } = parts;
  const cache = createStandingCache();
  const attempts = createAttempts(HOUR_MS);
  const underWay = new Map<string, Promise<CertificateStanding>>();

  const ask = async (asked: AskedWithIssuer, urls: readonly URL[]): Promise<CertificateStanding> => {
    const { issuer } = asked;
    const known = issuer === undefined ? issuers : createIssuers([...issuers.all, issuer]);
    let last: CertificateStanding = failed("nobody was asked");
    for (const url of urls) {
      const share = { url, timeoutMs: timeoutMs / urls.length };
      last = await askAt(asked, share, { nowMs: now(), issuers: known });
      if (last.status !== "Failed") return last;
      last = { ...last, why: `${url.host}: ${last.why}` };
    }
    return last;
  };
  const begin = (key: string, asked: AskedWithIssuer, urls: readonly URL[]): Promise<CertificateStanding> => {
    const asking = ask(asked, urls).then((standing) => {
      underWay.delete(key);
      if (standing.status !== "Failed") cache.put(key, standing, now());
      return standing;
    });
    underWay.set(key, asking);
    return asking;
  };
  const find = (
    stationId: string,
    asked: AskedWithIssuer,
  ): CertificateStanding | Promise<CertificateStanding> => {
    if (!isWellFormed(asked)) return failed("no hashes of a certificate");
    const key = keyOf(asked);
    const waiting = underWay.get(key);
    if (waiting !== undefined) return waiting;
    const urls = asked.urls.slice(0, MOST_URLS).flatMap((text) => allowedUrl(text, isAllowed) ?? []);
    if (urls.length === 0) return notEnabled(asked);
    if (underWay.size >= MOST_AT_ONCE) return failed(`more than ${MOST_AT_ONCE} questions at once`);
    const [asker, most] = [`${asked.source} ${stationId}`, MOST_PER_HOUR[asked.source]];
    if (attempts.blockedUntilMs([[asker, most]], now()) !== null)
      return failed(`more than ${most} questions in an hour`);
    attempts.failed(asker, now());
    return begin(key, asked, urls);
  };
  return async (stationId, asked) => {
    const known = cache.get(keyOf(asked), now());
    if (known !== null) {
      count(asked.source, "cached");
      return known;
    }
    const standing = await find(stationId, asked);
    count(asked.source, outcomeOf(standing));
    return standing;
  };
};

const OUTCOMES = { Good: "good", Revoked: "revoked", Unknown: "unknown" } as const;

const outcomeOf = (standing: CertificateStanding): LookUpCount["outcome"] =>
  standing.status === "Failed" ? standing.cause : OUTCOMES[standing.status];

const LONGEST_URL_TOLD = 200;

const notEnabled = ({ urls }: AskedCertificate): CertificateStanding => {
  const hosts = urls.map((url) => (URL.canParse(url) ? new URL(url).host : "no address"));
  const why = `not among plugAndCharge.responders: ${hosts.join(", ").slice(0, LONGEST_URL_TOLD)}`;
  return { status: "Failed", cause: "not-enabled", why };
};

/** Hexadecimal digits of each digest. */
const DIGITS = { SHA256: 64, SHA384: 96, SHA512: 128 } as const;
const MOST_SERIAL_DIGITS = 40;

const isWellFormed = ({ hash }: AskedCertificate): boolean => {
  const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = hash;
  return (
    [issuerNameHash, issuerKeyHash].every(
      (digits) => digits.length === DIGITS[hashAlgorithm] && isHexadecimal(digits),
    ) &&
    serialNumber.length <= MOST_SERIAL_DIGITS &&
    isHexadecimal(serialNumber)
  );
};

const keyOf = ({ hash, source, urls, issuer }: AskedWithIssuer): string => {
  const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = hash;
  const name = [hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber].join(" ").toLowerCase();
  // An answer that was not proven may be where its issuer is known.
  return `${source} ${name} ${issuer?.fingerprint256 ?? ""} ${urls.join(" ")}`;
};
