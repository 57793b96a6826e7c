import type { FleetEvent, StationState } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";
import type { Control, ControlParts, CycleRecord } from "./contract.js";
import { createFleetKeeper } from "./fleet-keeper.js";
import { rememberDefault, restoredDefaults } from "./default-book.js";
import { createOperations } from "./operations.js";
import { pulledCorrection } from "./pulled.js";
import { restoreBase } from "./restore-base.js";
import { restoreHistory } from "./restore-history.js";
import { createSessionLog, logQuarantine, logUnclear } from "./session-log.js";
import { createSiteRun, type SiteRun } from "./site-run.js";

/**
 * The loop that joins the pure parts through the ports: fleet events and measurements in, plans and
 * schedules out. It holds no formulas and never asks whether the clock or the stations are real.
 */
export const createControl = (parts: ControlParts): Control => {
  const runs = new Map<string, SiteRun>();
  const siteOfStation = new Map<string, string>();
  const cycleListeners = new Set<(record: CycleRecord) => void>();
  const changeListeners = new Map<string, Set<() => void>>();

  const logSession = createSessionLog(parts.log);
  const onFleetEvent = (event: FleetEvent, before: StationState): void => {
    const siteId = siteOfStation.get(event.stationId);
    if (siteId !== undefined) runs.get(siteId)?.onFleetEvent(event, before);
    rememberDefault(parts, event, keeper.station(event.stationId));
    logSession(event, before);
    if (event.kind === "priority")
      operations
        .hearPriority(event)
        .catch((err: unknown) => parts.log.error({ err }, "a driver's charge-now could not be kept"));
  };
  const keeper = createFleetKeeper(parts.ledger, onFleetEvent, (err) =>
    parts.log.error({ err }, "what a car told could not be kept"),
  );

  for (const site of parts.sites) {
    for (const station of site.stations) siteOfStation.set(station.id, site.id);
    const onChange = (): void => changeListeners.get(site.id)?.forEach((listener) => listener());
    const onCycle = (record: CycleRecord): void => cycleListeners.forEach((listener) => listener(record));
    runs.set(site.id, createSiteRun({ ...parts, keeper }, site, { onCycle, onChange }));
  }

  parts.events.onChange(() => {
    for (const run of runs.values()) run.loop.trigger("event");
  });

  parts.signals.onChange(() => {
    for (const run of runs.values()) run.loop.trigger("prices");
  });

  const recover = (session: Session): void => {
    const place = { stationId: session.stationId, evseId: session.evseId, atMs: parts.clock.now() };
    keeper.apply({ ...place, kind: "session-recovered", session });
  };

  const operations = createOperations({ parts, keeper, runs, siteOfStation, changeListeners });

  return {
    ...operations,
    report: (event) => keeper.apply(event),
    record: async (event) => {
      const recorded = await keeper.record(event);
      logQuarantine(event, recorded, parts.log);
      return recorded;
    },
    keepAside: async (message, lack) => {
      const isNew = await parts.ledger.keepAside(message, lack.why);
      logUnclear(message, lack, parts.log);
      return isNew;
    },
    freed: (vacancy) => keeper.freed(vacancy),
    openSessions: (stationId) =>
      [...(keeper.station(stationId)?.evses.values() ?? [])].flatMap(({ session }) => session ?? []),
    presentCorrection: (stationId, evseId) => {
      const atMs = parts.clock.now();
      const schedule = pulledCorrection(keeper.station(stationId)?.evses.get(evseId), atMs);
      // The answer may be lost as any message may: both what was told before and this may be in force.
      if (schedule !== null) keeper.apply({ kind: "schedule-unanswered", stationId, evseId, atMs, schedule });
      return schedule;
    },
    authorize: async (_stationId, idToken) =>
      parts.idTokens === null || parts.idTokens.has(idToken) ? "Accepted" : "Invalid",
    start: async () => {
      for (const event of await restoredDefaults(parts)) keeper.apply(event);
      for (const session of await parts.ledger.openSessions()) recover(session);
      for (const { site, history, memory, loop } of runs.values()) {
        await restoreHistory(parts, site, history);
        await restoreBase(parts, site, memory.baseMemory);
        loop.start();
      }
    },
    stop: async () => {
      for (const run of runs.values()) run.loop.stop();
    },
    idle: () => [...runs.values()].every(({ loop }) => loop.idle()),
    onCycle: (listener) => cycleListeners.add(listener),
  };
};
