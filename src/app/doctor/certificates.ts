import { X509Certificate } from "node:crypto";
import type { Config } from "../../config/index.js";
import { counted } from "../../domain/figures.js";
import { DAY_MS, type EpochMs } from "../../domain/units.js";
import { readTlsFiles } from "../tls-files.js";
import { faultsOf, type Finding, warning, well } from "./finding.js";

/** Time before the end of a certificate from which it is told. */
const SOON_MS = 30 * DAY_MS;

/** Whether the TLS listener's certificates can be used, hold for a while and serve every station. */
export const certificates = ({ server: { tls } }: Config, nowMs: EpochMs): Finding[] => {
  if (tls === null) return [];
  try {
    const shown = readTlsFiles(tls, []).certificates.map(({ cert }) => new X509Certificate(cert));
    const findings = [...shown.flatMap((each) => endingSoon(each, nowMs)), ...missingKinds(shown)];
    return findings.length > 0 ? findings : [well("certificates", counted(shown.length, "certificate"))];
  } catch (error) {
    return faultsOf("certificates", error);
  }
};

const endingSoon = ({ subject, validTo }: X509Certificate, nowMs: EpochMs): Finding[] =>
  Date.parse(validTo) - nowMs > SOON_MS
    ? []
    : [
        warning(
          "certificates",
          `${subject} ends at ${new Date(validTo).toISOString()}`,
          "renew it; it is read again by itself",
        ),
      ];

const missingKinds = (shown: readonly X509Certificate[]): Finding[] => {
  const kinds = new Set(shown.map(({ publicKey }) => publicKey.asymmetricKeyType));
  return kinds.has("ec") && kinds.has("rsa")
    ? []
    : [
        warning(
          "certificates",
          `none has ${kinds.has("ec") ? "an RSA" : "an EC"} key: a station may know the other kind only`,
          "add a second certificate under server.tls.certificates",
        ),
      ];
};
