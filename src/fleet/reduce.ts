import type { EvseState, FleetEvent, FleetState, StationState } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";

/**
 * What we know of the fleet after an event. Pure: the same events in the same order give the same
 * state. Events of different stations commute, so their order within an instant does not matter.
 */
export const reduce = (fleet: FleetState, event: FleetEvent): FleetState => {
  const before = fleet.stations.get(event.stationId) ?? unknownStation(event.stationId);
  const stations = new Map(fleet.stations);
  stations.set(event.stationId, reduceStation(before, event));
  return { stations };
};

export const unknownStation = (stationId: string): StationState => ({
  stationId,
  version: null,
  connected: false,
  lastSeenMs: null,
  vendor: null,
  model: null,
  capabilities: null,
  evses: new Map(),
});

const emptyEvse = (evseId: number): EvseState => ({
  evseId,
  status: "Unknown",
  session: null,
  pendingNeeds: null,
  sample: null,
  held: null,
  sending: null,
  unanswered: [],
  heldDefault: null,
  sendingDefault: null,
  toldMs: null,
  notFollowingSinceMs: null,
});

/** One station's state after an event of its own; the part that the control loop keeps per station. */
export const reduceStation = (station: StationState, event: FleetEvent): StationState => {
  const seen = { ...station, lastSeenMs: event.atMs };
  switch (event.kind) {
    case "connected":
      return { ...seen, connected: true, version: event.version };
    case "disconnected":
      return { ...station, connected: false };
    case "booted":
      return { ...seen, vendor: event.vendor, model: event.model, evses: forgetProfiles(station.evses) };
    case "seen":
      return seen;
    case "capabilities":
      return { ...seen, capabilities: event.capabilities };
    default:
      return withEvse(event.kind === "following" ? station : seen, event);
  }
};

type EvseEvent = Extract<FleetEvent, { evseId: number }>;

const withEvse = (station: StationState, event: EvseEvent): StationState => {
  const before = station.evses.get(event.evseId) ?? emptyEvse(event.evseId);
  const evses = new Map(station.evses);
  evses.set(event.evseId, reduceEvse(before, event));
  return { ...station, evses };
};

/** A restart may have lost every profile: until they are confirmed again, assume nothing is held. */
const forgetProfiles = (evses: StationState["evses"]): StationState["evses"] =>
  new Map(
    [...evses].map(([id, evse]) => [
      id,
      { ...evse, held: null, sending: null, unanswered: [], heldDefault: null, sendingDefault: null },
    ]),
  );

const reduceEvse = (evse: EvseState, event: EvseEvent): EvseState => {
  switch (event.kind) {
    case "status":
      return { ...evse, status: event.status };
    case "sampled":
      return { ...evse, sample: event.sample };
    case "needs":
      return evse.session === null
        ? { ...evse, pendingNeeds: event.needs }
        : { ...evse, session: { ...evse.session, needs: event.needs } };
    case "session-opened":
      return opened(evse, event.session);
    case "session-changed":
      return {
        ...evse,
        session: { ...event.session, needs: event.session.needs ?? evse.session?.needs ?? null },
      };
    case "session-closed":
      return evse.session?.id === event.session.id ? vacated(evse) : evse;
    case "following":
      return { ...evse, notFollowingSinceMs: event.sinceMs };
    default:
      return reduceSchedule(evse, event);
  }
};

/** A new transaction begins under the default; needs told before it began are its own. */
const opened = (evse: EvseState, session: Session): EvseState => ({
  ...evse,
  session: { ...session, needs: session.needs ?? evse.pendingNeeds },
  pendingNeeds: null,
  held: null,
  sending: null,
  unanswered: [],
  notFollowingSinceMs: null,
});

/** The profile of a transaction ends with the transaction. */
const vacated = (evse: EvseState): EvseState => ({
  ...evse,
  session: null,
  // Many stations meter only while a transaction runs: the last sample would stand for ever.
  sample: evse.sample === null ? null : { ...evse.sample, powerKw: 0 },
  held: null,
  sending: null,
  unanswered: [],
  notFollowingSinceMs: null,
});

type ScheduleEvent = Extract<EvseEvent, { schedule: unknown }>;

const reduceSchedule = (evse: EvseState, event: ScheduleEvent): EvseState =>
  event.schedule.purpose === "default" ? defaultAfter(evse, event) : sessionAfter(evse, event);

const defaultAfter = (evse: EvseState, { kind, schedule, atMs }: ScheduleEvent): EvseState => {
  switch (kind) {
    case "schedule-sending":
      return { ...evse, sendingDefault: schedule, toldMs: atMs };
    case "schedule-confirmed":
      return { ...evse, heldDefault: schedule, sendingDefault: null, toldMs: atMs };
    case "schedule-refused":
      return { ...evse, sendingDefault: null };
    default:
      return evse;
  }
};

const sessionAfter = (evse: EvseState, { kind, schedule, atMs }: ScheduleEvent): EvseState => {
  switch (kind) {
    case "schedule-sending":
      return { ...evse, sending: schedule, toldMs: atMs };
    case "schedule-confirmed":
      return { ...evse, held: schedule, sending: null, unanswered: [], toldMs: atMs };
    case "schedule-refused":
      return { ...evse, sending: null };
    default:
      // It may have been taken: it stays in the fail-safe sum until the station confirms another.
      return { ...evse, sending: null, unanswered: [...evse.unanswered, schedule] };
  }
};
