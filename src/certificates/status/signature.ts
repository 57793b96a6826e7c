import { type KeyObject, verify } from "node:crypto";

/** Digest of each signature that is believed; null: the algorithm has its own. SHA-1 and older are not. */
const DIGESTS: ReadonlyMap<string, string | null> = new Map([
  ["1.2.840.10045.4.3.2", "sha256"],
  ["1.2.840.10045.4.3.3", "sha384"],
  ["1.2.840.10045.4.3.4", "sha512"],
  ["1.2.840.113549.1.1.11", "sha256"],
  ["1.2.840.113549.1.1.12", "sha384"],
  ["1.2.840.113549.1.1.13", "sha512"],
  ["1.3.101.112", null],
  ["1.3.101.113", null],
]);

export interface Signed {
  /** What was signed. */
  readonly bytes: ArrayBuffer;
  readonly signature: ArrayBuffer;
  /** Object identifier of the algorithm. */
  readonly algorithm: string;
}

/** Whether the key signed it; false too where the algorithm is not believed or does not fit the key. */
export const isSignedBy = ({ bytes, signature, algorithm }: Signed, key: KeyObject): boolean => {
  const digest = DIGESTS.get(algorithm);
  if (digest === undefined) return false;
  try {
    return verify(digest, new Uint8Array(bytes), key, new Uint8Array(signature));
  } catch {
    return false;
  }
};
