import { createHmac } from "node:crypto";
import { derivedKey } from "../accounts/secrets.js";

/** Signatures of https://www.standardwebhooks.com, by a secret that each webhook has of its own. */
export interface WebhookSigning {
  /** `whsec_` and the key in base64: what the other side checks signatures by. */
  readonly secretOf: (webhookId: string) => string;
  /** Of `id.timestamp.body`. */
  readonly sign: (webhookId: string, text: string) => string;
}

/** Each secret is derived from that of the installation: none stands on disk. */
export const webhookSigning = (secret: string): WebhookSigning => {
  const keyOf = (webhookId: string): Buffer => derivedKey(secret, `webhook ${webhookId}`);
  return {
    secretOf: (webhookId) => `whsec_${keyOf(webhookId).toString("base64")}`,
    sign: (webhookId, text) => `v1,${createHmac("sha256", keyOf(webhookId)).update(text).digest("base64")}`,
  };
};
