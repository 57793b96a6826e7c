import { z } from "zod";
import type { ShownCertificate } from "../domain/security.js";
import type { EpochMs } from "../domain/units.js";
import type { Documents } from "../ports/documents.js";
import type { Issued } from "./issue.js";

const COLLECTION = "issued-certificates";

const entrySchema = z.object({
  /** Hexadecimal, as node writes it. */
  serialNumber: z.string(),
  commonName: z.string(),
  use: z.enum(["client", "server"]),
  /** Names and addresses of a server; those of certificates of before this was kept are not known. */
  hosts: z.array(z.string()).default([]),
  fingerprint256: z.string(),
  issuedMs: z.number(),
  notAfterMs: z.number(),
  /** null: it is not. */
  revokedMs: z.number().nullable(),
});
export type IssuedEntry = z.infer<typeof entrySchema>;

/** What the local authority ever signed, and what of it no longer counts. */
export interface CertificateBook {
  enter(issued: Issued, whose: Pick<IssuedEntry, "commonName" | "use" | "hosts" | "issuedMs">): Promise<void>;
  list(): Promise<readonly IssuedEntry[]>;
  /** False when none of ours has this serial number. */
  revoke(serialNumber: string, atMs: EpochMs): Promise<boolean>;
  isRevoked(certificate: ShownCertificate): Promise<boolean>;
}

export const createCertificateBook = (documents: Documents): CertificateBook => {
  const find = async (serialNumber: string): Promise<IssuedEntry | null> =>
    entrySchema.safeParse(await documents.get(COLLECTION, serialNumber)).data ?? null;
  return {
    enter: async ({ serialNumber, fingerprint256, notAfterMs }, whose) => {
      const entry: IssuedEntry = { ...whose, serialNumber, fingerprint256, notAfterMs, revokedMs: null };
      await documents.put(COLLECTION, serialNumber, entry);
    },
    list: async () => z.array(entrySchema).parse(await documents.list(COLLECTION)),
    revoke: async (serialNumber, atMs) => {
      const entry = await find(serialNumber);
      if (entry === null) return false;
      await documents.put(COLLECTION, serialNumber, { ...entry, revokedMs: entry.revokedMs ?? atMs });
      return true;
    },
    isRevoked: async ({ serialNumber, fingerprint256 }) => {
      const entry = await find(serialNumber);
      // Another authority may have used the same number.
      return entry !== null && entry.fingerprint256 === fingerprint256 && entry.revokedMs !== null;
    },
  };
};
