import type { OcppVersion, StationCapabilities } from "../../domain/fleet.js";
import type { RateUnit, Schedule } from "../../domain/schedule.js";
import {
  type Abilities,
  createStationMemory,
  DEFAULT_CAPABILITIES,
  type ProfileOptions,
  type StationMemory,
} from "../common/codec.js";
import { PROFILE_ID_BASE } from "../common/profile.js";
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

/** How a schedule is first tried: sessions at the highest level, so that they win over defaults at 0. */
export function profileOptions(
  station: Station,
  schedule: Schedule | null,
  maxOfflineDurationS: number,
): ProfileOptions {
  const { maxPeriods, maxStackLevel } = capabilitiesOf(station);
  const offline = station.learnt.maxOfflineDuration ?? station.abilities.maxOfflineDuration ?? true;
  return {
    unit: station.learnt.unit ?? schedule?.unit ?? "A",
    stackLevel: schedule?.purpose === "session" ? maxStackLevel : 0,
    maxPeriods,
    idBase: Math.max(PROFILE_ID_BASE, station.abilities.maxExternalConstraintsId ?? 0) + 1,
    maxOfflineDurationS: offline ? maxOfflineDurationS : null,
  };
}

/** What to try next when a profile was refused, in order; none once a profile was accepted. */
export function alternatives(schedule: Schedule, first: ProfileOptions): readonly ProfileOptions[] {
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
