/** What became of a station's request for a certificate; `refusal` is for the log. */
export type SignedRequest = { readonly chain: string } | { readonly refusal: string };

/** Signs what stations ask for. */
export interface CertificateAuthority {
  /** `csr` is PKCS #10 in PEM, as it came. Never throws for what is wrong with it. */
  sign(stationId: string, csr: string): Promise<SignedRequest>;
}
