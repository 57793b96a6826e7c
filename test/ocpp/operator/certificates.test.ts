import type { OperatorCommand } from "../../../src/domain/command.js";
import type { CertificateHash, CertificateUse } from "../../../src/domain/commands/certificates.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const HASH: CertificateHash = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "aa",
  issuerKeyHash: "bb",
  serialNumber: "0C",
};
const OTHER: CertificateHash = { ...HASH, serialNumber: "0D" };

const install = (use: CertificateUse, certificate = PEM): OperatorCommand => ({
  kind: "install-certificate",
  use,
  certificate,
});
const list = (use: CertificateUse | null): OperatorCommand => ({ kind: "list-certificates", use });
const remove: OperatorCommand = { kind: "delete-certificate", certificate: HASH };
const renew: OperatorCommand = { kind: "renew-certificate" };
const ok = { status: "Accepted" };

/** In every version. */
const REMOVED: readonly Row[] = [
  [remove, "DeleteCertificate", { certificateHashData: HASH }, ok, accepted],
  [
    remove,
    "DeleteCertificate",
    { certificateHashData: HASH },
    { status: "NotFound" },
    { status: "rejected", detail: "NotFound" },
  ],
];

const ROWS_16: readonly Row[] = [
  ...REMOVED,
  [
    install("central-system"),
    "InstallCertificate",
    { certificateType: "CentralSystemRootCertificate", certificate: PEM },
    ok,
    accepted,
  ],
  [
    install("manufacturer"),
    "InstallCertificate",
    { certificateType: "ManufacturerRootCertificate", certificate: PEM },
    { status: "Failed" },
    { status: "rejected", detail: "Failed" },
  ],
  [
    list("central-system"),
    "GetInstalledCertificateIds",
    { certificateType: "CentralSystemRootCertificate" },
    { ...ok, certificateHashData: [HASH] },
    { status: "accepted", certificates: [{ use: "central-system", certificate: HASH }] },
  ],
  [
    list("manufacturer"),
    "GetInstalledCertificateIds",
    { certificateType: "ManufacturerRootCertificate" },
    { status: "NotFound" },
    { status: "accepted", certificates: [] },
  ],
  [renew, "ExtendedTriggerMessage", { requestedMessage: "SignChargePointCertificate" }, ok, accepted],
  [
    renew,
    "ExtendedTriggerMessage",
    { requestedMessage: "SignChargePointCertificate" },
    { status: "NotImplemented" },
    { status: "unsupported", detail: "NotImplemented" },
  ],
];

const NAMES = {
  "central-system": "CSMSRootCertificate",
  manufacturer: "ManufacturerRootCertificate",
  v2g: "V2GRootCertificate",
  "mobility-operator": "MORootCertificate",
} as const;
const installed = (use: CertificateUse, certificateType: string): Row => [
  install(use),
  "InstallCertificate",
  { certificateType, certificate: PEM },
  ok,
  accepted,
];

const ROWS_2X: readonly Row[] = [
  ...REMOVED,
  installed("central-system", NAMES["central-system"]),
  installed("manufacturer", NAMES.manufacturer),
  installed("v2g", NAMES.v2g),
  installed("mobility-operator", NAMES["mobility-operator"]),
  [
    list("v2g"),
    "GetInstalledCertificateIds",
    { certificateType: ["V2GRootCertificate"] },
    { status: "NotFound" },
    { status: "accepted", certificates: [] },
  ],
  [
    list(null),
    "GetInstalledCertificateIds",
    {},
    {
      ...ok,
      certificateHashDataChain: [
        { certificateType: "CSMSRootCertificate", certificateHashData: HASH },
        {
          certificateType: "V2GCertificateChain",
          certificateHashData: HASH,
          childCertificateHashData: [OTHER],
        },
      ],
    },
    {
      status: "accepted",
      certificates: [
        { use: "central-system", certificate: HASH },
        { use: "v2g-chain", certificate: HASH },
        { use: "v2g-chain", certificate: OTHER },
      ],
    },
  ],
  [renew, "TriggerMessage", { requestedMessage: "SignChargingStationCertificate" }, ok, accepted],
];

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_2X],
  ["2.1", [...ROWS_2X, installed("oem", "OEMRootCertificate")]],
]);

const setting = (name: string): OperatorCommand => ({ kind: "write-setting", name, value: "0".repeat(32) });

checkUnsent([
  ["1.6", install("v2g"), "unsupported", /central-system and manufacturer/],
  ["1.6", list(null), "unsupported", /one at a time/],
  ["1.6", install("manufacturer", `${PEM}${" ".repeat(6_000)}`), "unsupported", /5500 characters/],
  ["2.0.1", install("oem"), "unsupported", /car makers/],
  ["2.0.1", install("v2g", `${PEM}${" ".repeat(6_000)}`), "unsupported", /5500 characters/],
  // A password that only the station knows of would lock it out.
  ["1.6", setting("AuthorizationKey"), "unsupported", /station rotate/],
  ["1.6", setting("SecurityProfile"), "unsupported", /station raise/],
  ["1.6", setting("authorizationKEY"), "unsupported", /station rotate/],
  ...[
    "NetworkConfiguration[1].BasicAuthPassword",
    "SecurityCtrlr[x].BasicAuthPassword",
    "SecurityCtrlr@1.BasicAuthPassword",
    "SecurityCtrlr@1/2.basicauthpassword[a.b]",
  ].map((name) => ["2.1", setting(name), "unsupported", /station rotate/] as const),
  ["2.0.1", setting("NetworkConfiguration[1].SecurityProfile"), "unsupported", /station raise/],
  ["2.0.1", setting("SecurityCtrlr.BasicAuthPassword"), "unsupported", /station rotate/],
  ["2.1", setting("SecurityCtrlr.BasicAuthPassword"), "unsupported", /station rotate/],
]);
