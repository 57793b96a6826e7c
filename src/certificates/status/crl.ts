import { AsnConvert } from "@peculiar/asn1-schema";
import { CertificateList } from "@peculiar/asn1-x509";
import type { CertificateStanding } from "../../domain/plug-and-charge.js";
import { digestHex, hexOf, serialKey } from "./digest.js";
import { failed, reliance } from "./freshness.js";
import type { Judging } from "./ocsp-response.js";
import { isSignedBy, type Signed } from "./signature.js";

/**
 * What an authority's list of revoked certificates says of one. Only lists of all that an authority issued are
 * read: one of a part, of changes, or of several authorities says so in a critical extension. Never throws.
 */
export const readCrl = (bytes: Buffer, judging: Judging): CertificateStanding => {
  try {
    return judge(AsnConvert.parse(derOf(bytes), CertificateList), judging);
  } catch {
    return failed("no list of revoked certificates");
  }
};

const PEM = /-----BEGIN X509 CRL-----([\s\S]+?)-----END X509 CRL-----/;

const derOf = (bytes: Buffer): Buffer => {
  const [, base64] = PEM.exec(bytes.toString("latin1")) ?? [];
  return base64 === undefined ? bytes : Buffer.from(base64, "base64");
};

const judge = (list: CertificateList, { hash, issuers, nowMs }: Judging): CertificateStanding => {
  const { tbsCertList, tbsCertListRaw, signature, signatureAlgorithm } = list;
  const { issuer, thisUpdate, nextUpdate, revokedCertificates = [], crlExtensions = [] } = tbsCertList;
  if (digestHex(hash.hashAlgorithm, AsnConvert.serialize(issuer)) !== hash.issuerNameHash.toLowerCase())
    return failed("the list of another authority");
  if (crlExtensions.some(({ critical }) => critical)) return failed("a list that is not of all certificates");
  const dates = reliance(thisUpdate.getTime(), nextUpdate?.getTime(), nowMs);
  if ("why" in dates) return dates;
  const authorities = issuers.withKey(hash);
  if (authorities.length === 0) return failed("the authority of the list is not among plugAndCharge.caFiles");
  const signed: Signed = {
    bytes: tbsCertListRaw ?? new ArrayBuffer(0),
    signature,
    algorithm: signatureAlgorithm.algorithm,
  };
  if (!authorities.some(({ publicKey }) => isSignedBy(signed, publicKey)))
    return failed("a list that its authority did not sign");
  const serial = serialKey(hash.serialNumber);
  const isRevoked = revokedCertificates.some(
    ({ userCertificate }) => serialKey(hexOf(userCertificate)) === serial,
  );
  return { status: isRevoked ? "Revoked" : "Good", ...dates, ocspBase64: null, isProven: true };
};
