import type {
  AskedCertificate,
  CertificateStanding,
  ContractFinding,
  EmaidsByHashes,
  ShownContract,
} from "../../domain/plug-and-charge.js";
import type { EpochMs } from "../../domain/units.js";
import { serialKey } from "../status/digest.js";
import { hashOf, type Issuers } from "../status/issuers.js";
import type { AskedWithIssuer, StandingOf } from "../status/statuses.js";
import { type Link, readChain, respondersOf, verifyChain } from "./chain.js";

export interface JudgeParts {
  readonly standingOf: StandingOf;
  readonly issuers: Issuers;
  /** Whether the configuration allows anybody to be asked. */
  readonly asksAnybody: boolean;
  /** Which eMAIDs hashes alone are good for. */
  readonly emaidsByHashes: EmaidsByHashes;
  readonly now: () => EpochMs;
}

/** A chain has at most so many, and a station names no more for OCPP. */
const MOST_ASKED = 8;

/**
 * What a contract's certificates are worth: accepted only where the chain, if it is shown, holds, and each of its
 * certificates is Good by an answer that is proven to be its authority's. Hashes alone bear no eMAID: the finding says
 * for which they are good.
 */
export const createJudge =
  ({ standingOf, issuers, asksAnybody, emaidsByHashes, now }: JudgeParts) =>
  async (stationId: string, shown: ShownContract): Promise<ContractFinding | null> => {
    if (shown.chainPem === null) {
      if (!asksAnybody) return null;
      const finding = namesAuthority(shown.asked, issuers)
        ? NO_CONTRACT
        : await ofStandings(stationId, shown.asked, standingOf);
      return { ...finding, goodFor: emaidsByHashes };
    }
    const certificates = readChain(shown.chainPem);
    if (certificates === null) return { status: "CertChainError", why: "no chain of certificates" };
    const links = verifyChain(certificates, { emaid: shown.emaid, issuers, nowMs: now() });
    if ("status" in links) return links;
    return ofStandings(stationId, withShown(links, shown.asked), standingOf);
  };

/** The first is to be the contract's own (C07); an authority's says nothing of the contracts below it. */
const namesAuthority = ([first]: readonly AskedCertificate[], issuers: Issuers): boolean =>
  first !== undefined && issuers.isNamedBy(first.hash);

const NO_CONTRACT: ContractFinding = {
  status: "NoCertificateAvailable",
  why: "the first certificate that is named is an authority's, not a contract's",
};

/** How each certificate of a chain is asked for: where the station says, else where the certificate does. */
const withShown = (links: readonly Link[], told: readonly AskedCertificate[]): readonly AskedWithIssuer[] =>
  links.map(({ certificate, issuer }) => {
    const hash = hashOf(certificate, issuer);
    const same = told.find((asked) => serialKey(asked.hash.serialNumber) === serialKey(hash.serialNumber));
    const urls = [...new Set([...respondersOf(certificate), ...(same?.urls ?? [])])];
    return { hash, source: "OCSP", urls, issuer };
  });

const ofStandings = async (
  stationId: string,
  asked: readonly AskedWithIssuer[],
  standingOf: StandingOf,
): Promise<ContractFinding> => {
  if (asked.length === 0 || asked.length > MOST_ASKED)
    return { status: "NoCertificateAvailable", why: "no certificate to ask for" };
  const standings = await Promise.all(asked.map((one) => standingOf(stationId, one)));
  if (standings.some(({ status }) => status === "Revoked"))
    return { status: "CertificateRevoked", why: "a certificate is revoked" };
  const [doubt] = standings.flatMap((standing) => doubtOf(standing) ?? []);
  return doubt === undefined
    ? { status: "Accepted", why: null }
    : { status: "NoCertificateAvailable", why: doubt };
};

/** Why a certificate that is not known to be revoked is not believed either; null: it is. */
const doubtOf = (standing: CertificateStanding): string | null => {
  if (standing.status === "Failed") return standing.why;
  if (standing.status === "Unknown") return "its authority does not know a certificate";
  return standing.isProven ? null : "the authority of an answer is not among plugAndCharge.caFiles";
};
