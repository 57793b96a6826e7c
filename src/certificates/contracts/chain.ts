import { X509Certificate } from "node:crypto";
import type { ContractFinding, ContractStatus } from "../../domain/plug-and-charge.js";
import { emaidKey } from "../../domain/plug-and-charge.js";
import type { EpochMs } from "../../domain/units.js";
import { isInTime, type Issuers } from "../status/issuers.js";

/** A certificate and the one that issued it. */
export interface Link {
  readonly certificate: X509Certificate;
  readonly issuer: X509Certificate;
}

interface Verifying {
  readonly emaid: string;
  readonly issuers: Issuers;
  readonly nowMs: EpochMs;
}

const found = (status: ContractStatus, why: string): ContractFinding => ({ status, why });

/** Contract, two authorities between, and whoever sends the root too. */
const MOST_CERTIFICATES = 4;
const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text; null: they cannot be read, or are none or too many. */
export const readChain = (pem: string): readonly X509Certificate[] | null => {
  const blocks = pem.match(PEM) ?? [];
  if (blocks.length === 0 || blocks.length > MOST_CERTIFICATES) return null;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return null;
  }
};

/**
 * Each certificate of a contract's chain with its issuer, up to a root that is trusted, or to where the chain ends
 * with a trusted authority; or what is wrong with it. The certificates come from the contract's own upwards (RFC 5280
 * §6, as far as V2G's chains need it).
 */
export const verifyChain = (
  certificates: readonly X509Certificate[],
  { emaid, issuers, nowMs }: Verifying,
): readonly Link[] | ContractFinding => {
  const links: Link[] = [];
  for (const [index, certificate] of certificates.entries()) {
    const next = certificates[index + 1];
    const isTrusted = index > 0 && isAmong(issuers.all, certificate);
    if (isTrusted && certificate.checkIssued(certificate)) break;
    const issuer = issuerOf(certificate, next === undefined ? issuers.all : [...issuers.all, next]);
    if (isTrusted && "status" in issuer) break;
    if ("status" in issuer) return issuer;
    links.push({ certificate, issuer });
    if (isAmong(issuers.all, issuer) && next?.raw.equals(issuer.raw) !== true) break;
  }
  return holds(links, { emaid, nowMs });
};

const isAmong = (authorities: readonly X509Certificate[], certificate: X509Certificate): boolean =>
  authorities.some(({ raw }) => raw.equals(certificate.raw));

const issuerOf = (
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
): X509Certificate | ContractFinding => {
  const named = authorities.filter((authority) => certificate.checkIssued(authority));
  if (named.length === 0)
    return found("CertChainError", "neither the chain nor plugAndCharge.caFiles has a certificate's issuer");
  const issuer = named.find(({ publicKey }) => certificate.verify(publicKey));
  if (issuer === undefined) return found("SignatureError", "a certificate that its issuer did not sign");
  return issuer.ca ? issuer : found("CertChainError", "an issuer that is no authority");
};

/** A chain that hangs together, held against whose it is said to be and against the time. */
const holds = (
  links: readonly Link[],
  { emaid, nowMs }: Omit<Verifying, "issuers">,
): readonly Link[] | ContractFinding => {
  const [contract] = links;
  if (contract === undefined || emaidKey(commonName(contract.certificate)) !== emaidKey(emaid))
    return found("CertChainError", "a certificate of another eMAID");
  return links.every((link) => isInTime(link.certificate, nowMs) && isInTime(link.issuer, nowMs))
    ? links
    : found("CertificateExpired", "a certificate that does not hold now");
};

const commonName = ({ subject }: X509Certificate): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? "";

/** Addresses of those who tell how a certificate stands, as it names them. */
export const respondersOf = ({ infoAccess }: X509Certificate): readonly string[] =>
  [...(infoAccess ?? "").matchAll(/^OCSP - URI:(.+)$/gm)].map(([, url = ""]) => url.trim());
