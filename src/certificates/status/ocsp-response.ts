import { X509Certificate } from "node:crypto";
import {
  BasicOCSPResponse,
  type CertID,
  id_kp_OCSPSigning,
  id_pkix_ocsp_basic,
  OCSPResponse,
  OCSPResponseStatus,
  type SingleResponse,
} from "@peculiar/asn1-ocsp";
import { AsnConvert } from "@peculiar/asn1-schema";
import type { CertificateHash } from "../../domain/commands/certificates.js";
import type { CertificateStanding } from "../../domain/plug-and-charge.js";
import type { EpochMs } from "../../domain/units.js";
import { digestOid, hexOf, serialKey } from "./digest.js";
import { failed, reliance } from "./freshness.js";
import { hasIssuerKey, isInTime, type Issuers } from "./issuers.js";
import { isSignedBy, type Signed } from "./signature.js";

/** By what an answer is judged. */
export interface Judging {
  readonly hash: CertificateHash;
  readonly nowMs: EpochMs;
  readonly issuers: Issuers;
}

/** What a responder answered, held against what it was asked. Never throws. */
export const readOcspResponse = (der: Buffer, judging: Judging): CertificateStanding => {
  try {
    const { responseStatus, responseBytes } = AsnConvert.parse(der, OCSPResponse);
    if (responseStatus !== OCSPResponseStatus.successful)
      return failed(`the responder answers ${OCSPResponseStatus[responseStatus] ?? "an unknown status"}`);
    if (responseBytes?.responseType !== id_pkix_ocsp_basic) return failed("an answer of an unknown kind");
    const basic = AsnConvert.parse(responseBytes.response.buffer, BasicOCSPResponse);
    return judge(basic, der, judging);
  } catch {
    return failed("no OCSP answer");
  }
};

const judge = (basic: BasicOCSPResponse, der: Buffer, judging: Judging): CertificateStanding => {
  const { hash, nowMs } = judging;
  const single = basic.tbsResponseData.responses.find(({ certID }) => isOf(certID, hash));
  if (single === undefined) return failed("an answer about another certificate");
  const dates = reliance(single.thisUpdate, single.nextUpdate, nowMs);
  if ("why" in dates) return dates;
  const proof = proofOf(basic, judging);
  if (proof === "forged") return failed("not signed by the certificate's authority, nor in its name");
  return {
    status: statusOf(single),
    ...dates,
    ocspBase64: der.toString("base64"),
    isProven: proof === "proven",
  };
};

const isOf = (certId: CertID, hash: CertificateHash): boolean =>
  certId.hashAlgorithm.algorithm === digestOid(hash.hashAlgorithm) &&
  hexOf(certId.issuerNameHash.buffer) === hash.issuerNameHash.toLowerCase() &&
  hexOf(certId.issuerKeyHash.buffer) === hash.issuerKeyHash.toLowerCase() &&
  serialKey(hexOf(certId.serialNumber)) === serialKey(hash.serialNumber);

const statusOf = ({ certStatus }: SingleResponse): "Good" | "Revoked" | "Unknown" => {
  if (certStatus.revoked !== undefined) return "Revoked";
  return certStatus.good === undefined ? "Unknown" : "Good";
};

/** More certificates than any chain between an authority and its responder has. */
const MOST_CERTIFICATES = 8;

/**
 * Who signed an answer: the authority itself, or one whom it certified to answer in its name (RFC 6960 §4.2.2.2). The
 * authority is known by its key, which the asked hashes name. Whoever asks may have made the hashes and the authority
 * to them, so that only one that the operator states, or that such a one certified, proves anything; one that the
 * answer merely holds shows whether the answer hangs together.
 */
const proofOf = (basic: BasicOCSPResponse, judging: Judging): "proven" | "not-known" | "forged" => {
  const { tbsResponseDataRaw, signature, signatureAlgorithm, certs = [] } = basic;
  if (tbsResponseDataRaw === undefined) return "forged";
  const signed: Signed = { bytes: tbsResponseDataRaw, signature, algorithm: signatureAlgorithm.algorithm };
  const enclosed = certs
    .slice(0, MOST_CERTIFICATES)
    .map((certificate) => new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))));
  const { hash, issuers, nowMs } = judging;
  const named = (all: readonly X509Certificate[]) => all.filter((one) => hasIssuerKey(one, hash));
  const known = named(knownOf(issuers.all, enclosed, nowMs));
  const authorities = known.length > 0 ? known : named(enclosed);
  if (authorities.length === 0) return "not-known";
  const maySign = (certificate: X509Certificate): boolean =>
    authorities.some(
      (authority) => authority.raw.equals(certificate.raw) || isDelegate(certificate, { authority, nowMs }),
    );
  const hangsTogether = [...authorities, ...enclosed].some(
    (certificate) => isSignedBy(signed, certificate.publicKey) && maySign(certificate),
  );
  if (!hangsTogether) return "forged";
  return known.length > 0 ? "proven" : "not-known";
};

/** The authorities that are trusted, and those among others that these certified, directly or not, as far as they hold now. */
const knownOf = (
  trusted: readonly X509Certificate[],
  others: readonly X509Certificate[],
  nowMs: EpochMs,
): readonly X509Certificate[] => {
  const known = trusted.filter((authority) => isInTime(authority, nowMs));
  let left = others.filter((certificate) => certificate.ca && isInTime(certificate, nowMs));
  for (;;) {
    const certified = left.filter((certificate) => known.some((above) => isIssuedBy(certificate, above)));
    if (certified.length === 0) return known;
    known.push(...certified);
    left = left.filter((certificate) => !certified.includes(certificate));
  }
};

const isIssuedBy = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

const isDelegate = (
  certificate: X509Certificate,
  { authority, nowMs }: { readonly authority: X509Certificate; readonly nowMs: EpochMs },
): boolean =>
  // What node calls keyUsage is the extended one.
  (certificate.keyUsage ?? []).includes(id_kp_OCSPSigning) &&
  isInTime(certificate, nowMs) &&
  isIssuedBy(certificate, authority);
