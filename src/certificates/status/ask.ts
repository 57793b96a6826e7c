import type { AskedCertificate, CertificateStanding } from "../../domain/plug-and-charge.js";
import { causeOf, requestBounded } from "../../http/bounded-request.js";
import { readCrl } from "./crl.js";
import { failed } from "./freshness.js";
import { writeOcspRequest } from "./ocsp-request.js";
import { type Judging, readOcspResponse } from "./ocsp-response.js";

/** More than any answer about one certificate takes, those who sign it included. */
const MOST_OCSP_BYTES = 64 * 1024;
/** Reading one takes a millisecond per KiB, in which no station is heard. */
const MOST_CRL_BYTES = 128 * 1024;
const HTTP_OK = 200;

interface Place {
  readonly url: URL;
  readonly timeoutMs: number;
}

/** Asks at one address how a certificate stands. Never rejects, and takes no longer than it may. */
export const askAt = async (
  { hash, source }: AskedCertificate,
  { url, timeoutMs }: Place,
  judging: Omit<Judging, "hash">,
): Promise<CertificateStanding> => {
  const signal = AbortSignal.timeout(timeoutMs);
  const body = source === "OCSP" ? writeOcspRequest(hash) : null;
  try {
    const answer = await requestBounded({
      url,
      signal,
      ...(body === null
        ? { method: "GET", headers: { accept: "application/pkix-crl" }, mostBytes: MOST_CRL_BYTES }
        : {
            method: "POST",
            headers: { "content-type": "application/ocsp-request", accept: "application/ocsp-response" },
            body,
            mostBytes: MOST_OCSP_BYTES,
          }),
    });
    if (answer.status !== HTTP_OK) return failed(`HTTP ${answer.status}`);
    const read = source === "OCSP" ? readOcspResponse : readCrl;
    return read(answer.body, { ...judging, hash });
  } catch (error) {
    return failed(causeOf(error));
  }
};
