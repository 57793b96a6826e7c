import { z } from "zod";
import type { Documents } from "../ports/documents.js";
import { countCredentials, CREDENTIALS } from "./credentials.js";
import { derivedKey, sameHmac } from "./secrets.js";

const [COLLECTION, ID] = ["installation", "secret-check"] as const;
const stored = z.object({ check: z.string() });

/** How a secret stands to a store: unknown where nothing in it tells which secret is its own. */
export type SecretStanding = "fits" | "other" | "unknown";

/** HMAC of a constant: tells whether two secrets are one, and nothing else of them. */
const checkOf = (secret: string): string => derivedKey(secret, "secret-check").toString("base64url");

/** Whether a secret is the one that the passwords and tokens of a store were made with. */
export const secretStanding = async (
  documents: Pick<Documents, "get">,
  secret: string,
): Promise<SecretStanding> => {
  const kept = stored.safeParse(await documents.get(COLLECTION, ID)).data;
  if (kept === undefined) return "unknown";
  return sameHmac(kept.check, checkOf(secret)) ? "fits" : "other";
};

/**
 * Notes in a store which secret is its own, where that is not known yet, or where nothing that it holds was made
 * with another.
 */
export const keepSecretCheck = async (documents: Documents, secret: string): Promise<SecretStanding> => {
  const standing = await secretStanding(documents, secret);
  if (standing === "fits") return standing;
  const { stations, tokens, clients } = await countCredentials(documents);
  if (standing === "other" && stations + tokens + clients > 0) return standing;
  await documents.put(COLLECTION, ID, { check: checkOf(secret) });
  return "fits";
};

const named = z.union([
  z.object({ id: z.string() }).transform(({ id }) => id),
  z.object({ identity: z.string() }).transform(({ identity }) => identity),
]);

/** Takes away every password, token and client that a secret made: without it they open nothing. */
export const forgetCredentials = async (
  documents: Documents,
): Promise<Record<keyof typeof CREDENTIALS, number>> => {
  const counts = await countCredentials(documents);
  for (const collection of Object.values(CREDENTIALS))
    for (const id of z.array(named).parse(await documents.list(collection)))
      await documents.remove(collection, id);
  await documents.remove(COLLECTION, ID);
  return counts;
};
