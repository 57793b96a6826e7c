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
  readonly removeExpired: (nowMs: EpochMs) => Promise<void>;
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

export const createLinks = (documents: Documents): Links => ({
  make: async (link) => {
    const token = randomBytes(32).toString("base64url");
    const hash = hashOf(token);
    await documents.put(COLLECTION, hash, { hash, link });
    return token;
  },
  find: async (token, kind, nowMs) => {
    const stored = storedLinkSchema.safeParse(await documents.get(COLLECTION, hashOf(token)));
    return stored.success && isOpen(stored.data.link, kind, nowMs) ? stored.data.link : null;
  },
  remove: async (token) => void (await documents.remove(COLLECTION, hashOf(token))),
  removeExpired: async (nowMs) => {
    for (const stored of await documents.list(COLLECTION)) {
      const { data } = storedLinkSchema.safeParse(stored);
      if (data !== undefined && data.link.expiresMs <= nowMs) await documents.remove(COLLECTION, data.hash);
    }
  },
});

const isOpen = <K extends Link["kind"]>(
  link: Link,
  kind: K,
  nowMs: EpochMs,
): link is Extract<Link, { kind: K }> => link.kind === kind && nowMs < link.expiresMs;
