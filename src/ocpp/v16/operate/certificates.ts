import type { CertificateCommand, CertificateUse } from "../../../domain/commands/certificates.js";
import { hashesIn, writeHash } from "../../common/certificate.js";
import type { Written } from "../../common/codec.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";
import { outcomeOf } from "../../common/outcome.js";
import { listAt, textAt } from "../../wire.js";

/** What the security whitepaper (edition 3) knows. */
const USES: Partial<Record<CertificateUse, string>> = {
  "central-system": "CentralSystemRootCertificate",
  manufacturer: "ManufacturerRootCertificate",
};
/** Of a certificate that is installed; 1.6 has no longer ones. */
const MOST_CHARACTERS = 5_500;

const withUse = (use: CertificateUse | null, write: (name: string) => Written): Written => {
  const name = use === null ? undefined : USES[use];
  return name === undefined
    ? cannot(`1.6 knows the uses ${Object.keys(USES).join(" and ")}, one at a time`)
    : write(name);
};

/** The security extension's certificates. */
export const certificates: SayingsOf<CertificateCommand> = {
  "install-certificate": {
    write: ({ use, certificate }) =>
      certificate.length > MOST_CHARACTERS
        ? cannot(`1.6 takes certificates of at most ${MOST_CHARACTERS} characters`)
        : withUse(use, (certificateType) => call("InstallCertificate", { certificateType, certificate })),
  },
  "list-certificates": {
    write: ({ use }) =>
      withUse(use, (certificateType) => call("GetInstalledCertificateIds", { certificateType })),
    read: (answer, { use }) => {
      const status = textAt(answer, "status");
      if (status !== "Accepted" && status !== "NotFound") return outcomeOf(answer);
      const hashes = use === null ? [] : hashesIn(listAt(answer, "certificateHashData"));
      return {
        status: "accepted",
        certificates: hashes.map((certificate) => ({ use: use ?? "central-system", certificate })),
      };
    },
  },
  "delete-certificate": {
    write: ({ certificate }) => call("DeleteCertificate", { certificateHashData: writeHash(certificate) }),
  },
  "renew-certificate": {
    write: () => call("ExtendedTriggerMessage", { requestedMessage: "SignChargePointCertificate" }),
  },
};
