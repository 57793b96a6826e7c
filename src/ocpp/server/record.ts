import { createHash } from "node:crypto";
import type { OcppVersion, StationCapabilities } from "../../domain/fleet.js";
import { type Abilities, DEFAULT_CAPABILITIES } from "../common/codec.js";
import { clockAhead } from "../common/station-clock.js";
import { remember } from "../common/memory.js";
import { isObject, listAt, numberAt, objectAt, type Payload, SUBPROTOCOLS, textAt } from "../wire.js";
import type { Desk } from "./desk.js";
import { advertisedBy, createStation, type Station } from "./station.js";

/**
 * What a restart of ours must find again of a station: what it told of its abilities, since the ids of
 * profiles hang on them; under which ids it holds ours; how far its clock is ahead; and its connectors,
 * since an EVSE of two is free only when both are.
 */
const COLLECTION = "ocpp-stations";

export async function recallStation(id: string, { documents, quirks }: Desk): Promise<Station> {
  const station = createStation(id);
  const stored = await documents.get(COLLECTION, id);
  if (!isObject(stored)) return station;
  for (const { name } of listAt(stored, "connectors"))
    if (typeof name === "string") remember(station.memory.connectorStatus, name, "Unknown");
  for (const base of listAt(stored, "idBases")) {
    const [key, idBase] = [textAt(base, "key"), numberAt(base, "idBase")];
    if (key !== null && idBase !== null) station.idBases.set(key, idBase);
  }
  station.memory.clock = clockAhead(numberAt(stored, "clockAheadMs") ?? 0);
  station.knownAs = [...SUBPROTOCOLS.values()].find((version) => version === stored["version"]) ?? null;
  if (station.knownAs !== null) {
    station.abilities = readAbilities(objectAt(stored, "abilities"));
    quirks.advertise(id, advertisedBy(station.abilities));
  }
  return station;
}

function readAbilities(stored: Payload): Abilities {
  const capabilities = objectAt(stored, "capabilities");
  return {
    capabilities: {
      rateUnit: capabilities["rateUnit"] === "W" ? "W" : "A",
      maxPeriods: numberAt(capabilities, "maxPeriods") ?? DEFAULT_CAPABILITIES.maxPeriods,
      maxStackLevel: numberAt(capabilities, "maxStackLevel") ?? DEFAULT_CAPABILITIES.maxStackLevel,
      dischargeSetpoint: capabilities["dischargeSetpoint"] === true,
      ...only21(capabilities),
    },
    maxExternalConstraintsId: numberAt(stored, "maxExternalConstraintsId"),
    maxOfflineDuration:
      typeof stored["maxOfflineDuration"] === "boolean" ? stored["maxOfflineDuration"] : null,
    silentMeter: stored["silentMeter"] === true,
  };
}

/** What not every version or station has; left out where it was not told. */
function only21(capabilities: Payload): Partial<StationCapabilities> {
  const updateRateLimitS = numberAt(capabilities, "updateRateLimitS");
  return {
    ...(capabilities["switchesPhases"] === true ? { switchesPhases: true } : {}),
    ...(capabilities["takesPhaseToUse"] === true ? { takesPhaseToUse: true } : {}),
    ...(capabilities["dynamicProfiles"] === true ? { dynamicProfiles: true } : {}),
    ...(capabilities["priorityCharging"] === true ? { priorityCharging: true } : {}),
    ...(capabilities["stationMaximum"] === true ? { stationMaximum: true } : {}),
    ...(updateRateLimitS === null ? {} : { updateRateLimitS }),
  };
}

interface StationRecord {
  readonly version: OcppVersion | null;
  readonly abilities: Abilities;
  readonly clockAheadMs: number;
  readonly connectors: readonly { readonly name: string }[];
  readonly idBases: readonly { readonly key: string; readonly idBase: number }[];
}

const recordOf = ({ knownAs, abilities, memory, idBases }: Station): StationRecord => ({
  version: knownAs,
  abilities,
  clockAheadMs: memory.clock.aheadMs,
  connectors: [...memory.connectorStatus.keys()].sort().map((name) => ({ name })),
  idBases: [...idBases].map(([key, idBase]) => ({ key, idBase })),
});

/** Keeps what is new; resolves after the commit. */
export async function keepRecord(station: Station, desk: Desk): Promise<void> {
  const record = recordOf(station);
  const digest = createHash("sha1").update(JSON.stringify(record)).digest("base64");
  if (digest === station.keptRecord) return;
  station.keptRecord = digest;
  await desk.track(() => desk.documents.put(COLLECTION, station.id, record), undefined);
}
