import type { OcppVersion, StationCapabilities } from "../../domain/fleet.js";
import type { RateUnit, Schedule } from "../../domain/schedule.js";
import {
  type Abilities,
  createStationMemory,
  DEFAULT_CAPABILITIES,
  type ProfileOptions,
  type StationMemory,
} from "../common/codec.js";
import { remember } from "../common/memory.js";
import type { HeldProfile } from "../common/profile-place.js";
import { WIRE_PURPOSES } from "../v2x/profile.js";
import { evseOfProfile, profileId, PROFILE_ID_BASE } from "../common/profile.js";
import type { Counter } from "../session/contract.js";
import type { Log } from "./log.js";
import type { TrafficBook } from "./traffic.js";

/** What is kept of a station from one connection to the next. */
export interface Station {
  readonly id: string;
  readonly memory: StationMemory;
  readonly counters: Map<Counter, number>;
  /** What was logged already, so that a station that errs with each message fills no log. */
  readonly logged: Set<string>;
  abilities: Abilities;
  /** Found by trying, and stronger than what the station told. */
  learnt: Learnt;
  /** Purposes of which a profile was accepted: a refusal after that has another cause. */
  readonly proven: Set<Schedule["purpose"]>;
  /** The version in which it was asked for its abilities; null before that. */
  knownAs: OcppVersion | null;
  /** Profiles that it took of us in this process, by EVSE and purpose. */
  readonly held: Map<string, HeldProfile>;
  /** Above which lie the ids of the profiles that it may hold of us, by EVSE and purpose. */
  readonly idBases: Map<string, number>;
  /** Asked, since the process began, for the state of EVSEs with a session. */
  isAsked: boolean;
  /** What was last put on disk of it. */
  keptRecord: string;
}

interface Learnt {
  readonly unit: RateUnit | null;
  readonly stackLevel: number | null;
  readonly maxOfflineDuration: boolean | null;
}

export const createStation = (id: string): Station => ({
  id,
  memory: createStationMemory(),
  counters: new Map(),
  logged: new Set(),
  abilities: {
    capabilities: DEFAULT_CAPABILITIES,
    maxExternalConstraintsId: null,
    maxOfflineDuration: null,
    silentMeter: false,
  },
  learnt: { unit: null, stackLevel: null, maxOfflineDuration: null },
  proven: new Set(),
  knownAs: null,
  held: new Map(),
  idBases: new Map(),
  isAsked: false,
  keptRecord: "",
});

/** Told and learnt together. */
export const capabilitiesOf = ({ abilities, learnt }: Station): StationCapabilities => ({
  ...abilities.capabilities,
  rateUnit: learnt.unit ?? abilities.capabilities.rateUnit,
  maxStackLevel: learnt.stackLevel ?? abilities.capabilities.maxStackLevel,
});

/** Where a station takes corrections they rank highest, and a session's schedule below them. */
const stackLevelOf = (
  purpose: Schedule["purpose"],
  { maxStackLevel, dynamicProfiles = false }: StationCapabilities,
): number => {
  if (purpose === "correction") return maxStackLevel;
  if (purpose !== "session") return 0;
  return dynamicProfiles ? Math.max(0, maxStackLevel - 1) : maxStackLevel;
};

/** How a schedule is first tried: sessions high, so that they win over defaults at 0. */
export function profileOptions(
  station: Station,
  schedule: Schedule | null,
  maxOfflineDurationS: number,
): ProfileOptions {
  const { maxPeriods } = capabilitiesOf(station);
  const offline = station.learnt.maxOfflineDuration ?? station.abilities.maxOfflineDuration ?? true;
  return {
    unit: station.learnt.unit ?? schedule?.unit ?? "A",
    stackLevel: stackLevelOf(schedule?.purpose ?? "default", capabilitiesOf(station)),
    maxPeriods,
    idBase: Math.max(PROFILE_ID_BASE, station.abilities.maxExternalConstraintsId ?? 0) + 1,
    maxOfflineDurationS: offline ? maxOfflineDurationS : null,
    ...(station.knownAs === "2.1" ? { place: placeOf(station, schedule) } : {}),
  };
}

/** What the rules of 2.1 hang on, as far as the station told it. Which transaction runs the fleet knows. */
const placeOf = (
  { abilities, held }: Station,
  schedule: Schedule | null,
): NonNullable<ProfileOptions["place"]> => ({
  dynamicProfiles: abilities.capabilities.dynamicProfiles === true,
  priorityCharging: abilities.capabilities.priorityCharging === true,
  setpoints: abilities.capabilities.dischargeSetpoint,
  maxExternalConstraintsId: abilities.maxExternalConstraintsId,
  transactionId: undefined,
  // The one that this takes the place of is no rival, whatever its id was.
  held: [...held].flatMap(([key, one]) => (key === `${schedule?.evseId}/${schedule?.purpose}` ? [] : [one])),
});

/** Remembers which profile a station took, in place of the one before of that EVSE and purpose. */
const noteHeld = (
  { held }: Station,
  { evseId, purpose, transactionId }: Schedule,
  { idBase, stackLevel }: ProfileOptions,
): void => {
  remember(held, `${evseId}/${purpose}`, {
    id: profileId(evseId, purpose, idBase),
    purpose: WIRE_PURPOSES[purpose],
    stackLevel,
    evseId,
    transactionId: WIRE_PURPOSES[purpose] === "TxProfile" ? transactionId : null,
  });
};

/** The EVSE whose correction a station holds under an id; null: none is. */
export const correctedEvse = ({ idBases }: Station, id: number): number | null => {
  for (const [key, idBase] of idBases) {
    const evseId = evseOfProfile(id, "correction", idBase);
    if (evseId !== null && key === `${evseId}/correction`) return evseId;
  }
  return null;
};

/** What to try next when a profile was refused, in order; none once a profile was accepted. */
export function alternatives(schedule: Schedule, first: ProfileOptions): readonly ProfileOptions[] {
  // What only 2.1 has is taken as it told, or not at all; at another level a correction would correct nothing.
  if (schedule.purpose !== "session" && schedule.purpose !== "default") return [];
  const values = schedule.periods;
  const tries: ProfileOptions[] = [];
  let last = first;
  const then = (change: Partial<ProfileOptions>): void => {
    last = { ...last, ...change };
    tries.push(last);
  };
  if (first.maxOfflineDurationS !== null && values.some(({ value }) => value < 0))
    then({ maxOfflineDurationS: null });
  if (first.stackLevel > 0) then({ stackLevel: 0 });
  if (values.every(({ mode }) => mode === "charge-limit")) then({ unit: first.unit === "A" ? "W" : "A" });
  return tries;
}

/** Remembers what an accepted profile proved. */
export function learn(
  station: Station,
  schedule: Schedule,
  used: ProfileOptions,
  first: ProfileOptions,
): void {
  station.proven.add(schedule.purpose);
  noteHeld(station, schedule, used);
  station.learnt = {
    unit: used.unit === first.unit ? station.learnt.unit : used.unit,
    stackLevel: used.stackLevel === first.stackLevel ? station.learnt.stackLevel : used.stackLevel,
    maxOfflineDuration:
      used.maxOfflineDurationS === first.maxOfflineDurationS ? station.learnt.maxOfflineDuration : false,
  };
}

/** Counts what a session complains of; logs each kind of complaint once per station. */
export const countFor =
  (
    station: Station,
    { log, traffic }: { readonly log: Log; readonly traffic: Pick<TrafficBook, "complained"> },
  ) =>
  (counter: Counter, detail: string): void => {
    traffic.complained(counter);
    station.counters.set(counter, (station.counters.get(counter) ?? 0) + 1);
    if (!isNews(station, `${counter} ${detail}`)) return;
    log.warn({ stationId: station.id, counter, detail }, "a station's message was not as it should be");
  };

/** An EVSE that no site file names charges outside every plan: said once, with the place to mend it. */
export const noteUnconfigured = (station: Station, evseId: number, { log }: { readonly log: Log }): void => {
  if (!isNews(station, `unconfigured ${evseId}`)) return;
  const place = `sites[].stations[id=${station.id}].evses`;
  const hint = `add an entry with evseId ${evseId}, its phases and maxA there, and restart`;
  log.warn(
    { stationId: station.id, evseId, place, hint },
    "an EVSE stands in no site file and is not steered",
  );
};

/** A station that meters nothing while it charges is planned by guess: said once, with what to set. */
export const noteSilentMeter = (station: Station, { log }: { readonly log: Log }): void => {
  if (!station.abilities.silentMeter || !isNews(station, "silent meter")) return;
  const setting =
    station.knownAs === "1.6" ? "MeterValueSampleInterval" : "SampledDataCtrlr.TxUpdatedInterval";
  const hint = `set ${setting} in the station to 60 s or less`;
  log.warn({ stationId: station.id, hint }, "no meter values are to be expected: its power stays unknown");
};

/** Whether a line was not logged before of this station. */
const isNews = (station: Station, text: string): boolean => {
  const line = text.slice(0, LONGEST_LINE);
  if (station.logged.has(line) || station.logged.size >= MOST_LOGGED) return false;
  station.logged.add(line);
  return true;
};
const MOST_LOGGED = 64;
const LONGEST_LINE = 400;
