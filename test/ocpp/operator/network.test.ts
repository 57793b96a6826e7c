import type { OperatorCommand } from "../../../src/domain/command.js";
import type { NetworkProfile } from "../../../src/domain/commands/network.js";
import type { OcppVersion } from "../../../src/domain/fleet.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const plain: NetworkProfile = {
  url: "wss://csms.example/ocpp",
  ocppVersion: "2.1",
  securityProfile: 2,
  messageTimeoutS: 30,
  interface: "Wired0",
  apn: null,
  identity: null,
  password: null,
};
const write = (change: Partial<NetworkProfile> = {}): OperatorCommand => ({
  kind: "set-network-profile",
  slot: 1,
  profile: { ...plain, ...change },
  force: false,
});
const data = (ocppVersion: string, more: object = {}) => ({
  configurationSlot: 1,
  connectionData: {
    ocppVersion,
    ocppTransport: "JSON",
    ocppCsmsUrl: plain.url,
    messageTimeout: 30,
    securityProfile: 2,
    ocppInterface: "Wired0",
    ...more,
  },
});
const apn = { name: "net", userName: "u", password: "p", authentication: "PAP" } as const;
const named = (names: Record<OcppVersion, string>): Row[] => [
  ...(["1.6", "2.0.1", "2.1"] as const).map(
    (version): Row => [
      write({ ocppVersion: version }),
      "SetNetworkProfile",
      data(names[version]),
      { status: "Accepted" },
      accepted,
    ],
  ),
  [
    write({ apn }),
    "SetNetworkProfile",
    data(names["2.1"], {
      apn: { apn: "net", apnUserName: "u", apnPassword: "p", apnAuthentication: "PAP" },
    }),
    { status: "Failed", statusInfo: { reasonCode: "NoSlot" } },
    { status: "rejected", detail: "Failed · NoSlot" },
  ],
];

checkRows([
  ["2.0.1", named({ "1.6": "OCPP16", "2.0.1": "OCPP20", "2.1": "OCPP20" })],
  [
    "2.1",
    [
      ...named({ "1.6": "OCPP16", "2.0.1": "OCPP201", "2.1": "OCPP21" }),
      [
        write({ identity: "CP9", password: "0123456789abcdef" }),
        "SetNetworkProfile",
        data("OCPP21", { identity: "CP9", basicAuthPassword: "0123456789abcdef" }),
        { status: "Accepted" },
        accepted,
      ],
    ],
  ],
]);

checkUnsent([
  ["1.6", write(), "unsupported", /no network profiles/],
  ["2.0.1", write({ identity: "CP9" }), "unsupported", /of its own/],
]);
