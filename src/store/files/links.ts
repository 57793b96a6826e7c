import { createHash, randomBytes } from "node:crypto";
import type { EpochMs } from "../../domain/units.js";
import type { Documents } from "../../ports/documents.js";

const COLLECTION = "file-links";

/** What a link opens. */
export type Link =
  | {
      readonly kind: "upload";
      readonly stationId: string | null;
      readonly name: string;
      readonly expiresMs: EpochMs;
    }
  | { readonly kind: "download"; readonly fileId: string; readonly expiresMs: EpochMs };

interface StoredLink {
  readonly hash: string;
  readonly link: Link;
}

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
    const stored: StoredLink = { hash, link };
    await documents.put(COLLECTION, hash, stored);
    return token;
  },
  find: async (token, kind, nowMs) => {
    const stored = (await documents.get(COLLECTION, hashOf(token))) as StoredLink | null;
    return stored !== null && isOpen(stored.link, kind, nowMs) ? stored.link : null;
  },
  remove: async (token) => void (await documents.remove(COLLECTION, hashOf(token))),
  removeExpired: async (nowMs) => {
    const all = (await documents.list(COLLECTION)) as readonly StoredLink[];
    for (const { hash, link } of all) if (link.expiresMs <= nowMs) await documents.remove(COLLECTION, hash);
  },
});

const isOpen = <K extends Link["kind"]>(
  link: Link,
  kind: K,
  nowMs: EpochMs,
): link is Extract<Link, { kind: K }> => link.kind === kind && nowMs < link.expiresMs;
