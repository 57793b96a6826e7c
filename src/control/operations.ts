import { YouxuError } from "../domain/errors.js";
import type { Preference, Session } from "../domain/session.js";
import type { Site } from "../domain/site.js";
import type { SessionView } from "../domain/views.js";
import type { Operations } from "../ports/operations.js";
import type { ControlParts } from "./contract.js";
import { viewEvent } from "./event-views.js";
import type { FleetKeeper } from "./fleet-keeper.js";
import { resultOfEvent } from "./event-results.js";
import { liveSite } from "./live-site.js";
import { stationRows, viewSession } from "./session-views.js";
import type { SiteRun } from "./site-run.js";
import { throttled } from "./throttled.js";

/** A page is told of changes no more often than this, wall time. */
const LIVE_EVERY_MS = 1_000;

export interface OperationsParts {
  readonly parts: ControlParts;
  readonly keeper: FleetKeeper;
  readonly runs: ReadonlyMap<string, SiteRun>;
  readonly siteOfStation: ReadonlyMap<string, string>;
  readonly changeListeners: Map<string, Set<() => void>>;
}

/** What operators, drivers and pages may see and do. */
export const createOperations = (context: OperationsParts): Operations => {
  const { parts, keeper, runs, siteOfStation, changeListeners } = context;
  const { clock, ledger, events, link } = parts;

  const runOf = (siteId: string): SiteRun => {
    const run = runs.get(siteId);
    if (run === undefined) throw new YouxuError("not-found.site", `no site "${siteId}"`, "siteId");
    return run;
  };
  const siteOf = (stationId: string): Site => {
    const siteId = siteOfStation.get(stationId);
    if (siteId === undefined)
      throw new YouxuError("not-found.station", `no station "${stationId}"`, "stationId");
    return runOf(siteId).site;
  };
  const findSession = async (sessionId: string): Promise<Session> => {
    const session = keeper.running(sessionId) ?? (await ledger.session(sessionId));
    if (session === null || !siteOfStation.has(session.stationId))
      throw new YouxuError("not-found.session", `no session "${sessionId}"`, "sessionId");
    return session;
  };
  const view = (session: Session): SessionView =>
    viewSession(siteOf(session.stationId), session, clock.now());

  /** Takes a changed session into the fleet's state and plans again. */
  const change = (session: Session, cause: string): SessionView => {
    const place = { stationId: session.stationId, evseId: session.evseId, atMs: clock.now() };
    if (session.endedMs === null) keeper.apply({ ...place, kind: "session-changed", session });
    runOf(siteOf(session.stationId).id).loop.trigger(cause);
    return view(session);
  };

  return {
    sites: () => [...runs.values()].map(({ site }) => site),
    live: async (siteId) => liveSite(context, runOf(siteId)),
    stations: (siteId) =>
      (siteId === undefined ? [...runs.values()] : [runOf(siteId)]).flatMap(({ site, memory }) =>
        stationRows(site, keeper.state, memory.plan, clock.now()),
      ),
    sessions: async ({ siteId, fromMs, toMs, active }) => {
      const stored =
        active === true
          ? await ledger.openSessions()
          : await ledger.sessionsBetween(fromMs ?? 0, toMs ?? Infinity);
      return stored
        .filter(({ stationId }) => siteOfStation.has(stationId))
        .filter(({ stationId }) => siteId === undefined || siteOfStation.get(stationId) === siteId)
        .filter(({ endedMs }) => active === undefined || (endedMs === null) === active)
        .map((session) => view(keeper.running(session.id) ?? session));
    },
    session: async (sessionId) => view(await findSession(sessionId)),
    setPreference: async (sessionId, preference) => {
      checkPreference(preference, clock.now());
      const session = await findSession(sessionId);
      await ledger.savePreference(sessionId, preference);
      return change({ ...(keeper.running(sessionId) ?? session), preference }, "preference");
    },
    chargeNow: async (sessionId, on) => {
      const session = await findSession(sessionId);
      await ledger.saveChargeNow(sessionId, on);
      return change({ ...(keeper.running(sessionId) ?? session), chargeNow: on }, "charge-now");
    },
    measure: async (measurement) => {
      const run = runOf(measurement.siteId);
      if (!Number.isFinite(measurement.powerKw))
        throw new YouxuError("measurement.invalid", "not a finite number", "powerKw");
      run.measure(measurement);
    },
    plan: (siteId) => runOf(siteId).memory.view,
    events: () => events.current().map((event) => viewEvent(event, clock.now())),
    eventResult: (eventId) => resultOfEvent(context, eventId),
    command: (stationId, command) => {
      siteOf(stationId);
      return link.send(stationId, command);
    },
    quarantined: () => ledger.quarantined(),
    onLiveChange: (siteId, listener) => {
      runOf(siteId);
      const listeners = changeListeners.get(siteId) ?? new Set();
      changeListeners.set(siteId, listeners);
      const slow = throttled(listener, LIVE_EVERY_MS);
      listeners.add(slow.call);
      return () => {
        listeners.delete(slow.call);
        slow.cancel();
      };
    },
  };
};

const checkPreference = (preference: Preference, nowMs: number): void => {
  if (preference.departureMs !== null && preference.departureMs <= nowMs)
    throw new YouxuError("preference.window", "the departure lies in the past", "departureMs");
  for (const field of ["energyNeedKwh", "reserveKwh", "maxDischargeKwh"] as const) {
    const value = preference[field];
    if (value !== null && !(Number.isFinite(value) && value >= 0))
      throw new YouxuError("request.invalid", "must be a number ≥ 0", field);
  }
};
