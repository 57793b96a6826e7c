import { SECOND_MS } from "../../domain/units.js";
import type { InboundHandler, MonitoredVariable, StationMemory } from "../common/codec.js";
import { remember } from "../common/memory.js";
import { type Sampled, toReading, toSample } from "../common/meter.js";
import { evseIdAt, idAt } from "../common/neutral.js";
import { believedTime } from "../common/time.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";

/** Streams that a station may have open at once. */
const MOST_STREAMS = 64;
/** Values of one message that are read; the newest say it all. */
const MOST_VALUES = 500;

/** Names that stations give to what their meters show, without dots and case, as measurands. */
const MEASURANDS: ReadonlyMap<string, string> = new Map([
  ["power", "Power.Active.Import"],
  ["poweractiveimport", "Power.Active.Import"],
  ["poweractiveexport", "Power.Active.Export"],
  ["energyactiveimportregister", "Energy.Active.Import.Register"],
  ["energyimportregister", "Energy.Active.Import.Register"],
  ["energyactiveexportregister", "Energy.Active.Export.Register"],
  ["energyexportregister", "Energy.Active.Export.Register"],
  ["soc", "SoC"],
  ["stateofcharge", "SoC"],
  ["displaypresentsoc", "SoC"],
]);

const measurandOf = ({ variable }: MonitoredVariable): string | null =>
  MEASURANDS.get(variable.replaceAll(/[^A-Za-z]/g, "").toLowerCase()) ?? null;

const monitoredIn = (told: Payload): MonitoredVariable => {
  const component = objectAt(told, "component");
  return {
    component: textAt(component, "name") ?? "",
    variable: textAt(objectAt(told, "variable"), "name") ?? "",
    evseId: evseIdAt(objectAt(component, "evse"), "id"),
  };
};

/** Remembers which variable each monitor looks at that the message names, then does what the handler does. */
export const learningMonitors =
  (list: "monitor" | "eventData", handler: InboundHandler): InboundHandler =>
  (payload, context) => {
    for (const told of listAt(payload, list)) {
      const ids =
        list === "eventData"
          ? [idAt(told, "variableMonitoringId")]
          : listAt(told, "variableMonitoring").map((monitoring) => idAt(monitoring, "id"));
      for (const id of ids) if (id !== null) remember(context.memory.monitors, id, monitoredIn(told));
    }
    return handler(payload, context);
  };

/** OpenPeriodicEventStream: taken, as long as there is room for it. The same stream again is the same. */
export const openStream: InboundHandler = (payload, { memory: { streams } }) => {
  const stream = objectAt(payload, "constantStreamData");
  const [id, monitorId] = [idAt(stream, "id"), idAt(stream, "variableMonitoringId")];
  const takes = id !== null && monitorId !== null && (streams.has(id) || streams.size < MOST_STREAMS);
  if (takes) streams.set(id, monitorId);
  return { answer: () => ({ status: takes ? "Accepted" : "Rejected" }) };
};

export const closeStream: InboundHandler = (payload, { memory: { streams } }) => {
  streams.delete(idAt(payload, "id") ?? -1);
  return { answer: () => ({}) };
};

/**
 * NotifyPeriodicEventStream, a message without an answer: values of what a meter shows are samples of its
 * EVSE. Of a stream that was not opened here, or of another variable, nothing is used.
 */
export const notifyStream: InboundHandler = (payload, context) => {
  const { stationId, nowMs, memory, electrics, readTime } = context;
  const monitored = monitoredBy(memory, idAt(payload, "id"));
  const measurand = monitored === null ? null : measurandOf(monitored);
  const evseId = monitored?.evseId ?? 0;
  const baseMs = readTime(textAt(payload, "basetime")) ?? nowMs;
  const samples =
    measurand === null || evseId === 0
      ? []
      : listAt(payload, "data")
          .slice(-MOST_VALUES)
          .flatMap((point) => {
            const value = numberAt(point, "v");
            if (value === null) return [];
            const atMs = believedTime(
              baseMs + (numberAt(point, "t") ?? 0) * SECOND_MS - memory.clock.aheadMs,
              nowMs,
            );
            const sampled: Sampled = { measurand, phase: null, value, context: null };
            return toSample(toReading(atMs, signed(sampled), electrics(evseId)), evseId, context) ?? [];
          });
  return {
    reports: samples.map((sample) => ({ kind: "sampled", stationId, evseId, atMs: nowMs, sample })),
    answer: () => ({}),
  };
};

/** Below zero an import is an export. */
const signed = (sampled: Sampled): readonly Sampled[] =>
  sampled.measurand === "Power.Active.Import" && sampled.value < 0
    ? [{ ...sampled, measurand: "Power.Active.Export", value: -sampled.value }]
    : [sampled];

const monitoredBy = ({ streams, monitors }: StationMemory, id: number | null): MonitoredVariable | null => {
  const monitorId = id === null ? undefined : streams.get(id);
  return monitorId === undefined ? null : (monitors.get(monitorId) ?? null);
};
