import { KeyObject, type webcrypto, X509Certificate } from "node:crypto";
import { newKeyPair, SIGNING } from "../../src/certificates/keys.js";
import * as x509 from "../../src/certificates/x509.js";
import { DAY_MS } from "../../src/domain/units.js";

/** A certificate with its key. */
export interface Pair {
  readonly certificate: X509Certificate;
  readonly pem: string;
  readonly key: KeyObject;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface Wanted {
  readonly name: string;
  /** Left out: signed by itself. */
  readonly issuer?: Pair;
  /** Signed by this key in the issuer's name: a forgery. */
  readonly signedBy?: Pair;
  readonly isAuthority?: boolean;
  readonly ocspUrl?: string;
  /** Certified to answer for its issuer. */
  readonly answersOcsp?: boolean;
  /** False: it does not say for what its key is. */
  readonly keyUsage?: boolean;
  readonly days?: number;
  readonly serialNumber?: string;
}

let issued = 0;

const newSerial = (): string => {
  issued += 1;
  // As long as authorities make them, the first octet above 0x7f.
  return `9f${issued.toString(16).padStart(30, "0")}`;
};

export const issue = async (wanted: Wanted): Promise<Pair> => {
  const { name, issuer, isAuthority = false, days = 30, serialNumber = newSerial() } = wanted;
  const keys = await newKeyPair("EC");
  const signer = wanted.signedBy ?? issuer;
  const above = issuer === undefined ? null : new x509.X509Certificate(issuer.pem);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber,
    subject: [{ CN: [name] }],
    issuer: above === null ? [{ CN: [name] }] : above.subjectName.toJSON(),
    notBefore: new Date(Date.now() - Math.abs(days) * DAY_MS - DAY_MS),
    notAfter: new Date(Date.now() + days * DAY_MS),
    signingAlgorithm: SIGNING.EC,
    publicKey: keys.publicKey,
    signingKey: signer?.keys.privateKey ?? keys.privateKey,
    extensions: extensionsOf({ ...wanted, isAuthority }),
  });
  const pem = certificate.toString("pem");
  return { certificate: new X509Certificate(pem), pem, key: KeyObject.from(keys.privateKey), keys };
};

const extensionsOf = (wanted: Wanted): x509.Extension[] => {
  const { isAuthority = false, ocspUrl, answersOcsp = false, keyUsage = true } = wanted;
  const { KeyUsageFlags } = x509;
  const usage = isAuthority
    ? new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)
    : new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true);
  return [
    new x509.BasicConstraintsExtension(isAuthority, undefined, true),
    ...(keyUsage ? [usage] : []),
    ...(answersOcsp ? [new x509.ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.9"])] : []),
    ...(ocspUrl === undefined ? [] : [new x509.AuthorityInfoAccessExtension({ ocsp: [ocspUrl] })]),
  ];
};

/** What revoked certificates an authority lists, DER. */
export const listOf = async (
  authority: Pair,
  {
    revoked = [],
    signedBy = authority,
    days = 1,
    extensions = [],
  }: { revoked?: readonly string[]; signedBy?: Pair; days?: number; extensions?: x509.Extension[] } = {},
): Promise<Buffer> => {
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(authority.pem).subjectName.toJSON(),
    thisUpdate: new Date(Date.now() - Math.abs(days) * DAY_MS),
    nextUpdate: new Date(Date.now() + days * DAY_MS),
    entries: revoked.map((serialNumber) => ({ serialNumber, revocationDate: new Date() })),
    signingAlgorithm: SIGNING.EC,
    signingKey: signedBy.keys.privateKey,
    extensions,
  });
  return Buffer.from(list.rawData);
};
