import { allowedUpTo } from "../domain/allowed.js";
import type {
  CarSchedule,
  EvseState,
  FleetEvent,
  FleetState,
  OutsideLimit,
  StationCapabilities,
  StationState,
} from "../domain/fleet.js";
import { isByHand } from "../domain/presence.js";
import type { Session } from "../domain/session.js";
import { CORRECTION_SLACK_MS, LONGEST_CORRECTION_MS } from "../domain/schedule.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";
import { isFree, leftBehind, withCarriedWish, withWhatWasSaid } from "./carried-wish.js";
import { exceedsOffer, ownLimits } from "./car-limits.js";
import { judgedAfter } from "./judged.js";
import { seenPhases } from "./seen-phases.js";
import { reduceAside } from "./reduce-aside.js";
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
  corrections: [],
  priority: { active: false, held: null, others: [] },
  awaitsSchedule: false,
  carSchedule: null,
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
  const seen = isByHand(event) ? station : { ...station, lastSeenMs: event.atMs };
  switch (event.kind) {
    case "connected":
      return withoutUnknown({ ...seen, connected: true, version: event.version });
    case "disconnected":
      return { ...station, connected: false };
    case "booted":
      return { ...booted(seen, event.atMs), vendor: event.vendor, model: event.model };
    case "seen":
      return seen;
    case "capabilities":
      return withoutUnknown({
        ...(isSameClock(station, event.capabilities) ? seen : doubted(seen)),
        capabilities: event.capabilities,
      });
    case "outside-limit":
      return { ...seen, outsideLimits: withLimit(station.outsideLimits ?? [], event.limit) };
    case "outside-limit-cleared":
      return { ...seen, outsideLimits: withoutLimits(station.outsideLimits ?? [], event.limited) };
    case "der-control":
      return { ...seen, outsideLimits: afterDerControl(station.outsideLimits ?? [], event) };
    case "schedule-confirmed":
      if (event.schedule.purpose === "maximum") return { ...seen, heldMaximum: event.schedule };
      return withEvse(seen, event);
    case "schedule-sending":
    case "schedule-refused":
    case "schedule-unsent":
    case "schedule-unanswered":
      if (event.schedule.purpose === "maximum")
        return event.kind === "schedule-refused" ? { ...seen, maximumRefusedMs: event.atMs } : station;
      return withEvse(OURS.has(event.kind) ? station : seen, event);
    default:
      return withEvse(OURS.has(event.kind) ? station : seen, event);
  }
};

/** Corrections are of OCPP 2.1, priority charging is of stations that know it: others hold none from before. */
const withoutUnknown = (station: StationState): StationState => {
  const { version, capabilities } = station;
  const knows = capabilities === null || capabilities.priorityCharging === true;
  const evses = [...station.evses].map(([id, evse]): [number, EvseState] => [
    id,
    {
      ...evse,
      correctionUnknownUntilMs: version === "2.1" ? (evse.correctionUnknownUntilMs ?? null) : null,
      priority: knows && version === "2.1" ? evse.priority : { ...evse.priority, isUnknown: false },
    },
  ]);
  return { ...station, evses: new Map(evses) };
};

/** By another clock than was thought, what it holds begins and ends at other times than was thought. */
const isSameClock = ({ capabilities: before }: StationState, after: StationCapabilities): boolean =>
  before === null || (before.clockAheadMs ?? 0) === (after.clockAheadMs ?? 0);

/** Events that are our own conclusions: the station was not heard of. */
const OURS: ReadonlySet<FleetEvent["kind"]> = new Set([
  "following",
  "judged",
  "start-awaited",
  "probing",
  "phases-switched",
  "aside-telling",
  "aside-releasing",
  "aside-restored",
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

/**
 * A session's schedule that stood in the default's place is left behind there when the session is over. One
 * that may have been taken there for the first time leaves the default unknown at once, whichever session runs.
 */
const displaced = ({ capabilities }: StationState, before: EvseState, event: EvseEvent): boolean =>
  (event.kind === "schedule-unanswered" && event.inDefaultsPlace === true) ||
  (event.kind === "session-closed" &&
    capabilities?.sharesDefault === true &&
    (before.profileUnknown || before.held !== null || withInFlight(before).length > 0));

/** A boot that follows another within this is one of a loop. */
const LOOP_MS = 10 * MINUTE_MS;

/** In a loop of boots what it was allowed stays known: it is held to that, though it may hold anything. */
const booted = (station: StationState, atMs: EpochMs): StationState => {
  const after = { ...doubted(station), bootedMs: atMs };
  const sinceMs = atMs - (station.bootedMs ?? -Infinity);
  // The same boot heard twice is one.
  if (sinceMs === 0 || sinceMs > LOOP_MS) return after;
  const evses = [...after.evses].map(([id, evse]): [number, EvseState] => {
    const allowedBefore = allowedUpTo(station.evses.get(id) ?? evse, atMs);
    return [id, { ...evse, bootedAgainMs: atMs, allowedBefore }];
  });
  return { ...after, evses: new Map(evses) };
};

/**
 * A restart may have lost every profile, or kept them: until a profile is confirmed anew, each that was
 * held or under way may be in force, and so may none. A limit from outside stands until the station says that it is gone.
 */
const doubted = (station: StationState): StationState => ({
  ...station,
  heldMaximum: null,
  evses: new Map([...station.evses].map(([id, evse]) => [id, doubtProfile(evse)])),
});

const doubtProfile = (evse: EvseState): EvseState => ({
  ...evse,
  held: null,
  sending: null,
  unanswered: evse.held === null ? withInFlight(evse) : [evse.held, ...withInFlight(evse)],
  priority: doubtPriority(evse.priority),
  heldDefault: null,
  sendingDefault: null,
});

/** Which of its profiles it holds is not known, nor whether it charges by one: by the plan, until it tells. */
const doubtPriority = ({
  isUnknown = false,
  held,
  others,
}: EvseState["priority"]): EvseState["priority"] => ({
  active: false,
  isUnknown,
  held: null,
  others: held === null ? others : [...others, held],
});

const reduceEvse = (evse: EvseState, event: EvseEvent): EvseState => {
  switch (event.kind) {
    case "status":
      return isFree(event.status)
        ? { ...evse, status: event.status, sessionOver: false, lastSession: null }
        : { ...evse, status: event.status };
    case "sampled":
      return sampled(evse, event);
    case "needs":
      return evse.session === null
        ? { ...evse, pendingNeeds: event.needs }
        : { ...evse, awaitsSchedule: true, session: { ...evse.session, needs: event.needs } };
    case "car-schedule":
      return evse.session === null ? evse : withCarSchedule(evse, event.schedule);
    case "priority":
      return evse.session?.transactionId === event.transactionId ? pressed(evse, event.active) : evse;
    case "corrections-cleared":
      return {
        ...evse,
        corrections: [],
        correctionUnknownUntilMs: null,
        toldMs: event.atMs,
        allowedBefore: allowedUpTo(evse, event.atMs),
      };
    case "session-opened":
      return opened(evse, event.session, event.atMs);
    case "session-recovered":
      return recovered(opened(evse, event.session, event.atMs), event.atMs);
    case "session-changed":
      return { ...evse, session: withWhatWasSaid(evse, event.session) };
    case "session-closed":
      return evse.session?.id === event.session.id ? vacated(evse, event.session) : evse;
    case "default-restored":
      return { ...evse, heldDefault: event.schedule };
    case "judged":
      return { ...evse, judged: judgedAfter(evse, event) };
    case "start-awaited":
      return { ...evse, startAwaitedSinceMs: event.sinceMs };
    case "phases-switched":
      return {
        ...evse,
        awaitsSchedule: true,
        switched: event.to === null ? null : { to: event.to, sinceMs: event.atMs },
        switchFailed: evse.switchFailed === true || event.to === null,
      };
    case "probing":
      return { ...evse, probe: event.probe };
    case "aside-telling":
    case "aside-told":
    case "aside-releasing":
    case "aside-restored":
      return reduceAside(evse, event);
    case "held-by-others":
      return { ...evse, heldAtKw: event.kw };
    case "following":
      return {
        ...evse,
        notFollowingSinceMs: event.sinceMs,
        trialKw: event.isTry === true ? (evse.sample?.powerKw ?? null) : null,
        ...(event.isTry === true ? { tries: (evse.tries ?? 0) + 1 } : {}),
      };
    default:
      return reduceSchedule(evse, event);
  }
};

/** A change of power that shows that a station moves again, kW. */
const MOVED_KW = 0.5;

/** Nothing is heard before it is measured: the clock of one that says so is ahead. */
const sampled = (
  evse: EvseState,
  { sample: told, atMs }: Extract<EvseEvent, { kind: "sampled" }>,
): EvseState => {
  const sample = told.atMs > atMs ? { ...told, atMs } : told;
  const after = { ...evse, sample, carPhases: seenPhases(evse, sample) };
  return sample.powerKw <= (evse.trialKw ?? -Infinity) - MOVED_KW ? { ...after, trialKw: null } : after;
};

const withCarSchedule = (evse: EvseState, told: CarSchedule): EvseState => ({
  ...evse,
  carSchedule: ownLimits(evse, told),
  awaitsSchedule: evse.awaitsSchedule || exceedsOffer(evse, told),
});

const pressed = (evse: EvseState, active: boolean): EvseState => ({
  ...evse,
  priority: { ...evse.priority, active, isUnknown: false },
  awaitsSchedule: evse.awaitsSchedule || active,
});

type Limited = Extract<FleetEvent, { kind: "outside-limit-cleared" }>["limited"];

type DerControlled = Extract<FleetEvent, { kind: "der-control" }>;

/**
 * While a control is in force that we know nothing of, discharge is not counted on. One whose limit is known
 * already stays as it is; one that ended, or that another took the place of, limits nothing.
 */
const afterDerControl = (limits: readonly OutsideLimit[], event: DerControlled): readonly OutsideLimit[] => {
  const { controlId: source, started, supersededIds, atMs } = event;
  const others = limits.filter((limit) => limit.source === source || !supersededIds.includes(limit.source));
  if (!started) return withoutLimits(others, { evseId: null, source });
  if (others.some((limit) => limit.source === source)) return others;
  const steps = [{ startMs: atMs, chargeKw: null, dischargeKw: 0 }];
  return withLimit(others, { evseId: 0, source, steps, endMs: null, sinceMs: atMs });
};

/** More sources than a station has; of one that invents them the newest count. */
const MOST_LIMITS = 32;

const withLimit = (limits: readonly OutsideLimit[], limit: OutsideLimit): readonly OutsideLimit[] =>
  [...withoutLimits(limits, limit), limit].slice(-MOST_LIMITS);

const withoutLimits = (limits: readonly OutsideLimit[], { evseId, source }: Limited): OutsideLimit[] =>
  limits.filter((limit) => limit.source !== source || (evseId !== null && limit.evseId !== evseId));

/** A new transaction begins under the default; needs told before it began are its own. */
const opened = (evse: EvseState, session: Session, atMs: EpochMs): EvseState => ({
  ...evse,
  openedMs: atMs,
  heldAtKw: null,
  startAwaitedSinceMs: null,
  session: withCarriedWish(evse, { ...session, needs: session.needs ?? evse.pendingNeeds }),
  lastSession: null,
  awaitsSchedule: evse.pendingNeeds !== null,
  sessionOver: false,
  pendingNeeds: null,
  profileUnknown: false,
  held: null,
  sending: null,
  unanswered: [],
  corrections: [],
  correctionUnknownUntilMs: null,
  priority: { ...evse.priority, active: false, isUnknown: false },
  carSchedule: null,
  allowedBefore: [],
  refusedMs: null,
  silentMs: null,
  silences: 0,
  carPhases: null,
  probe: null,
  switched: null,
  switchFailed: false,
  notFollowingSinceMs: null,
  tries: 0,
  trialKw: null,
});

/** Whatever was told for it before this process began may be in force. */
const recovered = (evse: EvseState, atMs: EpochMs): EvseState => ({
  ...evse,
  profileUnknown: true,
  correctionUnknownUntilMs: atMs + LONGEST_CORRECTION_MS + CORRECTION_SLACK_MS,
  priority: { ...evse.priority, isUnknown: true },
});

/** The profile of a transaction ends with the transaction. */
const vacated = (evse: EvseState, ended: Session): EvseState => ({
  ...evse,
  session: null,
  lastSession: leftBehind(evse, ended),
  sessionOver: !isFree(evse.status),
  // Many stations meter only while a transaction runs: the last sample would stand for ever.
  sample: evse.sample === null ? null : { ...evse.sample, powerKw: 0 },
  awaitsSchedule: false,
  profileUnknown: false,
  held: null,
  sending: null,
  unanswered: [],
  corrections: [],
  correctionUnknownUntilMs: null,
  priority: { ...evse.priority, active: false, isUnknown: false },
  carSchedule: null,
  allowedBefore: [],
  refusedMs: null,
  silentMs: null,
  silences: 0,
  carPhases: null,
  probe: null,
  switched: null,
  switchFailed: false,
  notFollowingSinceMs: null,
  trialKw: null,
});
