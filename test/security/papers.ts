import { webcrypto } from "node:crypto";
import { type Authority, createRoot, type Issued, issueLeaf } from "../../src/certificates/issue.js";
import { type KeyKind, newKeyPair, privatePem, SIGNING } from "../../src/certificates/keys.js";
import * as x509 from "../../src/certificates/x509.js";

/** What somebody shows and proves with; PEM. */
export interface Papers extends Issued {
  readonly key: string;
}

interface Wanted {
  readonly commonName: string;
  readonly kind?: KeyKind;
  readonly use?: "client" | "server";
  readonly days?: number;
}

/** RSA keys of 2048 bits are found ten times as fast as the longer ones that the authority makes. */
const keysOf = (kind: KeyKind): Promise<webcrypto.CryptoKeyPair> =>
  kind === "EC"
    ? newKeyPair("EC")
    : webcrypto.subtle.generateKey(
        { ...SIGNING.RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
        true,
        ["sign", "verify"],
      );

/** A key of its own and the authority's certificate for it. */
export const papersOf = async (authority: Authority, wanted: Wanted): Promise<Papers> => {
  const { commonName, kind = "EC", use = "client", days = 30 } = wanted;
  const keys = await keysOf(kind);
  const hosts = use === "server" ? ["127.0.0.1", "localhost"] : [];
  const leaf = { commonName, publicKey: keys.publicKey, use, hosts, days, nowMs: Date.now() };
  return { ...(await issueLeaf(authority, leaf)), key: await privatePem(keys.privateKey) };
};

export const newRoot = (name: string): Promise<Authority> => createRoot(name, 365, Date.now());

/** A request for a certificate, as a station makes it. */
export const requestOf = async (
  commonName: string | null,
  kind: KeyKind = "EC",
): Promise<{ csr: string; keys: webcrypto.CryptoKeyPair }> => {
  const keys = await keysOf(kind);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: commonName === null ? [{ O: ["nobody"] }] : [{ CN: [commonName] }],
    keys,
    signingAlgorithm: SIGNING[kind],
  });
  return { csr: request.toString("pem"), keys };
};

/** One authority and its servers' certificates for all tests: RSA keys take long to find. */
export interface Trust {
  readonly root: Authority;
  readonly ec: Papers;
  readonly rsa: Papers;
}

let trust: Promise<Trust> | null = null;
export const sharedTrust = (): Promise<Trust> => {
  trust ??= (async () => {
    const root = await newRoot("test root");
    const server = { commonName: "localhost", use: "server" } as const;
    return {
      root,
      ec: await papersOf(root, { ...server, kind: "EC" }),
      rsa: await papersOf(root, { ...server, kind: "RSA" }),
    };
  })();
  return trust;
};
