import { expect } from "vitest";
import type { OperatorCommand } from "../../../src/domain/command.js";
import {
  MONITOR_TYPES,
  type MonitorType,
  type WantedMonitor,
} from "../../../src/domain/commands/monitoring.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const component = { name: "EVSE", evse: { id: 1 } };
const variable = { name: "Power" };
const NAME = "EVSE@1.Power";
const types = Object.keys(MONITOR_TYPES).filter((name): name is MonitorType => name in MONITOR_TYPES);

const monitor = (type: MonitorType, id: number | null = null, inTransaction = false): WantedMonitor => ({
  name: NAME,
  type,
  value: 7000,
  severity: 5,
  inTransaction,
  id,
});
const set = (...monitors: WantedMonitor[]): OperatorCommand => ({
  kind: "set-monitors",
  monitors,
});
const asked = (type: MonitorType) => ({
  component,
  variable,
  type: MONITOR_TYPES[type],
  value: 7000,
  severity: 5,
});
const told = (type: MonitorType, status: string) => ({
  component,
  variable,
  type: MONITOR_TYPES[type],
  severity: 5,
  status,
});

const ROWS: readonly Row[] = [
  ...types.map(
    (type, id): Row => [
      set(monitor(type)),
      "SetVariableMonitoring",
      { setMonitoringData: [asked(type)] },
      { setMonitoringResult: [{ ...told(type, "Accepted"), id }] },
      { status: "accepted", results: [{ item: NAME, id, why: null }] },
    ],
  ),
  [
    set(monitor("delta", 4, true), monitor("periodic")),
    "SetVariableMonitoring",
    { setMonitoringData: [{ ...asked("delta"), id: 4, transaction: true }, asked("periodic")] },
    { setMonitoringResult: [{ ...told("delta", "Accepted"), id: 4 }, told("periodic", "Duplicate")] },
    {
      status: "accepted",
      results: [
        { item: NAME, id: 4, why: null },
        { item: NAME, id: null, why: "Duplicate" },
      ],
    },
  ],
  [
    set(monitor("delta")),
    "SetVariableMonitoring",
    { setMonitoringData: [asked("delta")] },
    {
      setMonitoringResult: [
        { ...told("delta", "UnsupportedMonitorType"), statusInfo: { reasonCode: "NoDelta" } },
      ],
    },
    { status: "rejected", detail: `${NAME}: UnsupportedMonitorType · NoDelta` },
  ],
  [
    { kind: "clear-monitors", ids: [4, 5, 6] },
    "ClearVariableMonitoring",
    { id: [4, 5, 6] },
    {
      clearMonitoringResult: [
        { id: 4, status: "Accepted" },
        { id: 5, status: "NotFound" },
        { id: 6, status: "Rejected" },
      ],
    },
    {
      status: "accepted",
      results: [
        { item: "4", id: 4, why: null },
        { item: "5", id: 5, why: null },
        { item: "6", id: 6, why: "Rejected" },
      ],
    },
  ],
  ...(
    [
      ["all", "All"],
      ["factory-default", "FactoryDefault"],
      ["hard-wired-only", "HardWiredOnly"],
    ] as const
  ).map(
    ([base, monitoringBase]): Row => [
      { kind: "set-monitoring-base", base },
      "SetMonitoringBase",
      { monitoringBase },
      { status: "Accepted" },
      accepted,
    ],
  ),
  [
    { kind: "set-monitoring-level", severity: 0 },
    "SetMonitoringLevel",
    { severity: 0 },
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
  [
    { kind: "report-monitors", criteria: [], names: [] },
    "GetMonitoringReport",
    { requestId: expect.any(Number) },
    { status: "Accepted" },
    { status: "accepted", requestId: expect.any(Number) },
  ],
  [
    { kind: "report-monitors", criteria: ["threshold", "delta", "periodic"], names: ["EVSE", NAME] },
    "GetMonitoringReport",
    {
      requestId: expect.any(Number),
      monitoringCriteria: ["ThresholdMonitoring", "DeltaMonitoring", "PeriodicMonitoring"],
      componentVariable: [{ component: { name: "EVSE" } }, { component, variable }],
    },
    { status: "EmptyResultSet" },
    { status: "rejected", detail: "EmptyResultSet" },
  ],
  [
    {
      kind: "customer-information",
      report: true,
      clear: false,
      idToken: "CARD",
      customerIdentifier: null,
    },
    "CustomerInformation",
    {
      requestId: expect.any(Number),
      report: true,
      clear: false,
      idToken: { idToken: "CARD", type: "Central" },
    },
    { status: "Accepted" },
    { status: "accepted", requestId: expect.any(Number) },
  ],
  [
    {
      kind: "customer-information",
      report: false,
      clear: true,
      idToken: null,
      customerIdentifier: "C-7",
    },
    "CustomerInformation",
    { requestId: expect.any(Number), report: false, clear: true, customerIdentifier: "C-7" },
    { status: "Invalid" },
    { status: "rejected", detail: "Invalid" },
  ],
];

checkRows([
  ["2.0.1", ROWS],
  ["2.1", ROWS],
]);

const nobody: OperatorCommand = {
  kind: "customer-information",
  report: true,
  clear: true,
  idToken: null,
  customerIdentifier: null,
};

checkUnsent([
  ...ROWS.filter(([command]) => command.kind !== "customer-information").map(
    ([command]) => ["1.6", command, "unsupported", /no monitors/] as const,
  ),
  ["1.6", nobody, "unsupported", /clear-cache/],
  ["2.1", nobody, "error", /by token or by identifier/],
  ["2.0.1", set({ ...monitor("delta"), name: "EVSE" }), "error", /"EVSE"/],
  ["2.0.1", { kind: "report-monitors", criteria: [], names: ["a.b.c"] }, "error", /"a\.b\.c"/],
]);
