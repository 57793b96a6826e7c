import { toSite } from "../src/config/site-schema.js";
import { YouxuError } from "../src/domain/errors.js";
import type { OcppVersion } from "../src/domain/fleet.js";
import type { Site, StationConfig } from "../src/domain/site.js";
import type { EpochMs } from "../src/domain/units.js";
import { assignToFree } from "./importers/assign.js";
import { readSessions } from "./importers/sessions-csv.js";
import { atClock, resolveLocal } from "./local-time.js";
import type { Scenario } from "./scenario.js";
import type { ScenarioFile } from "./scenario-schema.js";
import type { NewStation } from "./station/model.js";
import { drawVisits } from "./world/draw-visits.js";
import type { Visit } from "./world/visit.js";

export type Population = Pick<Scenario, "site" | "stations" | "arrivals">;

/** Where a scenario's stays come from besides the file itself. */
export interface Origin {
  readonly file: string;
  /** Table of real sessions. */
  readonly table: { readonly file: string; readonly text: string } | null;
  readonly seed: number;
}

interface Span {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}

/**
 * Stations and stays of a scenario. A scenario with `world.replay` takes both from the table; any
 * other draws its stays, or takes those of a table where one is given, at its own stations.
 */
export const populate = (parsed: ScenarioFile, origin: Origin, span: Span): Population => {
  if (parsed.world.replay !== null) return replayed(parsed, parsed.world.replay, origin, span);
  const own = ownStations(parsed, origin, span.startMs);
  return origin.table === null
    ? drawn(parsed, own, { seed: origin.seed, startMs: span.startMs })
    : { ...own, arrivals: within(assigned(own.site, origin.table, span)) };
};

interface OwnStations extends Pick<Scenario, "site" | "stations"> {
  readonly kinds: readonly ScenarioFile["world"]["stations"][number][];
}

const ownStations = (parsed: ScenarioFile, { file }: Origin, atMs: EpochMs): OwnStations => {
  const site = toSite(parsed.site);
  const kinds = parsed.world.stations.flatMap((kind) => Array.from({ length: kind.count }, () => kind));
  if (kinds.length !== site.stations.length)
    throw new YouxuError(
      "scenario.invalid",
      `world.stations counts ${kinds.length} stations, the site has ${site.stations.length}`,
      file,
    );
  const stations = site.stations.flatMap((station, index) =>
    newStations(station, kinds[index]?.version ?? "1.6", atMs),
  );
  return { site, stations, kinds };
};

/** Virtual stations have one EVSE. */
const newStations = (station: StationConfig, version: OcppVersion, atMs: EpochMs): NewStation[] =>
  station.evses.slice(0, 1).map((evse) => ({ stationId: station.id, version, evse, atMs }));

const drawn = (
  parsed: ScenarioFile,
  { site, stations, kinds }: OwnStations,
  { seed, startMs }: { seed: number; startMs: EpochMs },
): Population => {
  const versions = new Map(stations.map(({ stationId, version }) => [stationId, version]));
  const bidirectional = new Set(
    stations.filter(({ evse }) => evse.maxDischargeKw > 0).map(({ stationId }) => stationId),
  );
  const query = {
    seed,
    zone: site.timeZone,
    startMs,
    classes: parsed.world.cars,
    places: site.stations.map(({ id }, index) => ({ stationId: id, cars: kinds[index]?.cars ?? {} })),
    tellsNeeds: (stationId: string) => versions.get(stationId) !== "1.6",
    canDischarge: (stationId: string) => bidirectional.has(stationId),
  };
  return { site, stations, arrivals: (fromMs, toMs) => drawVisits(query, fromMs, toMs) };
};

const within =
  (visits: readonly Visit[]): Population["arrivals"] =>
  (fromMs, toMs) =>
    visits.filter(({ arriveMs }) => arriveMs >= fromMs && arriveMs < toMs);

/** Stays of the table that lie wholly within the run. */
const sessionsWithin = (
  { text, file }: NonNullable<Origin["table"]>,
  epochMs: EpochMs,
  { startMs, endMs }: Span,
): Visit[] => {
  const visits = readSessions(text, file, epochMs);
  const inside = visits.filter(({ arriveMs, departMs }) => arriveMs >= startMs && departMs <= endMs);
  if (inside.length === 0)
    throw new YouxuError(
      "sessions.invalid",
      `none of its ${visits.length} sessions lies within the run, ${isoOf(startMs)} to ${isoOf(endMs)}; ` +
        `its period 0 is taken as ${isoOf(epochMs)}: give more --hours`,
      file,
    );
  return inside;
};

const isoOf = (atMs: EpochMs): string => new Date(atMs).toISOString().slice(0, 16).concat("Z");

/** A table at stations of another place: its period 0 is the local midnight before the run. */
const assigned = (site: Site, table: NonNullable<Origin["table"]>, span: Span): Visit[] => {
  const midnightMs = atClock("00:00", site.timeZone, span.startMs, 0);
  const places = site.stations.map(({ id }) => id);
  return assignToFree(sessionsWithin(table, midnightMs, span), places, table.file);
};

const replayed = (
  parsed: ScenarioFile,
  replay: NonNullable<ScenarioFile["world"]["replay"]>,
  origin: Origin,
  span: Span,
): Population => {
  if (origin.table === null)
    throw new YouxuError("usage.invalid", "this scenario replays a table: give --sessions FILE", origin.file);
  const site = toSite(parsed.site);
  const epochMs = resolveLocal(replay.epoch, site.timeZone, span.startMs);
  const visits = sessionsWithin(origin.table, epochMs, span);
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
    arrivals: within(visits),
  };
};
