import type { CertificateAuthority } from "../../ports/certificate-authority.js";
import type { StationLink } from "../../ports/station-link.js";
import type { SigningWish } from "../common/codec.js";
import type { Desk } from "./desk.js";

type SigningDesk = Pick<Desk, "log" | "track"> & { readonly authority?: CertificateAuthority };

/** Has an authority sign what a station asks for; null: it is refused, and the log says why. */
export async function signFor(
  stationId: string,
  { csr }: SigningWish,
  { authority, log, track }: SigningDesk,
): Promise<string | null> {
  const refusal = { refusal: "a fault of ours" };
  const signed = authority
    ? await track(() => authority.sign(stationId, csr), refusal)
    : { refusal: "no authority signs here: localCa is not configured" };
  if ("chain" in signed) {
    log.info({ stationId }, "a certificate was signed for a station");
    return signed.chain;
  }
  log.warn({ stationId, why: signed.refusal }, "a station's request for a certificate was refused");
  return null;
}

/** Sends a station the certificate that it asked for, after it was told that it will come. */
export function handOver(
  stationId: string,
  { chain, requestId }: { readonly chain: string } & Pick<SigningWish, "requestId">,
  { link, log, track }: SigningDesk & { readonly link: StationLink },
): void {
  void track(async () => {
    const outcome = await link.send(stationId, { kind: "hand-certificate", chain, requestId });
    if (outcome.status === "accepted") log.info({ stationId }, "a station took its certificate");
    else log.warn({ stationId, ...outcome }, "a station did not take the certificate that it asked for");
  }, undefined);
}
