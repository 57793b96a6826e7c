import type { FleetEvent, FleetState, StationState, TransactionEvent } from "../domain/fleet.js";
import type { ChargingNeeds, Session } from "../domain/session.js";
import { tokenKey } from "../domain/id-token.js";
import type { EpochMs } from "../domain/units.js";
import { consequencesOf } from "../fleet/consequences.js";
import { reduceStation, unknownStation } from "../fleet/reduce.js";
import type { Vacancy } from "../ports/fleet-gateway.js";
import type { Ledger, Recorded, UnstoppedEnd } from "../ports/ledger.js";

export interface FleetKeeper {
  readonly state: FleetState;
  station(stationId: string): StationState | null;
  apply(event: FleetEvent): void;
  /** Commits a transaction message, then takes it into the state. */
  record(event: TransactionEvent): Promise<Recorded>;
  /** Ends what still runs on an EVSE that is free. */
  freed(vacancy: Vacancy): Promise<void>;
  /** Ends a session whose stop has not come, then takes that into the state; `atMs` is our clock. */
  endUnstopped(sessionId: string, end: UnstoppedEnd, atMs: EpochMs): Promise<Session>;
  /** How many sessions of an id token run, but for one at this place, which is the same or makes way. */
  sessionsOf(idToken: string, elsewhereThan: { stationId: string; evseId: number }): number;
  /** EVSE and session by session id, for sessions that run. */
  running(sessionId: string): Session | null;
}

/**
 * Holds the fleet's state, one station at a time through the pure reducer, so that an event costs the
 * same with ten stations as with ten thousand. `onEvent` hears of each event after it was taken in, and how the
 * station stood before.
 */
export const createFleetKeeper = (
  ledger: Ledger,
  onEvent: (event: FleetEvent, before: StationState) => void,
  onLedgerFailure: (error: unknown) => void,
): FleetKeeper => {
  const stations = new Map<string, StationState>();
  const sessions = new Map<string, { stationId: string; evseId: number }>();
  const kept = new Map<string, ChargingNeeds>();

  const apply = (event: FleetEvent): void => {
    const before = stations.get(event.stationId) ?? unknownStation(event.stationId);
    stations.set(event.stationId, reduceStation(before, event));
    if (event.kind === "session-opened" || event.kind === "session-recovered")
      sessions.set(event.session.id, event);
    if (event.kind === "session-closed") {
      sessions.delete(event.session.id);
      kept.delete(event.session.id);
    }
    if (event.kind === "needs" || event.kind === "session-opened") keepNeeds(event);
    if (event.kind === "session-opened") keepWish(event.session);
    onEvent(event, before);
  };

  /** A car tells its needs once; they are kept with the session so that a restart finds them. */
  const keepNeeds = ({ stationId, evseId }: { stationId: string; evseId: number }): void => {
    const session = stations.get(stationId)?.evses.get(evseId)?.session;
    if (session?.needs == null || kept.get(session.id) === session.needs) return;
    kept.set(session.id, session.needs);
    void ledger.saveNeeds(session.id, session.needs).catch(onLedgerFailure);
  };

  /** What went on from the session before, too. */
  const keepWish = ({ id, preference, chargeNow, ...place }: Session): void => {
    const session = stations.get(place.stationId)?.evses.get(place.evseId)?.session;
    if (session == null) return;
    if (session.preference !== null && session.preference !== preference)
      void ledger.savePreference(id, session.preference).catch(onLedgerFailure);
    if (session.chargeNow && !chargeNow) void ledger.saveChargeNow(id, true).catch(onLedgerFailure);
  };

  const placeOf = (sessionId: string) => sessions.get(sessionId) ?? null;
  const settle = (changed: readonly Session[], atMs: EpochMs): void => {
    for (const consequence of consequencesOf(changed, atMs, placeOf)) apply(consequence);
  };
  const endUnstopped = async (sessionId: string, end: UnstoppedEnd, atMs: EpochMs): Promise<Session> => {
    const session = await ledger.endUnstopped(sessionId, end);
    settle([session], atMs);
    return session;
  };
  const sample = (event: TransactionEvent, { stationId, evseId, importedKwh }: Session): void => {
    if (event.kind !== "transaction-updated" || event.sample === null) return;
    const { atMs, sample: told } = event;
    apply({ kind: "sampled", stationId, evseId, atMs, sample: told, billedKwh: importedKwh });
  };

  return {
    state: { stations },
    station: (stationId) => stations.get(stationId) ?? null,
    apply,
    record: async (event) => {
      const recorded = await ledger.record(event);
      // A duplicate means nothing new.
      if (recorded.outcome === "stored" && recorded.session !== null) {
        settle([...recorded.others, recorded.session], event.atMs);
        if (recorded.session.endedMs === null) sample(event, recorded.session);
      }
      return recorded;
    },
    freed: async ({ stationId, evseId, atMs, sinceMs }) => {
      const session = stations.get(stationId)?.evses.get(evseId)?.session;
      if (session) await endUnstopped(session.id, { atMs: sinceMs, reason: "evse-available" }, atMs);
    },
    endUnstopped,
    sessionsOf: (idToken, { stationId, evseId }) => {
      const key = tokenKey(idToken);
      const elsewhere = [...sessions.values()].filter(
        (place) => place.stationId !== stationId || place.evseId !== evseId,
      );
      return elsewhere.filter((place) => {
        const shown = stations.get(place.stationId)?.evses.get(place.evseId)?.session?.idToken;
        return shown != null && tokenKey(shown) === key;
      }).length;
    },
    running: (sessionId) => {
      const place = sessions.get(sessionId);
      if (place === undefined) return null;
      const session = stations.get(place.stationId)?.evses.get(place.evseId)?.session ?? null;
      return session?.id === sessionId ? session : null;
    },
  };
};
