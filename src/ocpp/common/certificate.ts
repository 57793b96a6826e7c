import type { CertificateHash } from "../../domain/commands/certificates.js";
import { type Payload, textAt } from "../wire.js";

const ALGORITHMS = ["SHA256", "SHA384", "SHA512"] as const;

export const writeHash = (hash: CertificateHash): Payload => ({ ...hash });

/** Certificates as they are told; one that could not be named again is left out. */
export const hashesIn = (list: readonly Payload[]): CertificateHash[] =>
  list.flatMap((entry) => {
    const hashAlgorithm = ALGORITHMS.find((name) => name === textAt(entry, "hashAlgorithm"));
    const issuerNameHash = textAt(entry, "issuerNameHash");
    const issuerKeyHash = textAt(entry, "issuerKeyHash");
    const serialNumber = textAt(entry, "serialNumber");
    if (
      hashAlgorithm === undefined ||
      issuerNameHash === null ||
      issuerKeyHash === null ||
      serialNumber === null
    )
      return [];
    return [{ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }];
  });
