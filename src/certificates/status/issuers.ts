import { X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import type { CertificateHash } from "../../domain/commands/certificates.js";
import { digestHex, serialKey } from "./digest.js";

/** The authorities that an operator trusts. */
export interface Issuers {
  readonly all: readonly X509Certificate[];
  /** Those whose key a certificate's hashes name. */
  withKey(hash: CertificateHash): readonly X509Certificate[];
  /** Whether hashes name one of them, and not a certificate that it issued. */
  isNamedBy(hash: CertificateHash): boolean;
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
): CertificateHash => ({
  hashAlgorithm,
  issuerNameHash: issuerNameDigest(certificate, hashAlgorithm),
  issuerKeyHash: digestHex(hashAlgorithm, keyBytes(issuer)),
  serialNumber: certificate.serialNumber.toLowerCase(),
});

export const createIssuers = (all: readonly X509Certificate[]): Issuers => ({
  all,
  withKey: (hash) => all.filter((certificate) => hasIssuerKey(certificate, hash)),
  isNamedBy: (hash) => all.some((certificate) => isNamedBy(certificate, hash)),
});

/** By the issuer's name and the serial number, which an issuer gives once; its issuer's key may not be known. */
const isNamedBy = (
  certificate: X509Certificate,
  { hashAlgorithm, issuerNameHash, serialNumber }: CertificateHash,
): boolean =>
  serialKey(certificate.serialNumber) === serialKey(serialNumber) &&
  issuerNameDigest(certificate, hashAlgorithm) === issuerNameHash.toLowerCase();

const issuerNameDigest = (
  certificate: X509Certificate,
  hashAlgorithm: CertificateHash["hashAlgorithm"],
): string =>
  digestHex(
    hashAlgorithm,
    AsnConvert.serialize(AsnConvert.parse(certificate.raw, Certificate).tbsCertificate.issuer),
  );

/** Whether a certificate holds at a moment. */
export const isInTime = ({ validFrom, validTo }: X509Certificate, nowMs: number): boolean =>
  Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);
