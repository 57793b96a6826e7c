import type { StationEvent } from "../../domain/station-file/events.js";
import type { StationNews } from "../../domain/station-news.js";
import type { InboundContext, InboundHandler } from "../common/codec.js";
import { shownValue } from "../common/secret-settings.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";
import { writeVariableName } from "./variable-name.js";

/** A part of the monitors that are in place; the one without `tbc` is the last. */
export const notifyMonitoringReport: InboundHandler = (payload, { stationId, nowMs }) => ({
  news: [
    {
      kind: "monitors-told",
      stationId,
      atMs: nowMs,
      requestId: numberAt(payload, "requestId") ?? 0,
      monitors: listAt(payload, "monitor").flatMap((monitor) =>
        listAt(monitor, "variableMonitoring").map((one) => ({
          name: writeVariableName(monitor),
          id: numberAt(one, "id") ?? 0,
          type: textAt(one, "type") ?? "unknown",
          value: numberAt(one, "value") ?? 0,
          severity: numberAt(one, "severity") ?? LEAST_SEVERE,
          inTransaction: one["transaction"] === true,
        })),
      ),
      more: payload["tbc"] === true,
    },
  ],
  answer: () => ({}),
});
const LEAST_SEVERE = 9;

/** What a monitor found; that a plug is taken or free is a status, and told as one. */
export const monitorNews = (payload: Payload, context: InboundContext): StationNews[] => {
  const { stationId, nowMs } = context;
  const told = listAt(payload, "eventData").filter((one) => !isStatus(one));
  const events = told
    .filter((one) => one["trigger"] !== "Periodic")
    .map((one): StationNews => ({ kind: "event", stationId, atMs: nowMs, event: eventOf(one, context) }));
  const values = told.flatMap((one) => {
    const value = one["actualValue"];
    return typeof value === "string" ? [{ name: writeVariableName(one), value }] : [];
  });
  return values.length === 0 ? events : [{ kind: "values-told", stationId, atMs: nowMs, values }, ...events];
};

const isStatus = (event: Payload): boolean =>
  textAt(objectAt(event, "component"), "name") === "Connector" &&
  textAt(objectAt(event, "variable"), "name") === "AvailabilityState";

const eventOf = (event: Payload, { nowMs, readTime }: InboundContext): StationEvent => ({
  atMs: nowMs,
  stationMs: readTime(textAt(event, "timestamp")),
  topic: "monitor",
  type: textAt(event, "trigger") ?? "unknown",
  detail: [textAt(event, "techCode"), textAt(event, "techInfo")].filter((part) => part !== null).join(": "),
  alarm: {
    name: writeVariableName(event),
    value: shownValue(writeVariableName(event), textAt(event, "actualValue")) ?? "",
    severity: numberAt(event, "severity"),
    cleared: event["cleared"] === true,
    monitorId: numberAt(event, "variableMonitoringId"),
    transactionId: textAt(event, "transactionId"),
  },
});
