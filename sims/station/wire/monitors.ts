import { type Handler, isoTime, listOf, numberOf, objectOf, type Payload } from "./words.js";

const MONITOR = "monitor ";

/** Takes each monitor but those with a threshold on what is no number, under an id of its own. */
const setMonitors: Handler = ({ setMonitoringData }, { kept }) => ({
  setMonitoringResult: listOf(setMonitoringData).map((data) => {
    const { component, variable, type, severity, value, transaction } = data;
    const about = { component, variable, type, severity };
    if (objectOf(variable)["name"] === "AvailabilityState" && String(type).endsWith("Threshold"))
      return { ...about, status: "UnsupportedMonitorType" };
    const taken = [...kept.keys()]
      .filter((key) => key.startsWith(MONITOR))
      .map((key) => Number(key.slice(MONITOR.length)));
    const id = numberOf(data["id"]) ?? Math.max(0, ...taken) + 1;
    kept.set(`${MONITOR}${id}`, {
      component,
      variable,
      one: { id, type, severity, value, transaction: transaction === true },
    });
    return { ...about, status: "Accepted", id };
  }),
});

const clearMonitors: Handler = ({ id }, { kept }) => ({
  clearMonitoringResult: (Array.isArray(id) ? id : []).map((one) => ({
    id: Number(one),
    status: kept.delete(`${MONITOR}${Number(one)}`) ? "Accepted" : "NotFound",
  })),
});

const CRITERIA: Readonly<Record<string, readonly string[]>> = {
  ThresholdMonitoring: ["UpperThreshold", "LowerThreshold"],
  DeltaMonitoring: ["Delta"],
  PeriodicMonitoring: ["Periodic", "PeriodicClockAligned"],
};

/** A part for each monitor that meets the criteria, as a station with a small buffer sends it. */
const reportMonitors: Handler = ({ requestId, monitoringCriteria }, { kept, follow, operations, spec }) => {
  const types = Array.isArray(monitoringCriteria)
    ? monitoringCriteria.flatMap((name) => CRITERIA[String(name)] ?? [])
    : null;
  const found = [...kept]
    .filter(([key]) => key.startsWith(MONITOR))
    .map(([, monitor]) => monitor)
    .filter(({ one }) => types === null || types.includes(String(objectOf(one)["type"])));
  found.forEach(({ component, variable, one }, seqNo) =>
    follow({
      action: "NotifyMonitoringReport",
      payload: {
        requestId,
        seqNo,
        tbc: seqNo < found.length - 1,
        generatedAt: isoTime(operations.now()),
        monitor: [{ component, variable, variableMonitoring: [withSource(objectOf(one), spec.version)] }],
      },
    }),
  );
  return { status: found.length > 0 ? "Accepted" : "EmptyResultSet" };
};

/** 2.1 tells whose monitor it is. */
const withSource = (one: Payload, version: string): Payload =>
  version === "2.1" ? { ...one, eventNotificationType: "CustomMonitor" } : one;

export const monitorHandlers: Readonly<Record<string, Handler>> = {
  SetVariableMonitoring: setMonitors,
  ClearVariableMonitoring: clearMonitors,
  GetMonitoringReport: reportMonitors,
  SetMonitoringBase: () => ({ status: "Accepted" }),
  SetMonitoringLevel: () => ({ status: "Accepted" }),
};
