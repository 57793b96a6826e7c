import { MAX_PERIODS, MAX_STACK_LEVEL, takesSetpoint } from "../abilities.js";
import type { NewStation } from "../model.js";
import { type Handler, type Payload, isoTime, listOf, objectOf, textOf } from "./words.js";

/** Variables of the device model, by `Component.Variable`. */
const readOnly = ({ version, evse }: NewStation): Readonly<Record<string, string>> => ({
  "SmartChargingCtrlr.Enabled": "true",
  "SmartChargingCtrlr.Available": "true",
  "SmartChargingCtrlr.RateUnit": "A,W",
  "SmartChargingCtrlr.PeriodsPerSchedule": String(MAX_PERIODS),
  "SmartChargingCtrlr.ProfileStackLevel": String(MAX_STACK_LEVEL),
  ...(version === "2.1"
    ? {
        "SmartChargingCtrlr.SupportsMaxOfflineDuration": "true",
        "SmartChargingCtrlr.SupportsDynamicProfiles": "true",
        "SmartChargingCtrlr.SupportedAdditionalPurposes": "PriorityCharging",
      }
    : {}),
  ...(takesSetpoint(version, evse)
    ? {
        "V2XChargingCtrlr.Enabled": "true",
        "V2XChargingCtrlr.Available": "true",
        "V2XChargingCtrlr.SupportedOperationModes": "Idle,ChargingOnly,CentralSetpoint",
      }
    : {}),
});

const WRITABLE: Readonly<Record<string, string>> = {
  "OCPPCommCtrlr.HeartbeatInterval": "300",
  "SampledDataCtrlr.TxUpdatedInterval": "60",
  "SampledDataCtrlr.TxUpdatedMeasurands": "Power.Active.Import,Energy.Active.Import.Register",
  "AlignedDataCtrlr.Interval": "0",
};

const keyOf = (entry: Payload): string =>
  `${textOf(objectOf(entry["component"])["name"])}.${textOf(objectOf(entry["variable"])["name"])}`;

const place = (entry: Payload): Payload => ({ component: entry["component"], variable: entry["variable"] });

const absent = (keys: readonly string[], key: string): string =>
  keys.some((known) => known.startsWith(`${key.split(".")[0]}.`)) ? "UnknownVariable" : "UnknownComponent";

const getVariables: Handler = ({ getVariableData }, { spec, settings }) => {
  const known = { ...WRITABLE, ...Object.fromEntries(settings), ...readOnly(spec) };
  return {
    getVariableResult: listOf(getVariableData).map((entry) => {
      const value = known[keyOf(entry)];
      return value === undefined
        ? { attributeStatus: absent(Object.keys(known), keyOf(entry)), ...place(entry) }
        : { attributeStatus: "Accepted", attributeValue: value, ...place(entry) };
    }),
  };
};

/** Longest in 2.0.1; write-only, so that it is told to nobody. */
const PASSWORD = { key: "SecurityCtrlr.BasicAuthPassword", allowed: /^[ -~]{16,40}$/ };

const setVariables: Handler = ({ setVariableData }, { spec, settings, changePassword }) => ({
  setVariableResult: listOf(setVariableData).map((entry) => {
    const key = keyOf(entry);
    if (key === PASSWORD.key) {
      const text = textOf(entry["attributeValue"]) ?? "";
      const isKept = PASSWORD.allowed.test(text) && changePassword(text);
      if (!isKept) return { attributeStatus: "Rejected", ...place(entry) };
      return { attributeStatus: "Accepted", ...place(entry) };
    }
    if (key in readOnly(spec)) return { attributeStatus: "Rejected", ...place(entry) };
    if (!(key in WRITABLE)) return { attributeStatus: absent(Object.keys(WRITABLE), key), ...place(entry) };
    settings.set(key, textOf(entry["attributeValue"]) ?? "");
    return { attributeStatus: "Accepted", ...place(entry) };
  }),
});

const MUTABLE = "ReadWrite";

/** The whole device model in two parts, as a station with a small buffer sends it. */
const getBaseReport: Handler = ({ requestId, reportBase }, { spec, settings, operations, follow }) => {
  if (reportBase === "SummaryInventory") return { status: "NotSupported" };
  const writable = { ...WRITABLE, ...Object.fromEntries(settings) };
  const shown = reportBase === "FullInventory" ? { ...readOnly(spec), ...writable } : writable;
  const reported = Object.entries(shown).map(([key, value]) => reportOf(key, value));
  const half = Math.ceil(reported.length / 2);
  const parts = [reported.slice(0, half), reported.slice(half)].filter(({ length }) => length > 0);
  parts.forEach((reportData, seqNo) =>
    follow({
      action: "NotifyReport",
      payload: {
        requestId,
        generatedAt: isoTime(operations.now()),
        seqNo,
        tbc: seqNo < parts.length - 1,
        reportData,
      },
    }),
  );
  return { status: "Accepted" };
};

/** What it has of the components that are asked for, all in one part; of criteria it knows none. */
const getReport: Handler = ({ requestId, componentVariable }, { spec, settings, operations, follow }) => {
  const all = { ...readOnly(spec), ...WRITABLE, ...Object.fromEntries(settings) };
  const wanted = listOf(componentVariable).map((entry) =>
    entry["variable"] === undefined ? keyOf(entry).replace(/\.null$/, ".") : keyOf(entry),
  );
  const reportData = Object.entries(all)
    .filter(([key]) => wanted.length === 0 || wanted.some((prefix) => key.startsWith(prefix)))
    .map(([key, value]) => reportOf(key, value));
  if (reportData.length === 0) return { status: "EmptyResultSet" };
  const generatedAt = isoTime(operations.now());
  follow({ action: "NotifyReport", payload: { requestId, generatedAt, seqNo: 0, tbc: false, reportData } });
  return { status: "Accepted" };
};

const reportOf = (key: string, value: string): Payload => {
  const [component = "", variable = ""] = key.split(".");
  return {
    component: { name: component },
    variable: { name: variable },
    variableAttribute: [{ value, mutability: key in WRITABLE ? MUTABLE : "ReadOnly" }],
    variableCharacteristics: { dataType: "string", supportsMonitoring: false },
  };
};

export const variableHandlers: Readonly<Record<string, Handler>> = {
  GetVariables: getVariables,
  SetVariables: setVariables,
  GetBaseReport: getBaseReport,
  GetReport: getReport,
};
