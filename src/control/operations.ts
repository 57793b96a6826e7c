import { isPowerKw, MOST_POWER_KW } from "../domain/bounds.js";
import { type CommandOutcome, isSteering, type StationCommand } from "../domain/command.js";
import { YouxuError } from "../domain/errors.js";
import { type Preference, type Session, UNSAID } from "../domain/session.js";
import type { LentNow, PilePlace } from "../domain/sharing.js";
import type { EvseConfig, Site } from "../domain/site.js";
import type { SessionView } from "../domain/views.js";
import { limitsAfter } from "../planning/der-limits.js";
import type { FleetGateway } from "../ports/fleet-gateway.js";
import type { Operations } from "../ports/operations.js";
import type { ControlParts } from "./contract.js";
import { viewEvents } from "./event-views.js";
import type { FleetKeeper } from "./fleet-keeper.js";
import { resultOfEvent } from "./event-results.js";
import { awaitStart } from "./pending-starts.js";
import { askForPriority, type PriorityEar } from "./priority.js";
import { liveSite } from "./live-site.js";
import { changedPreference } from "./preferences.js";
import { stationRows, viewFormer, viewSession, withLent } from "./session-views.js";
import type { ReservationKeeper } from "./reservations.js";
import { mustBeAllowedToCharge, mustHaveEvse } from "./sensible-command.js";
import type { SiteRun } from "./site-run.js";
import { throttled } from "./throttled.js";
import { tellTransfers } from "./transfers.js";
import { createTurns } from "../ports/turns.js";

/** A page is told of changes no more often than this, wall time. */
const LIVE_EVERY_MS = 1_000;

export interface OperationsParts {
  readonly parts: ControlParts;
  readonly keeper: FleetKeeper;
  readonly runs: ReadonlyMap<string, SiteRun>;
  readonly siteOfStation: ReadonlyMap<string, string>;
  readonly reservations: Pick<ReservationKeeper, "of" | "reserve" | "cancel">;
  readonly authorize: FleetGateway["authorize"];
  readonly lentNow: (place: PilePlace) => LentNow | null;
  readonly changeListeners: Map<string, Set<() => void>>;
}

/** What operators, drivers and pages may see and do. */
export const createOperations = (context: OperationsParts): Operations & PriorityEar => {
  const { parts, keeper, runs, siteOfStation, reservations, changeListeners } = context;
  const { clock, ledger, events, link } = parts;
  const { authorize } = context;
  // Of two changes of one session none may undo the other.
  const inTurn = createTurns();

  const runOf = (siteId: string): SiteRun => {
    const run = runs.get(siteId);
    if (run === undefined) throw new YouxuError("not-found.site", `no site "${siteId}"`, "params.id");
    return run;
  };
  const siteOf = (stationId: string): Site => {
    const siteId = siteOfStation.get(stationId);
    if (siteId === undefined)
      throw new YouxuError("not-found.station", `no station "${stationId}"`, "params.id");
    return runOf(siteId).site;
  };
  const findSession = async (sessionId: string): Promise<Session> => {
    const session = keeper.running(sessionId) ?? (await ledger.session(sessionId));
    if (session === null) throw new YouxuError("not-found.session", `no session "${sessionId}"`, "params.id");
    return session;
  };
  const findRunning = async (sessionId: string): Promise<Session> => {
    const running = keeper.running(sessionId);
    if (running !== null) return running;
    await findSession(sessionId);
    throw new YouxuError("session.ended", `session "${sessionId}" is over`, "params.id");
  };
  const evseOf = ({ stationId, evseId }: Session): EvseConfig | null => {
    const station = siteOf(stationId).stations.find(({ id }) => id === stationId);
    return station?.evses.find((evse) => evse.evseId === evseId) ?? null;
  };
  /** What will be missing is told by the plan in force, or at once by pile, car and battery alone. */
  const view = (session: Session, by: "plan" | "wish" = "plan"): SessionView => {
    if (!siteOfStation.has(session.stationId)) return viewFormer(session, clock.now());
    const site = siteOf(session.stationId);
    const plan = by === "wish" || session.endedMs !== null ? null : runOf(site.id).memory.plan;
    const planned = plan?.sessions.find(({ sessionId }) => sessionId === session.id) ?? null;
    const evse = keeper.station(session.stationId)?.evses.get(session.evseId);
    return viewSession(site, session, { evse, planned, nowMs: clock.now() });
  };

  /** Changes what the driver of a running session wants: on disk first, then in the fleet's state. */
  const change = (sessionId: string, cause: string, make: Change): Promise<SessionView> =>
    inTurn(sessionId, async () => {
      const before = await findRunning(sessionId);
      // Nobody plans it where its station is in no site.
      siteOf(before.stationId);
      const { chargeNow, preference } = make(before);
      if (chargeNow !== before.chargeNow) await ledger.saveChargeNow(sessionId, chargeNow);
      if (preference !== null && preference !== before.preference)
        await ledger.savePreference(sessionId, preference);
      const session = { ...(keeper.running(sessionId) ?? before), chargeNow, preference };
      const { stationId, evseId } = session;
      if (keeper.running(sessionId) !== null)
        keeper.apply({ kind: "session-changed", stationId, evseId, atMs: clock.now(), session });
      runOf(siteOf(stationId).id).loop.trigger(cause);
      return view(session, "wish");
    });

  /** What holds an EVSE goes by the keeper of what is held. */
  const sent = (stationId: string, command: StationCommand): Promise<CommandOutcome> => {
    if (command.kind === "reserve") return reservations.reserve(stationId, command);
    if (command.kind === "cancel-reservation") return reservations.cancel(stationId, command);
    return link.send(stationId, command);
  };

  const setChargeNow = (sessionId: string, on: boolean): Promise<SessionView> =>
    change(sessionId, "charge-now", ({ preference }) => ({
      chargeNow: on,
      preference: on ? preference : withoutHaste(preference),
    }));

  return {
    hearPriority: async ({ stationId, evseId, transactionId, active }) => {
      const session = keeper.station(stationId)?.evses.get(evseId)?.session;
      if (session?.transactionId === transactionId && session.chargeNow !== active)
        await setChargeNow(session.id, active);
    },
    sites: () => [...runs.values()].map(({ site }) => site),
    live: async (siteId) => liveSite(context, runOf(siteId)),
    stations: (siteId) =>
      (siteId === undefined ? [...runs.values()] : [runOf(siteId)]).flatMap(({ site, memory }) =>
        withLent(
          stationRows(site, {
            fleet: keeper.state,
            plan: memory.plan,
            nowMs: clock.now(),
            heldAt: (stationId) => reservations.of(stationId),
          }),
          context.lentNow,
        ),
      ),
    sessions: async ({ siteId, fromMs, toMs, active }) => {
      const stored =
        active === true
          ? await ledger.openSessions()
          : await ledger.sessionsBetween(fromMs ?? 0, toMs ?? Infinity);
      return stored
        .filter(({ stationId }) => siteId === undefined || siteOfStation.get(stationId) === siteId)
        .filter(({ endedMs }) => active === undefined || (endedMs === null) === active)
        .map((session) => view(keeper.running(session.id) ?? session));
    },
    session: async (sessionId) => view(await findSession(sessionId)),
    setPreference: async (sessionId, wish) => {
      const allowed = keeper.running(sessionId)?.preference?.dischargeAllowed ?? false;
      const shown = await change(sessionId, "preference", (session) => ({
        chargeNow: session.chargeNow,
        preference: changedPreference(session, wish, { evse: evseOf(session), nowMs: clock.now() }),
      }));
      const session = keeper.running(sessionId);
      const allows = session?.preference?.dischargeAllowed ?? false;
      if (session !== null && allows !== allowed) void tellTransfers(parts, session, allows);
      return shown;
    },
    chargeNow: async (sessionId, on) => {
      const shown = await setChargeNow(sessionId, on);
      const session = keeper.running(sessionId);
      if (session !== null) void askForPriority(parts, keeper, session, on);
      return shown;
    },
    endSession: async (sessionId, force) => {
      const { stationId, transactionId } = await findRunning(sessionId);
      const outcome = await link.send(stationId, { kind: "remote-stop", transactionId });
      // A station that accepted sends its stop; only that has the closing register.
      const awaited = outcome.status === "accepted" && !force;
      const end = { atMs: clock.now(), reason: "ended-by-operator" } as const;
      if (!awaited) await keeper.endUnstopped(sessionId, end, end.atMs);
      return { session: view(await findSession(sessionId)), outcome };
    },
    measure: async (measurement) => {
      const run = runOf(measurement.siteId);
      if (!isPowerKw(measurement.powerKw))
        throw new YouxuError("measurement.invalid", `not a number within ±${MOST_POWER_KW} kW`, "powerKw");
      run.measure(measurement);
    },
    plan: (siteId) => runOf(siteId).memory.view,
    events: () =>
      viewEvents(
        events.recent(),
        [...runs.values()].map(({ site }) => site),
        clock.now(),
      ),
    eventResult: (eventId) => resultOfEvent(parts, eventId),
    command: async (stationId, command) => {
      const station = siteOf(stationId).stations.find(({ id }) => id === stationId);
      mustHaveEvse(station, command);
      if (command.kind === "remote-start") {
        const shown = { type: null, beginsAt: command.evseId };
        mustBeAllowedToCharge(command.idToken, await authorize(stationId, command.idToken, shown));
      }
      const outcome = await sent(stationId, command);
      awaitStart({ ...parts, keeper }, { stationId, command, outcome });
      if (outcome.status === "accepted" && station !== undefined && !isSteering(command))
        for (const event of limitsAfter(station, command, clock.now())) keeper.apply(event);
      return outcome;
    },
    signalStations: async (siteId, { signal, atMs, stationIds }) => {
      const { site } = runOf(siteId);
      for (const id of stationIds ?? [])
        if (site.stations.every((station) => station.id !== id))
          throw new YouxuError("not-found.station", `no station "${id}" at this site`, "body.stationIds");
      return Promise.all(
        site.stations
          .filter(({ id }) => stationIds?.includes(id) ?? keeper.station(id)?.version === "2.1")
          .map(async ({ id }) => ({
            stationId: id,
            outcome: await link.send(id, { kind: "afrr-signal", signal, atMs }),
          })),
      );
    },
    heldSchedules: (stationId) => {
      siteOf(stationId);
      return [...(keeper.station(stationId)?.evses.values() ?? [])].flatMap(({ held }) => held ?? []);
    },
    reservations: (stationId) => {
      siteOf(stationId);
      return reservations.of(stationId);
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

type Change = (session: Session) => Pick<Session, "chargeNow" | "preference">;

/** Back to the plan means that nothing asks for all at once any more. */
const withoutHaste = (preference: Preference | null): Preference | null =>
  preference?.profileType === "FAST" ? { ...preference, profileType: UNSAID.profileType } : preference;
