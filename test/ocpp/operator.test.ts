import { afterEach, describe, expect, it } from "vitest";
import type { CommandOutcome, OperatorCommand } from "../../src/domain/command.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { answering, type Call, openStage, type Stage } from "./harness.js";

let stage: Stage;
afterEach(() => stage.close());

/** Answers by action; the peer checks what it gets and says against the published schemas. */
type Answers = Readonly<Record<string, object>>;

const reset = (how: "soft" | "hard" | "when-idle", evseId: number | null = null): OperatorCommand => ({
  kind: "reset",
  how,
  evseId,
});
const available = (operative: boolean, evseId: number | null = null): OperatorCommand => ({
  kind: "change-availability",
  evseId,
  operative,
});
const unlock: OperatorCommand = { kind: "unlock", evseId: 2, connectorId: 1 };
const clearCache: OperatorCommand = { kind: "clear-cache" };
const read = (...names: string[]): OperatorCommand => ({ kind: "read-settings", names });
const write = (name: string, value: string): OperatorCommand => ({ kind: "write-setting", name, value });
const transfer = (messageId: string | null, data: string | null): OperatorCommand => ({
  kind: "data-transfer",
  vendorId: "com.acme",
  messageId,
  data,
});

const localList = (isWhole: boolean): OperatorCommand => ({
  kind: "send-local-list",
  version: 3,
  isWhole,
  entries: [
    { idToken: "A", standing: "Accepted" },
    { idToken: "B", standing: isWhole ? "Blocked" : null },
  ],
});

/** What a station is asked, and what is made of its answer; the calls it gets beside those of its boot. */
const ask = async (
  version: OcppVersion,
  command: OperatorCommand,
  answers: Answers,
): Promise<{ outcome: CommandOutcome; calls: Call[] }> => {
  stage = await openStage();
  const client = await stage.connect("CP1", version);
  const handlers = Object.entries(answers).map(([action, answer]) => [action, () => answer] as const);
  const calls = answering(client, Object.fromEntries(handlers));
  const outcome = await stage.central.link.send("CP1", command);
  return { outcome, calls: [...calls] };
};

type Row = readonly [
  command: OperatorCommand,
  action: string,
  params: object,
  answer: object,
  outcome: CommandOutcome,
];

const accepted: CommandOutcome = { status: "accepted" };
const component = { name: "SampledDataCtrlr" };
const variable = { name: "TxUpdatedInterval" };
const NAME = "SampledDataCtrlr.TxUpdatedInterval";

/** What every version says alike. */
const ROWS_ALIKE: readonly Row[] = [
  [clearCache, "ClearCache", {}, { status: "Accepted" }, accepted],
  [
    transfer("hello", "{}"),
    "DataTransfer",
    { vendorId: "com.acme", messageId: "hello", data: "{}" },
    { status: "Accepted", data: "world" },
    { status: "accepted", data: "world" },
  ],
];

const ROWS_16: readonly Row[] = [
  ...ROWS_ALIKE,
  [reset("soft"), "Reset", { type: "Soft" }, { status: "Accepted" }, accepted],
  [
    reset("hard"),
    "Reset",
    { type: "Hard" },
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
  [
    available(false),
    "ChangeAvailability",
    { connectorId: 0, type: "Inoperative" },
    { status: "Scheduled" },
    { status: "accepted", detail: "Scheduled" },
  ],
  [
    available(true, 2),
    "ChangeAvailability",
    { connectorId: 2, type: "Operative" },
    { status: "Accepted" },
    accepted,
  ],
  [
    unlock,
    "UnlockConnector",
    { connectorId: 2 },
    { status: "Unlocked" },
    { status: "accepted", detail: "Unlocked" },
  ],
  [
    unlock,
    "UnlockConnector",
    { connectorId: 2 },
    { status: "UnlockFailed" },
    { status: "rejected", detail: "UnlockFailed" },
  ],
  [
    read("HeartbeatInterval", "Nothing"),
    "GetConfiguration",
    { key: ["HeartbeatInterval", "Nothing"] },
    {
      configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }],
      unknownKey: ["Nothing"],
    },
    {
      status: "accepted",
      settings: [
        { name: "HeartbeatInterval", value: "300", readOnly: false, why: null },
        { name: "Nothing", value: null, readOnly: null, why: "UnknownKey" },
      ],
    },
  ],
  [
    read(),
    "GetConfiguration",
    {},
    { configurationKey: [{ key: "NumberOfConnectors", readonly: true, value: "1" }] },
    {
      status: "accepted",
      settings: [{ name: "NumberOfConnectors", value: "1", readOnly: true, why: null }],
    },
  ],
  [
    write("HeartbeatInterval", "60"),
    "ChangeConfiguration",
    { key: "HeartbeatInterval", value: "60" },
    { status: "RebootRequired" },
    { status: "accepted", detail: "RebootRequired" },
  ],
  [
    write("Nothing", "1"),
    "ChangeConfiguration",
    { key: "Nothing", value: "1" },
    { status: "NotSupported" },
    { status: "unsupported", detail: "NotSupported" },
  ],
  [
    transfer(null, null),
    "DataTransfer",
    { vendorId: "com.acme" },
    { status: "UnknownVendorId" },
    { status: "rejected", detail: "UnknownVendorId" },
  ],
  [
    { kind: "reserve", reservationId: 7, evseId: null, idToken: "T", expiresMs: 1_795_000_000_000 },
    "ReserveNow",
    { connectorId: 0, expiryDate: "2026-11-18T11:06:40.000Z", idTag: "T", reservationId: 7 },
    { status: "Occupied" },
    { status: "rejected", detail: "Occupied" },
  ],
  [
    { kind: "cancel-reservation", reservationId: 7 },
    "CancelReservation",
    { reservationId: 7 },
    { status: "Accepted" },
    accepted,
  ],
  [
    localList(true),
    "SendLocalList",
    {
      listVersion: 3,
      updateType: "Full",
      localAuthorizationList: [
        { idTag: "A", idTagInfo: { status: "Accepted" } },
        { idTag: "B", idTagInfo: { status: "Blocked" } },
      ],
    },
    { status: "VersionMismatch" },
    { status: "rejected", detail: "VersionMismatch" },
  ],
  [
    localList(false),
    "SendLocalList",
    {
      listVersion: 3,
      updateType: "Differential",
      localAuthorizationList: [{ idTag: "A", idTagInfo: { status: "Accepted" } }, { idTag: "B" }],
    },
    { status: "Accepted" },
    accepted,
  ],
  [
    { kind: "local-list-version" },
    "GetLocalListVersion",
    {},
    { listVersion: -1 },
    { status: "accepted", version: -1 },
  ],
];

const ROWS_2X: readonly Row[] = [
  ...ROWS_ALIKE,
  [reset("soft"), "Reset", { type: "Immediate" }, { status: "Accepted" }, accepted],
  [reset("hard", 2), "Reset", { type: "Immediate", evseId: 2 }, { status: "Accepted" }, accepted],
  [
    reset("when-idle"),
    "Reset",
    { type: "OnIdle" },
    { status: "Scheduled" },
    { status: "accepted", detail: "Scheduled" },
  ],
  [
    available(false),
    "ChangeAvailability",
    { operationalStatus: "Inoperative" },
    { status: "Rejected", statusInfo: { reasonCode: "Busy" } },
    { status: "rejected", detail: "Rejected · Busy" },
  ],
  [
    available(true, 2),
    "ChangeAvailability",
    { operationalStatus: "Operative", evse: { id: 2 } },
    { status: "Accepted" },
    accepted,
  ],
  [
    unlock,
    "UnlockConnector",
    { evseId: 2, connectorId: 1 },
    { status: "OngoingAuthorizedTransaction" },
    { status: "rejected", detail: "OngoingAuthorizedTransaction" },
  ],
  [
    read(NAME, "Connector[2].Nothing"),
    "GetVariables",
    {
      getVariableData: [
        { component, variable },
        { component: { name: "Connector", instance: "2" }, variable: { name: "Nothing" } },
      ],
    },
    {
      getVariableResult: [
        { attributeStatus: "Accepted", attributeValue: "60", component, variable },
        {
          attributeStatus: "UnknownVariable",
          component: { name: "Connector", instance: "2" },
          variable: { name: "Nothing" },
        },
      ],
    },
    {
      status: "accepted",
      settings: [
        { name: NAME, value: "60", readOnly: null, why: null },
        { name: "Connector[2].Nothing", value: null, readOnly: null, why: "UnknownVariable" },
      ],
    },
  ],
  [
    write(NAME, "30"),
    "SetVariables",
    { setVariableData: [{ component, variable, attributeValue: "30" }] },
    { setVariableResult: [{ attributeStatus: "RebootRequired", component, variable }] },
    { status: "accepted", detail: "RebootRequired" },
  ],
  [
    write(NAME, "-1"),
    "SetVariables",
    { setVariableData: [{ component, variable, attributeValue: "-1" }] },
    {
      setVariableResult: [
        {
          attributeStatus: "Rejected",
          attributeStatusInfo: { reasonCode: "OutOfRange" },
          component,
          variable,
        },
      ],
    },
    { status: "rejected", detail: "Rejected · OutOfRange" },
  ],
  [
    { kind: "reserve", reservationId: 7, evseId: 2, idToken: "T", expiresMs: 1_795_000_000_000 },
    "ReserveNow",
    {
      id: 7,
      expiryDateTime: "2026-11-18T11:06:40.000Z",
      idToken: { idToken: "T", type: "Central" },
      evseId: 2,
    },
    { status: "Accepted" },
    accepted,
  ],
  [
    { kind: "cancel-reservation", reservationId: 7 },
    "CancelReservation",
    { reservationId: 7 },
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
  [
    localList(false),
    "SendLocalList",
    {
      versionNumber: 3,
      updateType: "Differential",
      localAuthorizationList: [
        { idToken: { idToken: "A", type: "Central" }, idTokenInfo: { status: "Accepted" } },
        { idToken: { idToken: "B", type: "Central" } },
      ],
    },
    { status: "Accepted" },
    accepted,
  ],
  [
    { kind: "send-local-list", version: 4, isWhole: true, entries: [] },
    "SendLocalList",
    { versionNumber: 4, updateType: "Full" },
    { status: "Failed" },
    { status: "rejected", detail: "Failed" },
  ],
  [
    { kind: "local-list-version" },
    "GetLocalListVersion",
    {},
    { versionNumber: 4 },
    { status: "accepted", version: 4 },
  ],
];

const named = (rows: readonly Row[]) =>
  rows.map((row) => [`${row[1]} ${JSON.stringify(row[2])}`, row] as const);

describe.each<[OcppVersion, readonly Row[]]>([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_2X],
  ["2.1", ROWS_2X],
])("an operator's command in OCPP %s", (version, rows) => {
  it.each(named(rows))("%s", async (_name, [command, action, params, answer, outcome]) => {
    const asked = await ask(version, command, { [action]: answer });
    expect(asked.calls).toEqual([{ method: action, params }]);
    expect(asked.outcome).toEqual(outcome);
  });

  it("that the station does not know is told as such", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", version);
    answering(client, {
      ClearCache: () => {
        throw Object.assign(new Error("no cache"), { rpcErrorCode: "NotImplemented" });
      },
    });
    expect(await stage.central.link.send("CP1", clearCache)).toEqual({
      status: "unsupported",
      detail: expect.stringMatching(/^NotImplemented/),
    });
  });
});

describe("what a version cannot say is not sent", () => {
  it.each<[OcppVersion, OperatorCommand, CommandOutcome["status"], RegExp]>([
    ["1.6", reset("when-idle"), "unsupported", /say soft or hard/],
    ["1.6", reset("soft", 1), "unsupported", /whole station/],
    ["2.0.1", read(), "unsupported", /name the variables/],
    ["2.1", read("HeartbeatInterval"), "error", /"HeartbeatInterval".*Component\.Variable/],
    ["2.1", write("a.b.c", "1"), "error", /"a\.b\.c"/],
    ["1.6", write("x".repeat(51), "1"), "error", /against the schema/],
  ])("OCPP %s %j", async (version, command, status, why) => {
    const { outcome, calls } = await ask(version, command, {});
    expect(calls).toEqual([]);
    expect(outcome).toEqual({ status, detail: expect.stringMatching(why) });
  });
});
