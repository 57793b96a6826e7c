import type { FleetEvent, StationState } from "../domain/fleet.js";
import { exceedsOffer } from "../fleet/car-limits.js";
import type { SharingOutlook } from "../domain/outlook.js";
import type { Session } from "../domain/session.js";
import { verdictOf, verdictOfUnknown } from "../management/authorization.js";
import { createAsides } from "./asides.js";
import type { FleetGateway } from "../ports/fleet-gateway.js";
import type { Control, ControlParts, CycleRecord } from "./contract.js";
import { createEventReach } from "./event-reach.js";
import { evseSampleOf } from "./ev-telemetry.js";
import { createDischargeProbes } from "./discharge-probes.js";
import { createFleetKeeper } from "./fleet-keeper.js";
import { rememberDefault, restoredDefaults } from "./default-book.js";
import { createOperations } from "./operations.js";
import { pulledAnew, pulledCorrection } from "./pulled.js";
import { createPlanTally, type PlanTally, readSite } from "./readings.js";
import { restoreBase } from "./restore-base.js";
import { restoreNodes } from "./restore-nodes.js";
import { restoreHistory } from "./restore-history.js";
import { createReservations } from "./reservations.js";
import { createSessionLog, logQuarantine, logUnclear } from "./session-log.js";
import { createSharing } from "./sharing/sharing.js";
import { createPlanningTurns } from "./planning-turns.js";
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
    asides.see(event, before);
    if (event.kind === "sampled") parts.telemetry.sample(evseSampleOf(event));
    reservations.onFleetEvent(event);
    sharing.onFleetEvent(event);
    logSession(event, before);
    parts.heard?.(event);
    if (event.kind === "priority")
      operations
        .hearPriority(event)
        .catch((err: unknown) => parts.log.error({ err }, "a driver's charge-now could not be kept"));
  };
  const keeper = createFleetKeeper(parts.ledger, onFleetEvent, (err) =>
    parts.log.error({ err }, "what a car told could not be kept"),
  );

  const runOf = (stationId: string): SiteRun | null => runs.get(siteOfStation.get(stationId) ?? "") ?? null;
  const asides = createAsides({
    ...parts,
    keeper,
    planAgain: (stationId) => runOf(stationId)?.loop.trigger("answer"),
  });

  let quarantined = 0;
  const planningTurns = createPlanningTurns();
  const tallies = new Map<string, PlanTally>();
  for (const site of parts.sites) {
    const tally = createPlanTally();
    tallies.set(site.id, tally);
    for (const station of site.stations) siteOfStation.set(station.id, site.id);
    const onChange = (): void => changeListeners.get(site.id)?.forEach((listener) => listener());
    const onCycle = (record: CycleRecord): void => {
      tally.note(record);
      cycleListeners.forEach((listener) => listener(record));
    };
    const outlookOf = (): SharingOutlook => sharing.outlookOf(site.id);
    runs.set(
      site.id,
      createSiteRun({ ...parts, keeper, asides, planningTurns, outlookOf }, site, { onCycle, onChange }),
    );
  }
  const evsesGiven = new Map(
    parts.sites.flatMap(({ stations }) =>
      stations.map(({ id, evses }) => [id, evses.map(({ evseId }) => evseId)]),
    ),
  );
  const reservations = createReservations({
    parts,
    evseCountOf: (stationId) => evsesGiven.get(stationId)?.length ?? 0,
    claimsOf: (stationId) => sharing.claimsOf(stationId),
    onChange: (stationId) => sharing.onReservation(stationId),
  });
  const authorize: FleetGateway["authorize"] = async (stationId, idToken, { type, beginsAt }) => {
    const token = parts.idTokens.find(idToken);
    if (token === null) return verdictOfUnknown(parts.idTokens.othersMayCharge);
    const running =
      beginsAt === null || token.mostAtOnce === null
        ? null
        : keeper.sessionsOf(idToken, { stationId, evseId: beginsAt });
    const siteId = siteOfStation.get(stationId) ?? null;
    return verdictOf(token, { type, siteId, nowMs: parts.clock.now(), running });
  };
  const operations = createOperations({
    parts,
    keeper,
    runs,
    siteOfStation,
    reservations,
    authorize,
    lentNow: (place) => sharing.lentNow(place),
    changeListeners,
  });
  const sharing = createSharing({
    parts,
    keeper,
    runs,
    reservations,
    setPreference: (...args) => operations.setPreference(...args),
  });
  cycleListeners.add(({ siteId }) => sharing.onPlan(siteId));
  const { quirks } = parts;
  const dischargeProbes =
    quirks === undefined ? null : createDischargeProbes({ ...parts, quirks, keeper, runOf });

  const reach = createEventReach(parts.events, parts.sites);
  parts.events.onChange((eventId) => {
    for (const { id } of reach.after(eventId)) runs.get(id)?.loop.trigger("event");
  });

  parts.signals.onChange(() => {
    for (const run of runs.values()) run.loop.trigger("prices");
  });

  parts.devices?.onChange((deviceId) => {
    for (const { site, loop } of runs.values()) {
      if (site.storages?.some(({ id }) => id === deviceId)) loop.trigger("storage");
      if (site.inverters?.some(({ id }) => id === deviceId)) loop.trigger("inverter");
    }
  });
  parts.devices?.onMeasurement((measurement) => runs.get(measurement.siteId)?.measure(measurement));

  const recover = (session: Session): void => {
    const place = { stationId: session.stationId, evseId: session.evseId, atMs: parts.clock.now() };
    keeper.apply({ ...place, kind: "session-recovered", session });
  };

  return {
    ...operations,
    sharing: sharing.port,
    dischargeProbes,
    report: (event) => keeper.apply(event),
    told: (news) => reservations.told(news),
    record: async (event) => {
      const recorded = await keeper.record(event);
      if (recorded.outcome === "quarantined") quarantined += 1;
      logQuarantine(event, recorded, parts.log);
      return recorded;
    },
    keepAside: async (message, lack) => {
      const isNew = await parts.ledger.keepAside(message, lack.why);
      if (isNew) quarantined += 1;
      logUnclear(message, lack, parts.log);
      return isNew;
    },
    freed: (vacancy) => keeper.freed(vacancy),
    evsesOf: (stationId) => [
      ...(evsesGiven.get(stationId) ?? []),
      ...(keeper.station(stationId)?.evses.keys() ?? []),
    ],
    openSessions: (stationId) =>
      [...(keeper.station(stationId)?.evses.values() ?? [])].flatMap(({ session }) => session ?? []),
    presentCorrection: (stationId, evseId) => {
      const atMs = parts.clock.now();
      const evse = keeper.station(stationId)?.evses.get(evseId);
      const answer = pulledCorrection(evse, atMs);
      const schedule = answer === null ? null : pulledAnew(evse);
      if (schedule !== null) keeper.apply({ kind: "schedule-sending", stationId, evseId, atMs, schedule });
      return answer;
    },
    exceedsOffer: (stationId, evseId, schedule) => {
      const evse = keeper.station(stationId)?.evses.get(evseId);
      return evse !== undefined && exceedsOffer(evse, schedule);
    },
    authorize,
    start: async () => {
      reach.recall();
      for (const event of [...(await restoredDefaults(parts)), ...(await asides.restored())])
        keeper.apply(event);
      for (const session of await parts.ledger.openSessions()) recover(session);
      await reservations.restore();
      await sharing.start();
      for (const { site, history, memory, loop, storages, inverters } of runs.values()) {
        await restoreHistory(parts, site, history);
        await restoreBase(parts, site, memory.baseMemory);
        await restoreNodes(parts, site, memory.nodeMeters);
        loop.start();
        storages.start();
        inverters.start();
      }
    },
    stop: async () => {
      sharing.stop();
      for (const run of runs.values()) run.loop.stop();
      await Promise.all([
        asides.stop(),
        ...[...runs.values()].map((run) => Promise.all([run.storages.stop(), run.inverters.stop()])),
      ]);
    },
    idle: () =>
      sharing.idle() &&
      reservations.idle() &&
      asides.idle() &&
      [...runs.values()].every(({ loop }) => loop.idle()),
    onCycle: (listener) => cycleListeners.add(listener),
    readings: () => ({
      quarantined,
      sites: [...runs].map(([siteId, run]) =>
        readSite(run, tallies.get(siteId) ?? createPlanTally(), {
          fleet: keeper.state,
          nowMs: parts.clock.now(),
        }),
      ),
    }),
  };
};
