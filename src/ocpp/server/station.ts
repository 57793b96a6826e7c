import type { OcppVersion, StationCapabilities } from "../../domain/fleet.js";
import { isAlone, isToldAside, provenEvses } from "../../domain/discharge.js";
import {
  asideFault,
  asideWording,
  DEFAULT_QUIRKS,
  isEndless,
  QUIRK_NAMES,
  type Quirks,
  type QuirkValues,
} from "../../domain/quirks.js";
import type { Schedule } from "../../domain/schedule.js";
import { type EpochMs, SECOND_MS } from "../../domain/units.js";
import type { FleetGateway } from "../../ports/fleet-gateway.js";
import type { StationQuirks } from "../../ports/quirk-book.js";
import {
  type Abilities,
  createStationMemory,
  DEFAULT_CAPABILITIES,
  type ProfileOptions,
  type StationMemory,
} from "../common/codec.js";
import { remember } from "../common/memory.js";
import { placed } from "../common/placed.js";
import { evseOfProfile } from "../common/profile.js";
import type { HeldProfile, StationFacts } from "../common/station-facts.js";
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
  /** Purposes of which a profile was accepted since its boot: a refusal after that has another cause. */
  readonly proven: Set<Schedule["purpose"]>;
  /** Lists of measurands that it was asked for one by one since its boot. */
  measurandTries: number;
  /** When it last sent a BootNotification, the newest last. */
  boots: readonly EpochMs[];
  /** The version in which it was asked for its abilities; null before that. */
  knownAs: OcppVersion | null;
  /** Profiles that it took of us in this process, by EVSE and purpose. */
  readonly held: Map<string, HeldProfile>;
  /** Above which lie the ids of the profiles that it may hold of us, by EVSE and purpose. */
  readonly idBases: Map<string, number>;
  /** Asked, since the process began, for the state of EVSEs with a session. */
  isAsked: boolean;
  /** A digest of what was last put on disk of it. */
  keptRecord: string;
  /** The fleet was told that it has several EVSEs. */
  toldSeveral: boolean;
  /** What was counted so far. */
  counted(): Readonly<Partial<Record<Counter, number>>>;
  /** It has all to prove again. */
  bootedAnew(): void;
}

/** Of a station that does nothing but be there little is kept: what it may never need is made when it is asked for. */
class KnownStation implements Station {
  readonly memory = createStationMemory();
  readonly idBases: Station["idBases"] = new Map();
  abilities = UNTOLD;
  measurandTries = 0;
  boots: readonly EpochMs[] = [];
  knownAs: Station["knownAs"] = null;
  isAsked = false;
  keptRecord = "";
  toldSeveral = false;
  #counters: Station["counters"] | null = null;
  #logged: Station["logged"] | null = null;
  #proven: Station["proven"] | null = null;
  #held: Station["held"] | null = null;

  constructor(readonly id: string) {}

  get counters(): Station["counters"] {
    return (this.#counters ??= new Map());
  }

  get logged(): Station["logged"] {
    return (this.#logged ??= new Set());
  }

  get proven(): Station["proven"] {
    return (this.#proven ??= new Set());
  }

  get held(): Station["held"] {
    return (this.#held ??= new Map());
  }

  counted(): Readonly<Partial<Record<Counter, number>>> {
    return this.#counters === null ? {} : Object.fromEntries(this.#counters);
  }

  bootedAnew(): void {
    this.#proven = null;
    this.measurandTries = 0;
  }
}

const UNTOLD: Abilities = {
  capabilities: DEFAULT_CAPABILITIES,
  maxExternalConstraintsId: null,
  maxOfflineDuration: null,
  silentMeter: false,
};

export const createStation = (id: string): Station => new KnownStation(id);

/** What the fleet is to know: told, learnt and stated together. `alone`: it has one EVSE. */
export const capabilitiesOf = (
  { abilities, memory }: Station,
  { values }: StationQuirks,
  alone: boolean,
): StationCapabilities => ({
  ...withoutSwitching(abilities.capabilities),
  ...(values.phaseSwitching ? { switchesPhases: true } : {}),
  rateUnit: values.rateUnit,
  maxPeriods: values.sessionPlace === "TxProfile" ? values.maxPeriods : Math.max(1, values.maxPeriods - 1),
  maxStackLevel: values.stackLevel,
  ...(values.sessionPlace === "TxProfile" ? {} : { sharesDefault: true }),
  // Where a session's schedule stands as the station's maximum, another would take its place.
  ...(values.sessionPlace === "ChargePointMaxProfile-station" ? { stationMaximum: false } : {}),
  ...(values.profileKind === "relative" ? { oneValue: true } : {}),
  ...(alone ? {} : { severalEvses: true }),
  ...dischargeOf(abilities, values, alone),
  ...(memory.clock.aheadMs === 0 ? {} : { clockAheadMs: memory.clock.aheadMs }),
  ...(values.smartCharging ? {} : { noProfiles: true }),
  ...(values.pause === "minimum" ? { pausesAtMinimum: true } : {}),
  ...(values.secondsBetweenProfiles === 0
    ? {}
    : { betweenProfilesMs: values.secondsBetweenProfiles * SECOND_MS }),
});

const withoutSwitching = ({
  switchesPhases: _told,
  ...capabilities
}: StationCapabilities): StationCapabilities => capabilities;

/**
 * An older station's way to give back counts only at the EVSEs whose own meter has vouched for that very way, in those
 * very words.
 */
const dischargeOf = (
  { capabilities }: Abilities,
  values: Quirks,
  alone: boolean,
): Partial<StationCapabilities> => {
  const { dischargeMethod: way, dischargeProofs } = values;
  if (way === "none" || capabilities.dischargeSetpoint || isEndless(values)) return {};
  if (isToldAside(way) && asideFault(values, alone) !== null) return {};
  const evseIds = provenEvses(dischargeProofs, { way, wording: asideWording(values) });
  if (evseIds.length === 0) return {};
  return { dischargesBy: { way, evseIds }, ...(isToldAside(way) ? { oneValue: true } : {}) };
};

/** Whether it has one EVSE, as far as it ever named any, and of those that the fleet knows. */
export const hasOneEvse = ({ id, memory }: Station, { evsesOf }: Pick<FleetGateway, "evsesOf">): boolean => {
  const named = [...memory.connectorStatus.keys()].map((name) => Number(name.slice(0, name.indexOf("/"))));
  return isAlone([...named, ...(evsesOf?.(id) ?? [])]);
};

/** What a station's settings say otherwise than is taken anyway. */
export const advertisedBy = ({ capabilities, maxOfflineDuration }: Abilities): QuirkValues => {
  const told: QuirkValues = {
    rateUnit: capabilities.rateUnit,
    maxPeriods: capabilities.maxPeriods,
    stackLevel: capabilities.maxStackLevel,
    ...(maxOfflineDuration === null ? {} : { maxOfflineDuration }),
  };
  return Object.fromEntries(
    QUIRK_NAMES.flatMap((name) =>
      told[name] === undefined || told[name] === DEFAULT_QUIRKS[name] ? [] : [[name, told[name]]],
    ),
  );
};
/** What the rules of 2.1 hang on, as far as the station told it. Which transaction runs the fleet knows. */
export const factsOf = ({ abilities, held }: Station, schedule: Schedule | null): StationFacts => ({
  dynamicProfiles: abilities.capabilities.dynamicProfiles === true,
  priorityCharging: abilities.capabilities.priorityCharging === true,
  setpoints: abilities.capabilities.dischargeSetpoint,
  maxExternalConstraintsId: abilities.maxExternalConstraintsId,
  transactionId: undefined,
  // The one that this takes the place of is no rival, whatever its id was.
  held: [...held].flatMap(([key, one]) => (key === `${schedule?.evseId}/${schedule?.purpose}` ? [] : [one])),
});

/** Remembers which profile a station took, in place of the one before of that EVSE and purpose. */
export const noteHeld = ({ held }: Station, schedule: Schedule, options: ProfileOptions): void => {
  const { id, evseId, purpose } = placed(schedule, options);
  remember(held, `${schedule.evseId}/${schedule.purpose}`, {
    id,
    purpose: purpose === "maximum" ? "ChargingStationMaxProfile" : purpose,
    stackLevel: options.stackLevel,
    evseId,
    transactionId: purpose === "TxProfile" ? schedule.transactionId : null,
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

/** Says something of a station, once. */
export const noteOnce = (
  station: Station,
  { log }: { readonly log: Log },
  { fields, message }: { readonly fields: object; readonly message: string },
): void => {
  if (isNews(station, `${message} ${JSON.stringify(fields)}`))
    log.warn({ stationId: station.id, ...fields }, message);
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
