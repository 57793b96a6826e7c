import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { EpochMs } from "../../domain/units.js";
import type { Documents } from "../../ports/documents.js";

const COLLECTION = "file-links";

const linkSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("upload"),
    stationId: z.string().nullable(),
    name: z.string(),
    expiresMs: z.number(),
  }),
  z.object({ kind: z.literal("download"), fileId: z.string(), expiresMs: z.number() }),
]);
/** What a link opens. */
export type Link = z.infer<typeof linkSchema>;

const storedLinkSchema = z.object({ hash: z.string(), link: linkSchema });

/** Links by the hash of their token: who reads the store can open none. */
export interface Links {
  /** The token. */
  readonly make: (link: Link) => Promise<string>;
  /** null: unknown, expired, or of the other kind. */
  readonly find: <K extends Link["kind"]>(
    token: string,
    kind: K,
    nowMs: EpochMs,
  ) => Promise<Extract<Link, { kind: K }> | null>;
  readonly remove: (token: string) => Promise<void>;
  /** How many open. */
  readonly count: (nowMs: EpochMs) => number;
  readonly removeExpired: (nowMs: EpochMs) => Promise<void>;
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Those of the documents, and those that are made from now on. */
export const openLinks = async (documents: Documents): Promise<Links> => {
  const expiry = new Map<string, EpochMs>();
  for (const { hash, link } of (await documents.list(COLLECTION)).flatMap(read))
    expiry.set(hash, link.expiresMs);
  const remove = async (hash: string): Promise<void> => {
    await documents.remove(COLLECTION, hash);
    expiry.delete(hash);
  };
  return {
    make: async (link) => {
      const token = randomBytes(32).toString("base64url");
      const hash = hashOf(token);
      expiry.set(hash, link.expiresMs);
      await documents.put(COLLECTION, hash, { hash, link });
      return token;
    },
    find: async (token, kind, nowMs) => {
      const [stored] = read(await documents.get(COLLECTION, hashOf(token)));
      return stored !== undefined && isOpen(stored.link, kind, nowMs) ? stored.link : null;
    },
    remove: (token) => remove(hashOf(token)),
    count: (nowMs) => [...expiry.values()].filter((expiresMs) => nowMs < expiresMs).length,
    removeExpired: async (nowMs) => {
      for (const [hash, expiresMs] of expiry) if (expiresMs <= nowMs) await remove(hash);
    },
  };
};

/** None where it cannot be read. */
const read = (stored: unknown) => {
  const { data } = storedLinkSchema.safeParse(stored);
  return data === undefined ? [] : [data];
};

const isOpen = <K extends Link["kind"]>(
  link: Link,
  kind: K,
  nowMs: EpochMs,
): link is Extract<Link, { kind: K }> => link.kind === kind && nowMs < link.expiresMs;
