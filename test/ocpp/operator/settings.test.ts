import { expect } from "vitest";
import type { OperatorCommand } from "../../../src/domain/command.js";
import { checkRows, checkUnsent, type Row } from "./rows.js";

const read = (...names: string[]): OperatorCommand => ({ kind: "read-settings", names });
const write = (name: string, value: string): OperatorCommand => ({ kind: "write-setting", name, value });
const component = { name: "SampledDataCtrlr" };
const variable = { name: "TxUpdatedInterval" };
const NAME = "SampledDataCtrlr.TxUpdatedInterval";

const ROWS_16: readonly Row[] = [
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
    { kind: "report-settings", inventory: "full" },
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
];

const ROWS_2X: readonly Row[] = [
  [
    { kind: "report-settings", inventory: "configuration" },
    "GetBaseReport",
    { requestId: expect.any(Number), reportBase: "ConfigurationInventory" },
    { status: "Accepted" },
    { status: "accepted", requestId: expect.any(Number) },
  ],
  [
    { kind: "report-settings", inventory: "full" },
    "GetBaseReport",
    { requestId: expect.any(Number), reportBase: "FullInventory" },
    { status: "EmptyResultSet" },
    { status: "rejected", detail: "EmptyResultSet" },
  ],
  [
    read("EVSE@2.Power"),
    "GetVariables",
    {
      getVariableData: [{ component: { name: "EVSE", evse: { id: 2 } }, variable: { name: "Power" } }],
    },
    {
      getVariableResult: [
        {
          attributeStatus: "Accepted",
          attributeValue: "7000",
          component: { name: "EVSE", evse: { id: 2 } },
          variable: { name: "Power" },
        },
      ],
    },
    {
      status: "accepted",
      settings: [{ name: "EVSE@2.Power", value: "7000", readOnly: null, why: null }],
    },
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
];

const HEARTBEAT = { component: { name: "OCPPCommCtrlr" }, variable: { name: "HeartbeatInterval" } };
const two: OperatorCommand = {
  kind: "write-settings",
  settings: [
    { name: NAME, value: "30" },
    { name: "OCPPCommCtrlr.HeartbeatInterval", value: "x" },
  ],
};
const SEVERAL: readonly Row[] = [
  [
    two,
    "SetVariables",
    {
      setVariableData: [
        { component, variable, attributeValue: "30" },
        { ...HEARTBEAT, attributeValue: "x" },
      ],
    },
    {
      setVariableResult: [
        { attributeStatus: "RebootRequired", component, variable },
        { attributeStatus: "Rejected", attributeStatusInfo: { reasonCode: "NoNumber" }, ...HEARTBEAT },
      ],
    },
    {
      status: "accepted",
      detail: "RebootRequired",
      results: [
        { item: NAME, id: null, why: null },
        { item: "OCPPCommCtrlr.HeartbeatInterval", id: null, why: "Rejected · NoNumber" },
      ],
    },
  ],
  [
    two,
    "SetVariables",
    { setVariableData: expect.any(Array) },
    {
      setVariableResult: [
        { attributeStatus: "UnknownVariable", component, variable },
        { attributeStatus: "Rejected", ...HEARTBEAT },
      ],
    },
    {
      status: "rejected",
      detail: `${NAME}: UnknownVariable; OCPPCommCtrlr.HeartbeatInterval: Rejected`,
    },
  ],
  [
    { kind: "report-components", components: ["EVSE@2", NAME], criteria: ["problem", "active"] },
    "GetReport",
    {
      requestId: expect.any(Number),
      componentVariable: [{ component: { name: "EVSE", evse: { id: 2 } } }, { component, variable }],
      componentCriteria: ["Problem", "Active"],
    },
    { status: "Accepted" },
    { status: "accepted", requestId: expect.any(Number) },
  ],
  [
    { kind: "report-components", components: [], criteria: ["problem"] },
    "GetReport",
    { requestId: expect.any(Number), componentCriteria: ["Problem"] },
    { status: "EmptyResultSet" },
    { status: "rejected", detail: "EmptyResultSet" },
  ],
];

checkRows([
  ["2.0.1", SEVERAL],
  ["2.1", SEVERAL],
]);

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_2X],
  ["2.1", ROWS_2X],
]);

checkUnsent([
  ["1.6", two, "unsupported", /one key at a time/],
  ["1.6", { kind: "report-components", components: ["EVSE"], criteria: [] }, "unsupported", /no components/],
  ["2.1", { kind: "report-components", components: ["a.b.c"], criteria: [] }, "error", /"a\.b\.c"/],
  ["2.0.1", read(), "unsupported", /name the variables/],
  ["2.1", read("HeartbeatInterval"), "error", /"HeartbeatInterval".*Component\.Variable/],
  ["2.1", write("a.b.c", "1"), "error", /"a\.b\.c"/],
  ["2.1", read("EVSE@x.Power"), "error", /"EVSE@x\.Power"/],
  ["1.6", write("x".repeat(51), "1"), "error", /against the schema/],
]);
