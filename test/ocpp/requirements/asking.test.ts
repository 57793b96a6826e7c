/** What stations are asked, message by message: what OCPP wants in it, by the ids of its requirements. */
import { describe, expect, it } from "vitest";
import type { StationCommand } from "../../../src/domain/command.js";
import { COMMANDS } from "../asked.js";
import { CODECS } from "../negative.js";
import { askedOf } from "../wrong-answers.js";

type Kind = StationCommand["kind"];

describe.each(CODECS.filter(({ version }) => version !== "1.6"))("OCPP $version", (codec) => {
  const calls = (kind: Kind) =>
    askedOf(
      codec,
      COMMANDS.filter((command) => command.kind === kind),
    ).map(({ call }) => call);

  it.each<[string, Kind, string, object]>([
    [
      "ends a transaction by its id [F03.FR.01]",
      "remote-stop",
      "RequestStopTransaction",
      { transactionId: "7" },
    ],
    [
      "sends a local list with its kind of update and a version above 0 [D01.FR.01, D01.FR.18]",
      "send-local-list",
      "SendLocalList",
      { updateType: "Full", versionNumber: 1 },
    ],
    [
      "clears profiles of ours by their id, no others [K10.FR.02]",
      "clear-schedule",
      "ClearChargingProfile",
      { chargingProfileId: expect.any(Number) },
    ],
    [
      "asks for the composite schedule of an EVSE [K08.FR.01]",
      "get-composite",
      "GetCompositeSchedule",
      { evseId: 1, duration: 60 },
    ],
    [
      "asks for charging profiles by a criterion, which is every source of a limit [K09.FR.03]",
      "report-charging-profiles",
      "GetChargingProfiles",
      { evseId: 1, chargingProfile: { chargingLimitSource: ["EMS", "Other", "SO", "CSO"] } },
    ],
    [
      "sets a password by its variable [A01.FR.02]",
      "change-password",
      "SetVariables",
      {
        setVariableData: [
          {
            component: { name: "SecurityCtrlr" },
            variable: { name: "BasicAuthPassword" },
            attributeValue: "0123456789abcdef0123",
          },
        ],
      },
    ],
    [
      "names what a signed certificate is for, as the request did [A02.FR.14]",
      "hand-certificate",
      "CertificateSigned",
      { certificateType: "ChargingStationCertificate", certificateChain: "PEM" },
    ],
    [
      "tells a running cost of its transaction [I02.FR.01]",
      "running-cost",
      "CostUpdated",
      { totalCost: 3.5, transactionId: "7" },
    ],
  ])("%s", (_, kind, action, payload) => {
    expect(calls(kind)).toMatchObject([{ action, payload }]);
  });

  it("asks of a transaction by its id whether it is ongoing [E14.FR.02]", () => {
    expect(calls("get-transaction-status")).toContainEqual({
      action: "GetTransactionStatus",
      payload: { transactionId: "7" },
    });
  });

  it("says which message it wants, of a connector where that is a status [F06.FR.01, F06.FR.13]", () => {
    const wanted = calls("trigger").map(({ payload }) => payload);
    expect(new Set(wanted.map(({ requestedMessage }) => requestedMessage)).size).toBe(wanted.length);
    expect(wanted).toContainEqual({
      requestedMessage: "StatusNotification",
      evse: { id: 1, connectorId: 1 },
    });
    const nowhere: StationCommand = { kind: "trigger", message: "StatusNotification", evseId: null };
    expect(askedOf(codec, [nowhere])).toEqual([]);
  });

  it("sends the signing certificate with a signed firmware [L01.FR.11]", () => {
    expect(calls("update-firmware").map(({ payload }) => payload["firmware"])).toMatchObject([
      { location: "https://example.org/f" },
      { location: "https://example.org/f", signingCertificate: "PEM", signature: "s" },
    ]);
  });
});

describe("OCPP 2.1", () => {
  it("asks for priority charging [K21.FR.10]", () => {
    const codec = CODECS.filter(({ version }) => version === "2.1");
    const asked = codec.flatMap((one) =>
      askedOf(one, [{ kind: "use-priority", transactionId: "7", on: true }]),
    );
    expect(asked.map(({ call }) => call)).toEqual([
      { action: "UsePriorityCharging", payload: { transactionId: "7", activate: true } },
    ]);
  });
});

describe.each(CODECS.filter(({ version }) => version === "1.6"))("OCPP 1.6", (codec) => {
  it.each<[string, StationCommand, object]>([
    [
      "starts by a token and a connector [§5.11]",
      { kind: "remote-start", evseId: 1, idToken: "T" },
      { action: "RemoteStartTransaction", payload: { connectorId: 1, idTag: "T" } },
    ],
    [
      "stops by the id of the transaction [§5.12]",
      { kind: "remote-stop", transactionId: "7" },
      { action: "RemoteStopTransaction", payload: { transactionId: 7 } },
    ],
    [
      "changes the availability of a connector [§5.2]",
      { kind: "change-availability", evseId: 1, operative: false },
      { action: "ChangeAvailability", payload: { connectorId: 1, type: "Inoperative" } },
    ],
    [
      "sends a local list with its kind of update and its version [§5.15]",
      { kind: "send-local-list", version: 3, isWhole: false, entries: [{ idToken: "T", standing: null }] },
      {
        action: "SendLocalList",
        payload: { listVersion: 3, updateType: "Differential", localAuthorizationList: [{ idTag: "T" }] },
      },
    ],
    ["clears the cache of tokens [§5.4]", { kind: "clear-cache" }, { action: "ClearCache", payload: {} }],
    [
      "asks for a message of a connector [§5.17]",
      { kind: "trigger", message: "MeterValues", evseId: 2 },
      { action: "TriggerMessage", payload: { requestedMessage: "MeterValues", connectorId: 2 } },
    ],
  ])("%s", (_, command, call) => {
    expect(askedOf(codec, [command]).map((one) => one.call)).toEqual([call]);
  });
});
