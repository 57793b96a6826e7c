import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { toSite } from "../src/config/site-schema.js";
import { YouxuError } from "../src/domain/errors.js";
import type { OcppVersion } from "../src/domain/fleet.js";
import type { Site, StationConfig } from "../src/domain/site.js";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../src/domain/units.js";
import { readSessions } from "./importers/sessions-csv.js";
import { atLocal, resolveLocal } from "./local-time.js";
import { type ScenarioFile, scenarioSchema } from "./scenario-schema.js";
import type { NewStation } from "./station/model.js";
import { drawVisits } from "./world/draw-visits.js";
import { randomStream } from "./world/random.js";
import type { Visit } from "./world/visit.js";
import { readYaml } from "./yaml-file.js";

/** A fault to come: which stations, from when to when. */
interface ScenarioFault {
  readonly kind: "offline" | "stuck";
  readonly stationIds: readonly string[];
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** A grid operator's event to come; the composition posts it. */
export interface ScenarioEvent {
  readonly postMs: EpochMs;
  readonly type: string;
  readonly value: number;
  readonly nodeIds: readonly string[];
  /** Beginning: the moment of posting where the scenario says now. */
  readonly startMs: EpochMs;
  readonly startsNow: boolean;
  readonly endMs: EpochMs;
}

/** A scenario with every random choice made: the same seed gives the same scenario. */
export interface Scenario {
  readonly name: string;
  readonly seed: number;
  readonly policy: string;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly site: Site;
  /** Absolute paths. */
  readonly tariffFiles: readonly string[];
  readonly priceFiles: readonly { readonly id: string; readonly file: string }[];
  readonly stations: readonly NewStation[];
  readonly visits: readonly Visit[];
  readonly faults: readonly ScenarioFault[];
  readonly events: readonly ScenarioEvent[];
  readonly sampleMs: number;
  readonly baseNoiseShare: number;
  readonly pvCloudShare: number;
}

export interface ScenarioOptions {
  /** Overrides the file's seed. */
  readonly seed?: number;
  /** Overrides the file's duration. */
  readonly durationHours?: number;
  /** Table of real sessions, replayed instead of drawn ones. */
  readonly sessions?: string;
}

/** Reads a scenario file. Errors name file, line and column. */
export const loadScenario = (file: string, options: ScenarioOptions = {}): Scenario => {
  const written = readYaml(readText(file), file, scenarioSchema);
  const parsed = { ...written, durationHours: options.durationHours ?? written.durationHours };
  const table =
    options.sessions === undefined ? null : { file: options.sessions, text: readText(options.sessions) };
  return toScenario(parsed, { file, table, seed: options.seed ?? parsed.seed });
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new YouxuError("scenario.invalid", error instanceof Error ? error.message : "cannot be read", file);
  }
};

interface Origin {
  readonly file: string;
  readonly table: { readonly file: string; readonly text: string } | null;
  readonly seed: number;
}

const toScenario = (parsed: ScenarioFile, origin: Origin): Scenario => {
  const zone = parsed.site.timeZone;
  const startMs = atLocal(parsed.start, zone);
  const endMs = startMs + parsed.durationHours * HOUR_MS;
  const population = populate(parsed, origin, { startMs, endMs });
  const { site } = population;
  const files = (path: string): string => resolve(dirname(origin.file), path);
  return {
    name: parsed.name,
    seed: origin.seed,
    policy: parsed.policy,
    startMs,
    endMs,
    ...population,
    tariffFiles: parsed.tariffs.map(files),
    priceFiles: parsed.prices.map(({ id, file }) => ({ id, file: files(file) })),
    faults: parsed.faults.map((fault, index) => ({
      kind: fault.kind,
      stationIds: chooseStations(fault.stations, site, { seed: origin.seed, name: `fault/${index}` }),
      fromMs: resolveLocal(fault.from, zone, startMs),
      toMs: resolveLocal(fault.from, zone, startMs) + fault.minutes * MINUTE_MS,
    })),
    events: parsed.events.map((event) => toEvent(event, zone, startMs)),
    sampleMs: parsed.world.sampleSeconds * 1000,
    baseNoiseShare: parsed.world.baseNoiseShare,
    pvCloudShare: parsed.world.pvCloudShare,
  };
};

const toEvent = (event: ScenarioFile["events"][number], zone: string, startMs: EpochMs): ScenarioEvent => {
  const postMs = resolveLocal(event.at, zone, startMs);
  const startsNow = event.start === "now";
  const from = startsNow ? postMs : resolveLocal(event.start, zone, startMs);
  return {
    postMs,
    type: event.type,
    value: event.value,
    nodeIds: event.nodes,
    startMs: from,
    startsNow,
    endMs: from + event.minutes * MINUTE_MS,
  };
};

type Population = Pick<Scenario, "site" | "stations" | "visits">;
interface Span {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}

/** Stations and visits: from a table where the scenario replays one, else drawn. */
const populate = (parsed: ScenarioFile, origin: Origin, span: Span): Population => {
  if (parsed.world.replay !== null) return replayed(parsed, parsed.world.replay, origin, span);
  if (origin.table !== null)
    throw new YouxuError("scenario.invalid", "--sessions needs a scenario with world.replay", origin.file);
  return drawn(parsed, origin, span);
};

const drawn = (parsed: ScenarioFile, origin: Origin, span: Span): Population => {
  const site = toSite(parsed.site);
  const kinds = parsed.world.stations.flatMap((kind) => Array.from({ length: kind.count }, () => kind));
  if (kinds.length !== site.stations.length)
    throw new YouxuError(
      "scenario.invalid",
      `world.stations counts ${kinds.length} stations, the site has ${site.stations.length}`,
      origin.file,
    );
  const stations = site.stations.flatMap((station, index) =>
    newStations(station, kinds[index]?.version ?? "1.6", span.startMs),
  );
  const versions = new Map(stations.map(({ stationId, version }) => [stationId, version]));
  const visits = drawVisits({
    seed: origin.seed,
    zone: site.timeZone,
    ...span,
    classes: parsed.world.cars,
    places: site.stations.map(({ id }, index) => ({ stationId: id, cars: kinds[index]?.cars ?? {} })),
    tellsNeeds: (stationId) => versions.get(stationId) !== "1.6",
  });
  return { site, stations, visits };
};

/** Virtual stations have one EVSE. */
const newStations = (station: StationConfig, version: OcppVersion, atMs: EpochMs): NewStation[] =>
  station.evses.slice(0, 1).map((evse) => ({ stationId: station.id, version, evse, atMs }));

const replayed = (
  parsed: ScenarioFile,
  replay: NonNullable<ScenarioFile["world"]["replay"]>,
  origin: Origin,
  span: Span,
): Population => {
  if (origin.table === null)
    throw new YouxuError(
      "scenario.invalid",
      "this scenario replays a table: give --sessions FILE",
      origin.file,
    );
  const site = toSite(parsed.site);
  const epochMs = resolveLocal(replay.epoch, site.timeZone, span.startMs);
  const visits = readSessions(origin.table.text, origin.table.file, epochMs).filter(
    ({ arriveMs, departMs }) => arriveMs >= span.startMs && departMs <= span.endMs,
  );
  const ids = [...new Set(visits.map(({ stationId }) => stationId))].sort();
  const added = ids.map(
    (id): StationConfig => ({
      id,
      siteId: site.id,
      nodeId: replay.node ?? site.rootNodeId,
      evses: [{ evseId: 1, ...replay.evse, maxDischargeKw: 0 }],
    }),
  );
  return {
    site: { ...site, stations: [...site.stations, ...added] },
    stations: added.flatMap((station) => newStations(station, replay.version, span.startMs)),
    visits,
  };
};

const chooseStations = (
  chosen: number | readonly string[],
  site: Site,
  { seed, name }: { seed: number; name: string },
): readonly string[] => {
  if (typeof chosen !== "number") return chosen;
  const stream = randomStream(seed, name);
  const keyed = site.stations.map(({ id }) => ({ id, key: stream.uniform(0, 1) }));
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, chosen)
    .map(({ id }) => id)
    .sort();
};
