import { createCertificateBook } from "../certificates/book.js";
import type { Config } from "../config/index.js";
import type { Documents } from "../ports/documents.js";
import { localCaOf } from "./ca.js";
import type { ServerParts } from "./server.js";

/** The TLS listener and the local authority that a configuration states. Throws where they cannot be used. */
export const localSecurity = (
  { server: { tls }, localCa, sites }: Config,
  documents: Documents,
): Pick<ServerParts, "tls" | "localCa"> => {
  const ca = localCa === null ? null : localCaOf(localCa, { sites, documents, now: () => Date.now() });
  return {
    tls: tls === null ? null : { files: tls, localRoots: ca === null ? [] : [ca.root] },
    localCa:
      ca === null
        ? null
        : { book: createCertificateBook(documents), signs: localCa?.signs === true ? ca : null },
  };
};
