import { X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import type { CertificateHash } from "../../domain/commands/certificates.js";
import { digestHex } from "./digest.js";

/** The authorities that an operator trusts. */
export interface Issuers {
  readonly all: readonly X509Certificate[];
  /** Those whose key a certificate's hashes name. */
  withKey(hash: CertificateHash): readonly X509Certificate[];
}

/** Octets of the key as hashes of OCSP are made of it: without the tag, the length and the algorithm. */
const keyBytes = (certificate: X509Certificate): ArrayBuffer =>
  AsnConvert.parse(certificate.raw, Certificate).tbsCertificate.subjectPublicKeyInfo.subjectPublicKey;

/** Whether a certificate's key is the one that issued what the hashes name. */
export const hasIssuerKey = (
  certificate: X509Certificate,
  { hashAlgorithm, issuerKeyHash }: CertificateHash,
): boolean => digestHex(hashAlgorithm, keyBytes(certificate)) === issuerKeyHash.toLowerCase();

/** How OCPP names a certificate of an issuer. */
export const hashOf = (
  certificate: X509Certificate,
  issuer: X509Certificate,
  hashAlgorithm: CertificateHash["hashAlgorithm"] = "SHA256",
): CertificateHash => {
  const { tbsCertificate } = AsnConvert.parse(certificate.raw, Certificate);
  return {
    hashAlgorithm,
    issuerNameHash: digestHex(hashAlgorithm, AsnConvert.serialize(tbsCertificate.issuer)),
    issuerKeyHash: digestHex(hashAlgorithm, keyBytes(issuer)),
    serialNumber: certificate.serialNumber.toLowerCase(),
  };
};

export const createIssuers = (all: readonly X509Certificate[]): Issuers => ({
  all,
  withKey: (hash) => all.filter((certificate) => hasIssuerKey(certificate, hash)),
});

/** Whether a certificate holds at a moment. */
export const isInTime = ({ validFrom, validTo }: X509Certificate, nowMs: number): boolean =>
  Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);
