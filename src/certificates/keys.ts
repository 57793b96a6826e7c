import { createPrivateKey, createPublicKey, type KeyObject, webcrypto } from "node:crypto";

/** EC on P-256, or RSA of 3072 bits: what OCPP's profiles accept until beyond 2030. */
export type KeyKind = "EC" | "RSA";

const GENERATED = {
  EC: { name: "ECDSA", namedCurve: "P-256" },
  RSA: {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 3072,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  },
} as const;

/** How a key of the kind signs. */
export const SIGNING = {
  EC: { name: "ECDSA", hash: "SHA-256" },
  RSA: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
} as const;

export const newKeyPair = (kind: KeyKind): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(GENERATED[kind], true, ["sign", "verify"]);

export const privatePem = async (key: webcrypto.CryptoKey): Promise<string> => {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
    .export({ format: "pem", type: "pkcs8" })
    .toString();
};

/** The EC key of an authority, as it lies on disk. */
export const readSigningKey = (pem: string): Promise<webcrypto.CryptoKey> => {
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, GENERATED.EC, false, ["sign"]);
};

const LEAST_RSA_BITS = 2048;
/** 224 bits and more. */
const CURVES: ReadonlySet<string | undefined> = new Set([
  "secp224r1",
  "prime256v1",
  "secp384r1",
  "secp521r1",
]);

/** Why a public key is too weak or of a kind that OCPP does not know; null: it is good. */
export const weaknessOf = (spki: ArrayBuffer): string | null => {
  const key: KeyObject = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa")
    return (modulusLength ?? 0) >= LEAST_RSA_BITS ? null : `an RSA key of ${modulusLength ?? 0} bits`;
  if (key.asymmetricKeyType === "ec")
    return CURVES.has(namedCurve) ? null : `a key on the curve ${namedCurve ?? "unknown"}`;
  return `a key of the kind ${key.asymmetricKeyType ?? "unknown"}`;
};
