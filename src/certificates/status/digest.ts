import { createHash } from "node:crypto";
import type { CertificateHash } from "../../domain/commands/certificates.js";

type Algorithm = CertificateHash["hashAlgorithm"];

const DIGESTS = {
  SHA256: { name: "sha256", oid: "2.16.840.1.101.3.4.2.1" },
  SHA384: { name: "sha384", oid: "2.16.840.1.101.3.4.2.2" },
  SHA512: { name: "sha512", oid: "2.16.840.1.101.3.4.2.3" },
} as const;

export const digestOid = (algorithm: Algorithm): string => DIGESTS[algorithm].oid;

export const digestHex = (algorithm: Algorithm, bytes: ArrayBuffer): string =>
  createHash(DIGESTS[algorithm].name).update(new Uint8Array(bytes)).digest("hex");

/** Digits as they are compared: a station may write capitals and zeros in front. */
export const serialKey = (hexadecimal: string): string => hexadecimal.toLowerCase().replace(/^0+(?=.)/, "");

export const hexOf = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString("hex");

const HEXADECIMAL = /^[0-9a-f]+$/i;

export const isHexadecimal = (text: string): boolean => HEXADECIMAL.test(text);
