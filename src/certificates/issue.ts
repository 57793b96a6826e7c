import { randomBytes, webcrypto, X509Certificate as NodeCertificate } from "node:crypto";
import { isIP } from "node:net";
import { DAY_MS, type EpochMs, HOUR_MS } from "../domain/units.js";
import { newKeyPair, privatePem, readSigningKey, SIGNING } from "./keys.js";
import * as x509 from "./x509.js";

/** An authority: its certificate and its EC key, both PEM. */
export interface Authority {
  readonly cert: string;
  readonly key: string;
}

/** Clocks of stations may be behind. */
const BACKDATED_MS = HOUR_MS;

const serialNumber = (): string => {
  const bytes = randomBytes(16);
  // Positive, and its first octet not zero, so that it is written alike everywhere.
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString("hex");
};

const spanOf = (nowMs: EpochMs, days: number) => ({
  notBefore: new Date(nowMs - BACKDATED_MS),
  notAfter: new Date(nowMs + days * DAY_MS),
});

/** A root that signs leaves and nothing between. */
export async function createRoot(name: string, days: number, nowMs: EpochMs): Promise<Authority> {
  const keys = await newKeyPair("EC");
  const { KeyUsageFlags } = x509;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    ...spanOf(nowMs, days),
    signingAlgorithm: SIGNING.EC,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pemOf(certificate), key: await privatePem(keys.privateKey) };
}

interface Leaf {
  readonly commonName: string;
  /** DER of the public key. */
  readonly publicKey: ArrayBuffer | webcrypto.CryptoKey;
  readonly use: "client" | "server";
  /** Names and addresses of a server. */
  readonly hosts: readonly string[];
  readonly days: number;
  readonly nowMs: EpochMs;
}

export interface Issued {
  readonly cert: string;
  /** As node writes it: hexadecimal digits in capitals. */
  readonly serialNumber: string;
  readonly fingerprint256: string;
  readonly notAfterMs: EpochMs;
}

/** A certificate for somebody else's key, signed by the authority. */
export async function issueLeaf(authority: Authority, leaf: Leaf): Promise<Issued> {
  const root = new x509.X509Certificate(authority.cert);
  const publicKey =
    leaf.publicKey instanceof ArrayBuffer ? new x509.PublicKey(leaf.publicKey) : leaf.publicKey;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [leaf.commonName] }],
    issuer: root.subjectName.toJSON(),
    ...spanOf(leaf.nowMs, leaf.days),
    signingAlgorithm: SIGNING.EC,
    publicKey,
    signingKey: await readSigningKey(authority.key),
    extensions: await extensionsOf(leaf, root, publicKey),
  });
  return issuedOf(pemOf(certificate));
}

async function extensionsOf(
  { use, hosts }: Leaf,
  root: x509.X509Certificate,
  publicKey: x509.PublicKey | webcrypto.CryptoKey,
): Promise<x509.Extension[]> {
  const { KeyUsageFlags, ExtendedKeyUsage } = x509;
  const names = hosts.map((value) => ({
    type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const),
    value,
  }));
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    // Suites with static RSA encipher their secret with the server's key.
    use === "server"
      ? new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true)
      : new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([
      use === "server" ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth,
    ]),
    await x509.AuthorityKeyIdentifierExtension.create(root),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
  ];
}

const issuedOf = (cert: string): Issued => {
  const read = new NodeCertificate(cert);
  return {
    cert,
    serialNumber: read.serialNumber,
    fingerprint256: read.fingerprint256,
    notAfterMs: Date.parse(read.validTo),
  };
};

const pemOf = (certificate: x509.X509Certificate): string => `${certificate.toString("pem")}\n`;
