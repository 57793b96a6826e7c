import { MAX_PERIODS, MAX_STACK_LEVEL, takesSetpoint } from "../abilities.js";
import type { NewStation } from "../model.js";
import { type Handler, type Payload, listOf, objectOf, textOf } from "./words.js";

/** Variables of the device model, by `Component.Variable`. */
const readOnly = ({ version, evse }: NewStation): Readonly<Record<string, string>> => ({
  "SmartChargingCtrlr.Enabled": "true",
  "SmartChargingCtrlr.Available": "true",
  "SmartChargingCtrlr.RateUnit": "A,W",
  "SmartChargingCtrlr.PeriodsPerSchedule": String(MAX_PERIODS),
  "SmartChargingCtrlr.ProfileStackLevel": String(MAX_STACK_LEVEL),
  ...(version === "2.1" ? { "SmartChargingCtrlr.SupportsMaxOfflineDuration": "true" } : {}),
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

const setVariables: Handler = ({ setVariableData }, { spec, settings }) => ({
  setVariableResult: listOf(setVariableData).map((entry) => {
    const key = keyOf(entry);
    if (key in readOnly(spec)) return { attributeStatus: "Rejected", ...place(entry) };
    if (!(key in WRITABLE)) return { attributeStatus: absent(Object.keys(WRITABLE), key), ...place(entry) };
    settings.set(key, textOf(entry["attributeValue"]) ?? "");
    return { attributeStatus: "Accepted", ...place(entry) };
  }),
});

export const variableHandlers: Readonly<Record<string, Handler>> = {
  GetVariables: getVariables,
  SetVariables: setVariables,
};
