import { MONITOR_TYPES, type WantedMonitor } from "../domain/commands/monitoring.js";
import type { Monitor, MonitorsFile } from "../domain/station-file/monitors.js";
import type { StationNews } from "../domain/station-news.js";
import type { EpochMs } from "../domain/units.js";

/** Monitors that are kept of a station. */
const MOST_MONITORS = 500;

export const NO_MONITORS: MonitorsFile = { monitors: [], report: null, level: null };

/** What is known of a station's monitors after it told some, or took a command about them. */
export const reduceMonitors = (file: MonitorsFile, news: StationNews): MonitorsFile => {
  switch (news.kind) {
    case "monitors-told":
      return told(file, news);
    case "commanded":
      return commanded(file, news);
    default:
      return file;
  }
};

type Told = Extract<StationNews, { kind: "monitors-told" }>;
type Commanded = Extract<StationNews, { kind: "commanded" }>;

/** Once a report of all is complete, what it does not name is there no more. */
const told = (file: MonitorsFile, { requestId, monitors, more, atMs }: Told): MonitorsFile => {
  const all = merged(
    file.monitors,
    monitors.map((monitor) => ({ ...monitor, toldMs: atMs })),
  );
  const { report } = file;
  if (report === null || report.requestId !== requestId || more) return { ...file, monitors: all };
  const named = report.whole ? all.filter(({ toldMs }) => toldMs >= report.askedMs) : all;
  return { ...file, monitors: named, report: { ...report, completeMs: atMs } };
};

const commanded = (file: MonitorsFile, { command, outcome, atMs }: Commanded): MonitorsFile => {
  const results = outcome.results ?? [];
  switch (command.kind) {
    case "report-monitors": {
      const whole = command.names.length + command.criteria.length === 0;
      const report = { requestId: outcome.requestId ?? 0, whole, askedMs: atMs, completeMs: null };
      return { ...file, report };
    }
    case "set-monitors": {
      const set = command.monitors.flatMap((wanted, index) => {
        const result = results[index];
        if (result?.item !== wanted.name || result.why !== null || result.id === null) return [];
        return [monitorOf(wanted, result.id, atMs)];
      });
      return { ...file, monitors: merged(file.monitors, set) };
    }
    case "clear-monitors":
      return { ...file, monitors: without(file.monitors, results) };
    case "set-monitoring-level":
      return { ...file, level: command.severity };
    default:
      return file;
  }
};

type Results = NonNullable<Commanded["outcome"]["results"]>;

const without = (monitors: readonly Monitor[], results: Results): Monitor[] => {
  const gone = new Set(results.filter(({ why }) => why === null).map(({ id }) => id));
  return monitors.filter(({ id }) => !gone.has(id));
};

const monitorOf = (
  { name, type, value, severity, inTransaction }: WantedMonitor,
  id: number,
  toldMs: EpochMs,
): Monitor => ({ id, name, type: MONITOR_TYPES[type], value, severity, inTransaction, toldMs });

const merged = (older: readonly Monitor[], newer: readonly Monitor[]): Monitor[] =>
  [...new Map([...older, ...newer].map((monitor) => [monitor.id, monitor])).values()]
    .slice(0, MOST_MONITORS)
    .sort((a, b) => a.id - b.id);
