import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { signBy, webhookSigning } from "../../src/webhooks/signing.js";

const { secretOf, sign } = webhookSigning("the secret of an installation");

it("is checked by the secret that was shown, as standardwebhooks.com has it", () => {
  const key = Buffer.from(secretOf("a").replace(/^whsec_/, ""), "base64");
  expect(key).toHaveLength(32);
  const expected = createHmac("sha256", key).update("msg.1.{}").digest("base64");
  expect(sign("a", "msg.1.{}")).toBe(`v1,${expected}`);
});

it("is another for each webhook and installation, and always the same for one", () => {
  const secrets = [secretOf("a"), secretOf("b"), webhookSigning("another secret").secretOf("a")];
  expect(new Set(secrets).size).toBe(3);
  expect(webhookSigning("the secret of an installation").secretOf("a")).toBe(secrets[0]);
});

it("is made alike by a secret that is stated", () => {
  expect(signBy(secretOf("a"), "msg.1.{}")).toBe(sign("a", "msg.1.{}"));
});
