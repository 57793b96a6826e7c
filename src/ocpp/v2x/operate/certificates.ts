import type {
  CertificateCommand,
  CertificateUse,
  InstalledCertificate,
} from "../../../domain/commands/certificates.js";
import { hashesIn, writeHash } from "../../common/certificate.js";
import type { Written } from "../../common/codec.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";
import { outcomeOf } from "../../common/outcome.js";
import { listAt, objectAt, type Payload, textAt } from "../../wire.js";
import type { Version2 } from "./version.js";

const NAMES: Readonly<Record<CertificateUse, string>> = {
  "central-system": "CSMSRootCertificate",
  manufacturer: "ManufacturerRootCertificate",
  v2g: "V2GRootCertificate",
  "mobility-operator": "MORootCertificate",
  oem: "OEMRootCertificate",
};

/** Longest that each version takes. */
const MOST_CHARACTERS: Readonly<Record<Version2, number>> = { "2.0.1": 5_500, "2.1": 10_000 };

const useOf = (name: string | null): InstalledCertificate["use"] | null => {
  if (name === "V2GCertificateChain") return "v2g-chain";
  const [use] = Object.entries(NAMES).find(([, own]) => own === name) ?? [];
  return USES.find((one) => one === use) ?? null;
};
const USES: readonly CertificateUse[] = ["central-system", "manufacturer", "v2g", "mobility-operator", "oem"];

const named = (use: CertificateUse, version: Version2, write: (name: string) => Written): Written =>
  use === "oem" && version === "2.0.1" ? cannot("2.0.1 knows no roots of car makers") : write(NAMES[use]);

/** Each chain's certificates one by one, as each can be deleted. */
const installedIn = (answer: Payload): InstalledCertificate[] =>
  listAt(answer, "certificateHashDataChain").flatMap((chain) => {
    const use = useOf(textAt(chain, "certificateType"));
    if (use === null) return [];
    const all = [objectAt(chain, "certificateHashData"), ...listAt(chain, "childCertificateHashData")];
    return hashesIn(all).map((certificate) => ({ use, certificate }));
  });

/** Block M: certificates that a station holds. */
export const certificatesOf = (version: Version2): SayingsOf<CertificateCommand> => ({
  "install-certificate": {
    write: ({ use, certificate }) =>
      certificate.length > MOST_CHARACTERS[version]
        ? cannot(`${version} takes certificates of at most ${MOST_CHARACTERS[version]} characters`)
        : named(use, version, (certificateType) =>
            call("InstallCertificate", { certificateType, certificate }),
          ),
  },
  "list-certificates": {
    write: ({ use }) =>
      use === null
        ? call("GetInstalledCertificateIds", {})
        : named(use, version, (name) => call("GetInstalledCertificateIds", { certificateType: [name] })),
    read: (answer) => {
      const status = textAt(answer, "status");
      return status === "Accepted" || status === "NotFound"
        ? { status: "accepted", certificates: installedIn(answer) }
        : outcomeOf(answer);
    },
  },
  "delete-certificate": {
    write: ({ certificate }) => call("DeleteCertificate", { certificateHashData: writeHash(certificate) }),
  },
  "renew-certificate": {
    write: () => call("TriggerMessage", { requestedMessage: "SignChargingStationCertificate" }),
  },
});
