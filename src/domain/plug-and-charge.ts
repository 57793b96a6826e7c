import type { CertificateHash } from "./commands/certificates.js";
import type { EpochMs } from "./units.js";

/** Who tells how a certificate stands: its authority when asked (OCSP), or the authority's list (CRL). */
type StatusSource = "OCSP" | "CRL";

/** A certificate whose standing is asked for, and the addresses of those who may know. */
export interface AskedCertificate {
  readonly hash: CertificateHash;
  readonly source: StatusSource;
  /** Tried in this order. */
  readonly urls: readonly string[];
}

/** What is known of a certificate; `why` is for the log. */
export type CertificateStanding =
  | {
      readonly status: "Good" | "Revoked" | "Unknown";
      /** Until when it can be relied on. */
      readonly nextUpdateMs: EpochMs;
      /** The responder's own answer, DER in base64; null: it came from a list. */
      readonly ocspBase64: string | null;
      /** Whether the answer is proven to be the authority's; false: the authority is not known here. */
      readonly isProven: boolean;
    }
  | { readonly status: "Failed"; readonly cause: FailedCause; readonly why: string };

/** `not-enabled`: nobody may be asked, by the configuration. */
export type FailedCause = "not-enabled" | "failed";

/** A contract as a car shows it by its station. */
export interface ShownContract {
  readonly emaid: string;
  /** PEM, the contract's certificate first; null: the station has verified the chain by itself. */
  readonly chainPem: string | null;
  /** What the station names for OCSP. */
  readonly asked: readonly AskedCertificate[];
}

/** What of a contract's certificates is told, in the standard's words. */
export type ContractStatus =
  | "Accepted"
  | "SignatureError"
  | "CertificateExpired"
  | "CertificateRevoked"
  | "NoCertificateAvailable"
  | "CertChainError";

/**
 * Which eMAIDs may charge where a station names a contract by hashes, which do not tell whose it is: those that are
 * known by themselves, any that may charge at all, or none.
 */
export const EMAIDS_BY_HASHES = ["known", "any", "none"] as const;
export type EmaidsByHashes = (typeof EMAIDS_BY_HASHES)[number];

export interface ContractFinding {
  readonly status: ContractStatus;
  /** For the log; null: nothing is wrong. */
  readonly why: string | null;
  /** Left out: the certificates bear the eMAID. */
  readonly goodFor?: EmaidsByHashes;
}

/** A car's request for contract certificates, which only a contract certificate pool can read. */
export interface ContractRequest {
  /** Namespace of the ISO 15118 messages. */
  readonly schemaVersion: string;
  readonly action: "Install" | "Update";
  /** Base64. */
  readonly exiRequest: string;
  /** How many contracts the car takes (ISO 15118-20); null: one, and it is told of no others. */
  readonly mostContracts: number | null;
  /** Those that it wants first. */
  readonly firstEmaids: readonly string[];
}

/** What the pool gave for a car. */
export type ContractDelivery =
  | {
      /** Base64. */
      readonly exiResponse: string;
      /** How many more it may fetch by asking again. */
      readonly remaining: number;
    }
  | { readonly cause: FailedCause; readonly why: string };

/** Country, provider and contract; a check digit may follow. */
const EMAID_LENGTH = 14;

/** An eMAID as it is compared: without separators and without the check digit, in capitals. */
export const emaidKey = (emaid: string): string => {
  const plain = emaid.replaceAll(/[-*\s]/g, "").toUpperCase();
  return plain.length === EMAID_LENGTH + 1 ? plain.slice(0, EMAID_LENGTH) : plain;
};
