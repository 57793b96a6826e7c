import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { validate } from "../src/config/validate.js";
import { type PlacedYaml, yamlPlaces } from "../src/config/yaml-places.js";
import { whyUnopened } from "../src/domain/unread-file.js";
import { YouxuError } from "../src/domain/errors.js";
import { Faults } from "../src/domain/faults.js";
import type { Site } from "../src/domain/site.js";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../src/domain/units.js";
import { atLocal, resolveLocal } from "./local-time.js";
import { populate, type SessionsRead } from "./population.js";
import { type SharingDriver, sharingDrivers } from "./scenario-sharing.js";
import { scenarioFaults } from "./scenario-faults.js";
import { type ScenarioFile, scenarioSchema } from "./scenario-schema.js";
import type { NewStation } from "./station/model.js";
import { randomStream } from "./world/random.js";
import type { Visit } from "./world/visit.js";

/** A fault to come: which stations, from when to when. */
export interface ScenarioFault {
  readonly kind: "offline" | "stuck" | "silent" | "off" | "lossy" | "late";
  /** Share of the messages of a `lossy` station that are lost, or their answers. */
  readonly lossShare?: number;
  /** The longest that a message of a `late` station is on its way, or its answer. */
  readonly lateSeconds?: number;
  readonly stationIds: readonly string[];
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** A grid operator's event to come; the composition posts it. */
export interface ScenarioEvent {
  readonly postMs: EpochMs;
  readonly type: string;
  readonly value: number;
  /** null: at every site's root. */
  readonly nodeIds: readonly string[] | null;
  /** Beginning: the moment of posting where the scenario says now. */
  readonly startMs: EpochMs;
  readonly startsNow: boolean;
  readonly endMs: EpochMs;
}

/** A scenario with every random choice settled by its seed: the same seed gives the same scenario. */
export interface Scenario {
  readonly name: string;
  readonly seed: number;
  readonly policy: string;
  readonly startMs: EpochMs;
  /** Infinity for a world without end. */
  readonly endMs: EpochMs;
  readonly site: Site;
  /** Absolute paths. */
  readonly tariffFiles: readonly string[];
  readonly priceFiles: readonly { readonly id: string; readonly file: string }[];
  readonly stations: readonly NewStation[];
  /** Stays that begin in [fromMs, toMs), by arrival. Cars that stand there at the start arrive then. */
  readonly arrivals: (fromMs: EpochMs, toMs: EpochMs) => readonly Visit[];
  readonly faults: readonly ScenarioFault[];
  readonly events: readonly ScenarioEvent[];
  /** Who shares piles, beside those who arrive; left out: nobody. */
  readonly sharing?: readonly SharingDriver[];
  readonly sampleMs: number;
  readonly baseNoiseShare: number;
  readonly pvCloudShare: number;
  /** What became of the table that is replayed; null where stays are drawn. */
  readonly sessions: SessionsRead | null;
}

export interface ScenarioOptions {
  /** Overrides the file's seed. */
  readonly seed?: number;
  /** Overrides the file's duration; Infinity for a world without end. */
  readonly durationHours?: number;
  /** Table of real sessions, replayed instead of drawn ones. */
  readonly sessions?: string;
}

/** Reads a scenario file. Tells all that is wrong at once, with file, line and column. */
export const loadScenario = (file: string, options: ScenarioOptions = {}): Scenario => {
  const { parsed, yaml } = readScenario(file);
  const durationHours = options.durationHours ?? parsed.durationHours;
  const table =
    options.sessions === undefined ? null : { file: options.sessions, text: readText(options.sessions) };
  const scenario = toScenario(
    { ...parsed, durationHours },
    { file, table, seed: options.seed ?? parsed.seed },
  );
  // A shorter run than the file's leaves out what comes after its end: that is asked for.
  const longestHours = Math.max(durationHours, parsed.durationHours);
  const endMs = scenario.startMs + longestHours * HOUR_MS;
  const faults = scenarioFaults(parsed, { ...scenario, endMs });
  if (faults.length === 0) return scenario;
  throw new Faults(
    faults.map(({ path, message }) => new YouxuError("scenario.invalid", message, yaml.placeOf(path))),
  );
};

const readScenario = (file: string): { parsed: ScenarioFile; yaml: PlacedYaml } => {
  const yaml = yamlPlaces(readText(file), file, "scenario.invalid");
  if (yaml.errors.length > 0) throw new Faults(yaml.errors);
  const read = validate(scenarioSchema, yaml.value, yaml, "scenario.invalid");
  if (!read.ok) throw new Faults(read.errors);
  return { parsed: read.value, yaml };
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new YouxuError("file.unreadable", whyUnopened(error), file);
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
      lossShare: fault.lossShare,
      lateSeconds: fault.lateSeconds,
      stationIds: chooseStations(fault.stations, site, { seed: origin.seed, name: `fault/${index}` }),
      fromMs: resolveLocal(fault.from, zone, startMs),
      toMs: resolveLocal(fault.from, zone, startMs) + fault.minutes * MINUTE_MS,
    })),
    events: parsed.events.map((event) => toEvent(event, zone, startMs)),
    sharing: sharingDrivers(parsed, site, startMs),
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
    nodeIds: event.nodes.length === 0 ? null : event.nodes,
    startMs: from,
    startsNow,
    endMs: from + event.minutes * MINUTE_MS,
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
