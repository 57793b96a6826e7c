import type { OcppVersion } from "../../../src/domain/fleet.js";
import { randomStream } from "../../world/random.js";
import type { NewStation } from "../model.js";
import { objectOf, type Payload, type Words } from "../wire/words.js";
import { CLOCK_FAULTS } from "./clocks.js";
import type { StationFault } from "./contract.js";
import { MESSAGE_FAULTS } from "./messages.js";
import { DISCHARGE_KINDS } from "./discharge.js";
import { METER_FAULTS } from "./meters.js";
import { PHASE_KINDS } from "./phases.js";
import { PROFILE_FAULTS } from "./profiles.js";

const FAMILIES = [PROFILE_FAULTS, CLOCK_FAULTS, METER_FAULTS, MESSAGE_FAULTS] as const;
const ALL = [...FAMILIES, DISCHARGE_KINDS, PHASE_KINDS] as const;

type NamesOf<T> = T extends Record<infer Name, unknown> ? Name : never;
export type StationFaultName = NamesOf<(typeof ALL)[number]>;

/** What is known to be wrong with stations in the field, by name. */
export const STATION_FAULTS: ReadonlyMap<string, StationFault> = new Map(
  ALL.flatMap((family): [string, StationFault][] => Object.entries(family)),
);

const isFaultName = (name: string): name is StationFaultName => STATION_FAULTS.has(name);

export const STATION_FAULT_NAMES: readonly StationFaultName[] = [...STATION_FAULTS.keys()].filter(
  isFaultName,
);

/** How a station with these faults speaks and listens, the later faults around the earlier ones. */
export const withFaults = (words: Words, spec: NewStation): Words =>
  (spec.faults ?? []).reduce(
    (faulty, name) => STATION_FAULTS.get(name)?.words?.(faulty, spec) ?? faulty,
    withFirmware(words, spec),
  );

/** Stations with the same faults are one model: they tell a firmware of their own. */
const withFirmware = (words: Words, { faults = [] }: NewStation): Words =>
  faults.length === 0
    ? words
    : {
        ...words,
        boot: (spec) => {
          const call = words.boot(spec);
          return call === null ? null : { ...call, payload: firmwareIn(call.payload, faults.join("+")) };
        },
      };

/** OCPP takes so many characters of it. */
const LONGEST = 50;

/** 1.6 tells it beside vendor and model, 2.x with them. */
const firmwareIn = (payload: Payload, name: string): Payload => {
  const firmwareVersion = name.slice(0, LONGEST);
  const station = payload["chargingStation"];
  return station === undefined
    ? { ...payload, firmwareVersion }
    : { ...payload, chargingStation: { ...objectOf(station), firmwareVersion } };
};

export const sleepsAtZero = ({ faults = [] }: Pick<NewStation, "faults">): boolean =>
  faults.some((name) => STATION_FAULTS.get(name)?.sleepsAtZero === true);

export const endsAtZero = ({ faults = [] }: Pick<NewStation, "faults">): boolean =>
  faults.some((name) => STATION_FAULTS.get(name)?.endsAtZero === true);

export const switchesPhases = ({ faults = [] }: Pick<NewStation, "faults">): boolean =>
  faults.some((name) => STATION_FAULTS.get(name)?.switchesPhases === true);

export const ignoresProfiles = ({ faults = [] }: Pick<NewStation, "faults">): boolean =>
  faults.some((name) => STATION_FAULTS.get(name)?.ignoresProfiles === true);

export const isUnchecked = ({ faults = [] }: Pick<NewStation, "faults">): boolean =>
  faults.some((name) => STATION_FAULTS.get(name)?.unchecked === true);

/** The name that a station gives of itself. */
export const identityOf = ({ stationId, faults = [] }: Pick<NewStation, "stationId" | "faults">): string =>
  faults.reduce((given: string, name) => STATION_FAULTS.get(name)?.identity?.(given) ?? given, stationId);

/** What a station with these faults makes of a limit below zero; undefined: nothing. */
export const givesBack = ({ faults = [] }: Pick<NewStation, "faults">): StationFault["givesBack"] =>
  faults.flatMap((name) => STATION_FAULTS.get(name)?.givesBack ?? []).at(0);

/** Of a family at most this share of stations have a fault. */
const SHARE = 0.5;

/** A mixture for one station, drawn by seed and identity: of each family one or none. */
export const drawFaults = (seed: number, stationId: string, version: OcppVersion): StationFaultName[] => {
  const stream = randomStream(seed, `${stationId}/faults`);
  return FAMILIES.flatMap((family) => {
    const names = Object.keys(family)
      .filter(isFaultName)
      .filter((name) => STATION_FAULTS.get(name)?.versions?.includes(version) ?? true);
    const [isFaulty, at] = [stream.uniform(0, 1) < SHARE, Math.floor(stream.uniform(0, names.length))];
    const name = names[at];
    return isFaulty && name !== undefined ? [name] : [];
  });
};
