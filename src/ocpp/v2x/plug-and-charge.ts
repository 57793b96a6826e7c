import type {
  AskedCertificate,
  ContractFinding,
  ContractRequest,
  FailedCause,
} from "../../domain/plug-and-charge.js";
import type { Verdict } from "../../domain/id-token.js";
import { hashesIn } from "../common/certificate.js";
import type { Done, InboundHandler, Meaning } from "../common/codec.js";
import { idAt } from "../common/neutral.js";
import { listAt, objectAt, type Payload, textAt } from "../wire.js";
import { idTokenInfo2x } from "./id-token.js";
import { readToken } from "./transaction.js";

/** What a version's messages about cars have room for. */
export interface Room {
  /** Characters of an OCSP answer. */
  readonly ocspResult: number;
  /** Characters of an answer for a car. */
  readonly exiResponse: number;
  /** Whether a car may be given several contracts, one after the other. */
  readonly severalContracts: boolean;
}

/** Certificates that a station names with the addresses of their responders; who cannot be named again is left out. */
const askedIn = (list: readonly Payload[]): AskedCertificate[] =>
  list.flatMap((entry) =>
    hashesIn([entry]).map(
      (hash): AskedCertificate => ({ hash, source: "OCSP", urls: [textAt(entry, "responderURL") ?? ""] }),
    ),
  );

/** OCPP's words for why nothing was to be had. */
const reason = (cause: FailedCause | undefined): Payload => ({
  statusInfo: { reasonCode: cause === "not-enabled" ? "NotEnabled" : "InternalError" },
});

/** GetCertificateStatus: the responder's own answer, which the station shows to cars. */
export const getCertificateStatus =
  ({ ocspResult }: Room): InboundHandler =>
  (payload) => ({
    lookUp: { kind: "standings", asked: askedIn([objectAt(payload, "ocspRequestData")]) },
    answer: ({ found }) => {
      const [standing] = found?.standings ?? [];
      if (standing === undefined || standing.status === "Failed")
        return { status: "Failed", ...reason(standing?.cause) };
      const { ocspBase64 } = standing;
      return ocspBase64 === null || ocspBase64.length > ocspResult
        ? { status: "Failed", statusInfo: { reasonCode: "TooLarge" } }
        : { status: "Accepted", ocspResult: ocspBase64 };
    },
  });

const requestOf = (payload: Payload, { severalContracts }: Room): ContractRequest => {
  const wishes = payload["prioritizedEMAIDs"];
  return {
    schemaVersion: textAt(payload, "iso15118SchemaVersion") ?? "",
    action: textAt(payload, "action") === "Update" ? "Update" : "Install",
    exiRequest: textAt(payload, "exiRequest") ?? "",
    mostContracts: severalContracts ? idAt(payload, "maximumContractCertificateChains") : null,
    firstEmaids: Array.isArray(wishes) ? wishes.filter((wish) => typeof wish === "string") : [],
  };
};

/** Get15118EVCertificate: the car's request to the contract certificate pool and its answer, both unread. */
export const get15118EvCertificate =
  (room: Room): InboundHandler =>
  (payload) => {
    const request = requestOf(payload, room);
    return {
      lookUp: { kind: "delivery", request },
      answer: ({ found }) => {
        const delivery = found?.delivery;
        if (delivery === undefined || "cause" in delivery)
          return { status: "Failed", exiResponse: "", ...reason(delivery?.cause) };
        const { exiResponse, remaining } = delivery;
        if (exiResponse.length > room.exiResponse)
          return { status: "Failed", exiResponse: "", statusInfo: { reasonCode: "TooLarge" } };
        return {
          status: "Accepted",
          exiResponse,
          ...(request.mostContracts === null ? {} : { remainingContracts: remaining }),
        };
      },
    };
  };

/** Authorize: what is known of the token, and of the contract where a car shows one. */
export const authorize: InboundHandler = (payload): Meaning => {
  const token = readToken(objectAt(payload, "idToken"));
  const chainPem = textAt(payload, "certificate");
  const hashes = listAt(payload, "iso15118CertificateHashData");
  const meaning: Meaning = {
    authorize: token.shown ? token.toAuthorize : "",
    tokenType: token.type,
    answer: authorization,
  };
  if (chainPem === null && hashes.length === 0) return meaning;
  const shown = { emaid: token.toAuthorize ?? "", chainPem, asked: askedIn(hashes) };
  return { ...meaning, lookUp: { kind: "contract", shown } };
};

/** The token's standing and that of the certificates, in step: a contract that is not accepted charges nothing. */
const authorization = ({ authorization: verdict, found }: Done): Payload => {
  const contract = found?.contract ?? null;
  if (contract === null) return { idTokenInfo: idTokenInfo2x(verdict) };
  if (contract.status === "Accepted")
    return {
      idTokenInfo: isGoodFor(contract, verdict) ? idTokenInfo2x(verdict) : { status: "Invalid" },
      certificateStatus: isCancelled(verdict) ? "ContractCancelled" : "Accepted",
    };
  const status = contract.status === "CertificateExpired" ? "Expired" : "Invalid";
  return { idTokenInfo: { status }, certificateStatus: contract.status };
};

/** Whether the certificates say whose they are, or the configuration lets the eMAID be believed without. */
const isGoodFor = ({ goodFor = "any" }: ContractFinding, verdict: Verdict | null): boolean =>
  goodFor === "any" || verdict?.status !== "Accepted" || (goodFor === "known" && verdict.isKnown === true);

/** Its certificates hold, but whoever sold the contract ended it. */
const isCancelled = (verdict: Verdict | null): boolean =>
  verdict?.status === "Blocked" || verdict?.status === "Expired";
