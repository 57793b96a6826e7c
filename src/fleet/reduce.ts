import type {
  EvseState,
  FleetEvent,
  FleetState,
  StationCapabilities,
  StationState,
} from "../domain/fleet.js";
import type { EpochMs } from "../domain/units.js";
import type { Session } from "../domain/session.js";
import { judgedAfter } from "./judged.js";
import { seenPhases } from "./seen-phases.js";
import { reduceSchedule, withInFlight } from "./reduce-schedule.js";

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
  sessionOver: false,
  pendingNeeds: null,
  sample: null,
  profileUnknown: false,
  held: null,
  sending: null,
  unanswered: [],
  heldDefault: null,
  sendingDefault: null,
  toldMs: null,
  allowedBefore: [],
  refusedMs: null,
  silentMs: null,
  carPhases: null,
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
      return { ...seen, vendor: event.vendor, model: event.model, evses: doubtProfiles(station.evses) };
    case "seen":
      return seen;
    case "capabilities":
      return {
        ...seen,
        capabilities: event.capabilities,
        evses: isSameClock(station, event.capabilities) ? station.evses : doubtProfiles(station.evses),
      };
    default:
      return withEvse(OURS.has(event.kind) ? station : seen, event);
  }
};

/** By another clock than was thought, what it holds begins and ends at other times than was thought. */
const isSameClock = ({ capabilities: before }: StationState, after: StationCapabilities): boolean =>
  before === null || (before.clockAheadMs ?? 0) === (after.clockAheadMs ?? 0);

/** Events that are our own conclusions: the station was not heard of. */
const OURS: ReadonlySet<FleetEvent["kind"]> = new Set([
  "following",
  "judged",
  "start-awaited",
  "default-restored",
  "session-recovered",
  "schedule-sending",
  "schedule-unsent",
  "schedule-unanswered",
]);

type EvseEvent = Extract<FleetEvent, { evseId: number }>;

const withEvse = (station: StationState, event: EvseEvent): StationState => {
  const before = station.evses.get(event.evseId) ?? emptyEvse(event.evseId);
  const evses = new Map(station.evses);
  const after = reduceEvse(before, event);
  evses.set(event.evseId, displaced(station, before, event) ? { ...after, heldDefault: null } : after);
  return { ...station, evses };
};

/** A session's schedule that stood in the default's place is left behind there when the session is over. */
const displaced = ({ capabilities }: StationState, before: EvseState, event: EvseEvent): boolean =>
  event.kind === "session-closed" &&
  capabilities?.sharesDefault === true &&
  (before.profileUnknown || before.held !== null || withInFlight(before).length > 0);

/**
 * A restart may have lost every profile, or kept them: until a profile is confirmed anew, each that was
 * held or under way may be in force, and so may none.
 */
const doubtProfiles = (evses: StationState["evses"]): StationState["evses"] =>
  new Map([...evses].map(([id, evse]) => [id, doubtProfile(evse)]));

const doubtProfile = (evse: EvseState): EvseState => ({
  ...evse,
  held: null,
  sending: null,
  unanswered: evse.held === null ? withInFlight(evse) : [evse.held, ...withInFlight(evse)],
  heldDefault: null,
  sendingDefault: null,
});

const reduceEvse = (evse: EvseState, event: EvseEvent): EvseState => {
  switch (event.kind) {
    case "status":
      return { ...evse, status: event.status, sessionOver: evse.sessionOver && !isFree(event.status) };
    case "sampled":
      return { ...evse, sample: event.sample, carPhases: seenPhases(evse, event.sample) };
    case "needs":
      return evse.session === null
        ? { ...evse, pendingNeeds: event.needs }
        : { ...evse, session: { ...evse.session, needs: event.needs } };
    case "session-opened":
      return opened(evse, event.session, event.atMs);
    case "session-recovered":
      return { ...opened(evse, event.session, event.atMs), profileUnknown: true };
    case "session-changed":
      return {
        ...evse,
        session: { ...event.session, needs: event.session.needs ?? evse.session?.needs ?? null },
      };
    case "session-closed":
      return evse.session?.id === event.session.id ? vacated(evse) : evse;
    case "default-restored":
      return { ...evse, heldDefault: event.schedule };
    case "judged":
      return { ...evse, judged: judgedAfter(evse, event) };
    case "start-awaited":
      return { ...evse, startAwaitedSinceMs: event.sinceMs };
    case "held-by-others":
      return { ...evse, heldAtKw: event.kw };
    case "following":
      return { ...evse, notFollowingSinceMs: event.sinceMs };
    default:
      return reduceSchedule(evse, event);
  }
};

/** No car can be plugged in. */
const isFree = (status: EvseState["status"]): boolean => status === "Available" || status === "Reserved";

/** A new transaction begins under the default; needs told before it began are its own. */
const opened = (evse: EvseState, session: Session, atMs: EpochMs): EvseState => ({
  ...evse,
  openedMs: atMs,
  heldAtKw: null,
  startAwaitedSinceMs: null,
  session: { ...session, needs: session.needs ?? evse.pendingNeeds },
  sessionOver: false,
  pendingNeeds: null,
  profileUnknown: false,
  held: null,
  sending: null,
  unanswered: [],
  allowedBefore: [],
  refusedMs: null,
  silentMs: null,
  carPhases: null,
  notFollowingSinceMs: null,
});

/** The profile of a transaction ends with the transaction. */
const vacated = (evse: EvseState): EvseState => ({
  ...evse,
  session: null,
  sessionOver: !isFree(evse.status),
  // Many stations meter only while a transaction runs: the last sample would stand for ever.
  sample: evse.sample === null ? null : { ...evse.sample, powerKw: 0 },
  profileUnknown: false,
  held: null,
  sending: null,
  unanswered: [],
  allowedBefore: [],
  refusedMs: null,
  silentMs: null,
  carPhases: null,
  notFollowingSinceMs: null,
});
