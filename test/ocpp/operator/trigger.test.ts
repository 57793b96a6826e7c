import { describe, expect, it } from "vitest";
import type { OcppVersion } from "../../../src/domain/fleet.js";
import { TRIGGER_MESSAGES, type TriggerMessage } from "../../../src/domain/trigger.js";
import type { Schema } from "../../../src/ocpp/lenient.js";
import { readSchemas } from "../../../src/ocpp/schemas.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const trigger = (message: TriggerMessage, evseId: number | null = null) =>
  ({ kind: "trigger", message, evseId }) as const;

const plain = (
  message: TriggerMessage,
  action = "TriggerMessage",
  requestedMessage: string = message,
): Row => [trigger(message), action, { requestedMessage }, { status: "Accepted" }, accepted];

const ROWS: Readonly<Record<OcppVersion, readonly Row[]>> = {
  "1.6": [
    ...(["BootNotification", "DiagnosticsStatusNotification", "FirmwareStatusNotification"] as const).map(
      (each) => plain(each),
    ),
    ...(["Heartbeat", "MeterValues", "StatusNotification"] as const).map((each) => plain(each)),
    plain("LogStatusNotification", "ExtendedTriggerMessage"),
    plain("SignChargingStationCertificate", "ExtendedTriggerMessage", "SignChargePointCertificate"),
    [
      trigger("StatusNotification", 2),
      "TriggerMessage",
      { requestedMessage: "StatusNotification", connectorId: 2 },
      { status: "NotImplemented" },
      { status: "unsupported", detail: "NotImplemented" },
    ],
  ],
  "2.0.1": [],
  "2.1": [],
};

const ROWS_201: readonly Row[] = [
  ...TRIGGER_MESSAGES.filter(
    (each) =>
      ![
        "DiagnosticsStatusNotification",
        "SignV2G20Certificate",
        "CustomTrigger",
        "StatusNotification",
      ].includes(each),
  ).map((each) => plain(each)),
  [
    { ...trigger("StatusNotification", 2), connectorId: 3 },
    "TriggerMessage",
    { requestedMessage: "StatusNotification", evse: { id: 2, connectorId: 3 } },
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
];
const ROWS_21: readonly Row[] = [
  ...ROWS_201,
  plain("SignV2G20Certificate"),
  [
    { ...trigger("CustomTrigger"), custom: "com.example.now" },
    "TriggerMessage",
    { requestedMessage: "CustomTrigger", customTrigger: "com.example.now" },
    { status: "Accepted" },
    accepted,
  ],
];
const TABLES = { ...ROWS, "2.0.1": ROWS_201, "2.1": ROWS_21 };

checkRows([
  ["1.6", TABLES["1.6"]],
  ["2.0.1", TABLES["2.0.1"]],
  ["2.1", TABLES["2.1"]],
]);

/** A refusal names what a station of the version can be asked for, and nothing else. */
const butFor = (version: keyof typeof TABLES): RegExp => {
  const known = TABLES[version].flatMap(([command]) => (command.kind === "trigger" ? [command.message] : []));
  return new RegExp(`cannot be asked for \\w+, but for ${[...new Set(known)].toSorted().join(", ")}$`);
};

checkUnsent([
  ["1.6", trigger("TransactionEvent"), "unsupported", butFor("1.6")],
  ["1.6", trigger("SignV2GCertificate"), "unsupported", butFor("1.6")],
  ["2.0.1", trigger("DiagnosticsStatusNotification"), "unsupported", /LogStatusNotification/],
  ["2.1", trigger("DiagnosticsStatusNotification"), "unsupported", /LogStatusNotification/],
  ["2.0.1", trigger("StatusNotification"), "error", /name the EVSE/],
  ["2.1", trigger("StatusNotification"), "error", /name the EVSE/],
  ["2.0.1", trigger("SignV2G20Certificate"), "unsupported", butFor("2.0.1")],
  ["2.0.1", { ...trigger("CustomTrigger"), custom: "x" }, "unsupported", butFor("2.0.1")],
  ["2.1", trigger("CustomTrigger"), "error", /custom goes with/],
  ["2.1", { ...trigger("Heartbeat"), custom: "x" }, "error", /custom goes with/],
]);

/** Messages that the published schema of a call lets be asked for. */
const askable = (version: OcppVersion, action: string): readonly unknown[] => {
  const schema = readSchemas(version).find(({ $id }) => $id === `urn:${action}.req`);
  const found = schema?.properties?.["requestedMessage"];
  const at: Schema | undefined = schema?.definitions?.[found?.$ref?.split("/").at(-1) ?? ""] ?? found;
  return Array.isArray(at?.["enum"]) ? at["enum"] : [];
};

describe.each(["1.6", "2.0.1", "2.1"] as const)("OCPP %s", (version) => {
  it("can be asked for all that its schemas know", () => {
    const asked = TABLES[version].map(([, action, params]) => [action, Object(params).requestedMessage]);
    const names = (action: string): unknown[] => [
      ...new Set(asked.filter(([each]) => each === action).map(([, name]) => name)),
    ];
    expect(new Set(names("TriggerMessage"))).toEqual(new Set(askable(version, "TriggerMessage")));
    if (version === "1.6")
      expect(askable("1.6", "ExtendedTriggerMessage")).toEqual(
        expect.arrayContaining(names("ExtendedTriggerMessage")),
      );
  });
});
