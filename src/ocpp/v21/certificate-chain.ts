import type { AskedCertificate, CertificateStanding } from "../../domain/plug-and-charge.js";
import { hashesIn } from "../common/certificate.js";
import type { InboundHandler } from "../common/codec.js";
import { writeTime } from "../common/time.js";
import { listAt, objectAt, type Payload, textAt } from "../wire.js";

/** As many as one answer may tell of. */
const MOST_CERTIFICATES = 4;

/** GetCertificateChainStatus: each certificate at its authority or in the authority's list, all at once. */
export const getCertificateChainStatus: InboundHandler = (payload, { nowMs }) => {
  const requests = listAt(payload, "certificateStatusRequests").slice(0, MOST_CERTIFICATES);
  return {
    lookUp: { kind: "standings", asked: requests.map(askedOf) },
    answer: ({ found }) => ({
      certificateStatus: requests.map((request, index) => ({
        certificateHashData: hashDataOf(objectAt(request, "certificateHashData")),
        source: sourceOf(request),
        ...told(found?.standings?.[index], nowMs),
      })),
    }),
  };
};

/** The station takes our word here, and has no answer of the responder's to verify: an unproven one tells nothing. */
const told = (standing: CertificateStanding | undefined, nowMs: number): Payload =>
  standing === undefined || standing.status === "Failed" || !standing.isProven
    ? { status: "Failed", nextUpdate: writeTime(nowMs) }
    : { status: standing.status, nextUpdate: writeTime(standing.nextUpdateMs) };

const sourceOf = (request: Payload): "CRL" | "OCSP" => (textAt(request, "source") === "CRL" ? "CRL" : "OCSP");

/** One that cannot be named again is asked for as it came, and nobody knows it. */
const askedOf = (request: Payload): AskedCertificate => {
  const data = objectAt(request, "certificateHashData");
  const [hash = NAMELESS] = hashesIn([data]);
  const urls = request["urls"];
  return {
    hash,
    source: sourceOf(request),
    urls: Array.isArray(urls) ? urls.filter((url) => typeof url === "string") : [],
  };
};

const NAMELESS = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "",
  issuerKeyHash: "",
  serialNumber: "",
} as const;

const HASH_ALGORITHMS = ["SHA256", "SHA384", "SHA512"];

/** Which certificate is meant, as far as an answer may say it: a station may write more than its schema allows. */
const hashDataOf = (asked: Payload): Payload => ({
  hashAlgorithm: HASH_ALGORITHMS.find((name) => name === asked["hashAlgorithm"]) ?? "SHA256",
  issuerNameHash: (textAt(asked, "issuerNameHash") ?? "").slice(0, 128),
  issuerKeyHash: (textAt(asked, "issuerKeyHash") ?? "").slice(0, 128),
  serialNumber: (textAt(asked, "serialNumber") ?? "").slice(0, 40),
});
