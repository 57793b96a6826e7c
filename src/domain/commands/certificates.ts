/** What a root certificate that a station holds is for, free of any OCPP version. */
export const CERTIFICATE_USES = [
  "central-system",
  "manufacturer",
  "v2g",
  "mobility-operator",
  "oem",
] as const;
export type CertificateUse = (typeof CERTIFICATE_USES)[number];

/** How OCPP names a certificate without sending it. */
export interface CertificateHash {
  readonly hashAlgorithm: "SHA256" | "SHA384" | "SHA512";
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
}

export interface InstalledCertificate {
  /** `v2g-chain`: the station's own for cars, not to be installed but told (2.x). */
  readonly use: CertificateUse | "v2g-chain";
  readonly certificate: CertificateHash;
}

/** What an operator asks about a station's certificates. */
export type CertificateCommand =
  | { readonly kind: "install-certificate"; readonly use: CertificateUse; readonly certificate: string }
  /** 1.6 asks for one use at a time; null: all that the version knows, which 1.6 cannot ask for at once. */
  | { readonly kind: "list-certificates"; readonly use: CertificateUse | null }
  | { readonly kind: "delete-certificate"; readonly certificate: CertificateHash }
  /** It makes a new key and asks for a certificate of it. */
  | { readonly kind: "renew-certificate" };
