import { expect } from "vitest";
import type { OperatorCommand } from "../../../src/domain/command.js";
import { checkRows, checkUnsent, type Row } from "./rows.js";

const T0 = Date.parse("2026-11-02T18:00:00Z");
const cap: OperatorCommand = {
  kind: "set-der-control",
  controlId: "cap-1",
  controlType: "LimitMaxDischarge",
  isDefault: false,
  parameters: { priority: 1, pctMaxDischargePower: 50, startTime: "2026-11-02T18:00:00Z", duration: 900 },
};
const volts: OperatorCommand = {
  kind: "set-der-control",
  controlId: "volt-var",
  controlType: "VoltVar",
  isDefault: true,
  parameters: { curveData: [{ x: 92, y: 44 }], priority: 3, yUnit: "PctMaxVar" },
};
const get = (controlId: string | null): OperatorCommand => ({
  kind: "get-der-controls",
  isDefault: null,
  controlType: null,
  controlId,
});
const afrr: OperatorCommand = { kind: "afrr-signal", signal: -40, atMs: T0 };
const swap: OperatorCommand = { kind: "request-battery-swap", idToken: "driver-7" };
const list: OperatorCommand = { kind: "list-streams" };

const ROWS: readonly Row[] = [
  [
    cap,
    "SetDERControl",
    {
      isDefault: false,
      controlId: "cap-1",
      controlType: "LimitMaxDischarge",
      limitMaxDischarge: {
        priority: 1,
        pctMaxDischargePower: 50,
        startTime: "2026-11-02T18:00:00Z",
        duration: 900,
      },
    },
    { status: "Accepted", supersededIds: ["cap-0"] },
    { status: "accepted", detail: "supersedes cap-0" },
  ],
  [
    volts,
    "SetDERControl",
    {
      isDefault: true,
      controlId: "volt-var",
      controlType: "VoltVar",
      curve: { curveData: [{ x: 92, y: 44 }], priority: 3, yUnit: "PctMaxVar" },
    },
    { status: "NotSupported" },
    { status: "unsupported", detail: "NotSupported" },
  ],
  [
    { kind: "clear-der-control", isDefault: false, controlType: "VoltVar", controlId: null },
    "ClearDERControl",
    { isDefault: false, controlType: "VoltVar" },
    { status: "NotFound" },
    { status: "rejected", detail: "NotFound" },
  ],
  [
    get("cap-1"),
    "GetDERControl",
    { requestId: expect.any(Number), controlId: "cap-1" },
    { status: "Accepted" },
    { status: "accepted", requestId: expect.any(Number) },
  ],
  [
    swap,
    "RequestBatterySwap",
    { requestId: expect.any(Number), idToken: { idToken: "driver-7", type: "Central" } },
    { status: "Accepted" },
    { status: "accepted", requestId: expect.any(Number) },
  ],
  [
    afrr,
    "AFRRSignal",
    { timestamp: "2026-11-02T18:00:00.000Z", signal: -40 },
    { status: "Accepted" },
    { status: "accepted", detail: expect.stringContaining("no signal curve") },
  ],
  [
    afrr,
    "AFRRSignal",
    { timestamp: "2026-11-02T18:00:00.000Z", signal: -40 },
    { status: "Rejected" },
    { status: "rejected", detail: expect.not.stringContaining("signal curve") },
  ],
  [
    list,
    "GetPeriodicEventStream",
    {},
    { constantStreamData: [{ id: 4, variableMonitoringId: 9, params: { interval: 10 } }] },
    { status: "accepted", streams: [{ streamId: 4, monitorId: 9, intervalS: 10, values: null }] },
  ],
  [list, "GetPeriodicEventStream", {}, {}, { status: "accepted", streams: [] }],
  [
    { kind: "adjust-stream", streamId: 4, intervalS: 30, values: null },
    "AdjustPeriodicEventStream",
    { id: 4, params: { interval: 30 } },
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
];

checkRows([["2.1", ROWS]]);

checkUnsent([
  ...(["1.6", "2.0.1"] as const).flatMap((version) =>
    [cap, get(null), afrr, swap, list].map(
      (command) => [version, command, "unsupported", /only OCPP 2\.1/] as const,
    ),
  ),
  // A control that breaks the published schema leaves us no more than any other message.
  ["2.1", { ...cap, parameters: { priority: "high" } }, "error", /against the schema/],
  ["2.1", { ...cap, parameters: {} }, "error", /against the schema/],
  ["2.1", { ...cap, controlId: "x".repeat(40) }, "error", /against the schema/],
  ["2.1", { ...cap, parameters: { priority: 1, unheardOf: 3 } }, "error", /against the schema/],
]);
