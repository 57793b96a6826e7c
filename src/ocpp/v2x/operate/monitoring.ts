import type { CommandOf } from "../../../domain/command.js";
import { MONITOR_TYPES, type MonitoringCommand } from "../../../domain/commands/monitoring.js";
import type { Written } from "../../common/codec.js";
import { call, type SayingsOf } from "../../common/operate.js";
import { listAt, numberAt, type Payload } from "../../wire.js";
import { readComponentName, readNames, readVariableName, writeVariableName } from "../variable-name.js";
import { outcomeOfItems, refusalIn } from "./items.js";

const setMonitors = ({ monitors }: CommandOf<"set-monitors">): Written => {
  const variables = readNames(
    monitors.map(({ name }) => name),
    readVariableName,
  );
  if ("outcome" in variables) return variables;
  const setMonitoringData = monitors.map(({ type, value, severity, inTransaction, id }, index) => ({
    ...variables.read[index],
    type: MONITOR_TYPES[type],
    value,
    severity,
    ...(inTransaction ? { transaction: true } : {}),
    ...(id === null ? {} : { id }),
  }));
  return call("SetVariableMonitoring", { setMonitoringData });
};

const BASES = {
  all: "All",
  "factory-default": "FactoryDefault",
  "hard-wired-only": "HardWiredOnly",
} as const;
const CRITERIA = {
  threshold: "ThresholdMonitoring",
  delta: "DeltaMonitoring",
  periodic: "PeriodicMonitoring",
} as const;

const reportMonitors = ({ criteria, names }: CommandOf<"report-monitors">, requestId: number): Written => {
  const wanted = readNames(names, readComponentName);
  if ("outcome" in wanted) return wanted;
  const payload = {
    requestId,
    ...(wanted.read.length === 0 ? {} : { componentVariable: wanted.read }),
    ...(criteria.length === 0 ? {} : { monitoringCriteria: criteria.map((one) => CRITERIA[one]) }),
  };
  return { ...call("GetMonitoringReport", payload), requestId };
};

const setResult = (result: Payload) => ({
  item: writeVariableName(result),
  id: numberAt(result, "id"),
  why: refusalIn(result, "status", ["Accepted"]),
});

/** One that is not there is as good as cleared. */
const clearResult = (result: Payload) => ({
  item: String(numberAt(result, "id") ?? ""),
  id: numberAt(result, "id"),
  why: refusalIn(result, "status", ["Accepted", "NotFound"]),
});

/** Monitors on variables; what a report holds comes after the answer, as NotifyMonitoringReport. */
export const monitoring: SayingsOf<MonitoringCommand> = {
  "set-monitoring-base": {
    write: ({ base }) => call("SetMonitoringBase", { monitoringBase: BASES[base] }),
  },
  "set-monitoring-level": {
    write: ({ severity }) => call("SetMonitoringLevel", { severity }),
  },
  "set-monitors": {
    write: setMonitors,
    read: (answer) => outcomeOfItems(listAt(answer, "setMonitoringResult").map(setResult)),
  },
  "clear-monitors": {
    write: ({ ids }) => call("ClearVariableMonitoring", { id: ids }),
    read: (answer) => outcomeOfItems(listAt(answer, "clearMonitoringResult").map(clearResult)),
  },
  "report-monitors": {
    write: (command, { nextId }) => reportMonitors(command, nextId()),
  },
};
