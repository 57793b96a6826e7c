import { createHmac } from "node:crypto";
import { derivedKey } from "../accounts/secrets.js";

/** Signatures of https://www.standardwebhooks.com, by a secret that each webhook has of its own. */
export interface WebhookSigning {
  /** `whsec_` and the key in base64: what the other side checks signatures by. */
  readonly secretOf: (webhookId: string) => string;
  /** Of `id.timestamp.body`. */
  readonly sign: (webhookId: string, text: string) => string;
}

const PREFIX = "whsec_";

const signatureBy = (key: Buffer, text: string): string =>
  `v1,${createHmac("sha256", key).update(text).digest("base64")}`;

/** Signs by a secret that is stated: `whsec_` and the key in base64. */
export const signBy = (secret: string, text: string): string =>
  signatureBy(Buffer.from(secret.slice(PREFIX.length), "base64"), text);

/** Each secret is derived from that of the installation: none stands on disk. */
export const webhookSigning = (secret: string): WebhookSigning => {
  const keyOf = (webhookId: string): Buffer => derivedKey(secret, `webhook ${webhookId}`);
  return {
    secretOf: (webhookId) => `${PREFIX}${keyOf(webhookId).toString("base64")}`,
    sign: (webhookId, text) => signatureBy(keyOf(webhookId), text),
  };
};
