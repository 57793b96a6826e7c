import { toSite } from "../src/config/site-schema.js";
import { ratedKw } from "../src/domain/draw.js";
import { YouxuError } from "../src/domain/errors.js";
import type { OcppVersion } from "../src/domain/fleet.js";
import type { StationConfig } from "../src/domain/site.js";
import type { EpochMs } from "../src/domain/units.js";
import { assignToFree } from "./importers/assign.js";
import { readSessions, type TableSession } from "./importers/sessions-csv.js";
import { atClock, localMinute, resolveLocal } from "./local-time.js";
import type { Scenario } from "./scenario.js";
import type { ScenarioFile } from "./scenario-schema.js";
import type { NewStation } from "./station/model.js";
import { drawVisits } from "./world/draw-visits.js";
import type { Visit } from "./world/visit.js";

export type Population = Pick<Scenario, "site" | "stations" | "arrivals" | "sessions">;

/** What became of a table of sessions. */
export interface SessionsRead {
  readonly file: string;
  readonly rows: number;
  /** Rows that are replayed. */
  readonly used: number;
  /** Rows left out, since they do not lie wholly within the run. */
  readonly outsideRun: number;
  /** Of those that are used: cars that would take more than their pile gives, and so charge slower. */
  readonly abovePile: number;
}

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
    : atOwnStations(own, origin.table, span);
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
    newStations(station, kinds[index]?.version ?? "1.6", atMs).map((made) => ({
      ...made,
      ...(kinds[index]?.stationFaults.length ? { faults: kinds[index].stationFaults } : {}),
    })),
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
  return { site, stations, arrivals: (fromMs, toMs) => drawVisits(query, fromMs, toMs), sessions: null };
};

const within =
  (visits: readonly Visit[]): Population["arrivals"] =>
  (fromMs, toMs) =>
    visits.filter(({ arriveMs }) => arriveMs >= fromMs && arriveMs < toMs);

type Table = NonNullable<Origin["table"]>;

interface TableStays {
  readonly all: readonly TableSession[];
  readonly inside: readonly TableSession[];
}

/** Stays of the table, and which of them lie wholly within the run; `zone` is that of messages. */
const staysOf = (
  { text, file }: Table,
  { epochMs, zone, startMs, endMs }: Span & { epochMs: EpochMs; zone: string },
): TableStays => {
  const all = readSessions(text, file, epochMs);
  const inside = all.filter(({ visit }) => visit.arriveMs >= startMs && visit.departMs <= endMs);
  const local = (atMs: EpochMs): string => localMinute(atMs, zone);
  if (inside.length === 0)
    throw new YouxuError(
      "sessions.invalid",
      `none of its ${all.length} sessions lies within the run, ${local(startMs)} to ${local(endMs)} (${zone}); ` +
        `its period 0 is taken as ${local(epochMs)}: give more --hours`,
      file,
    );
  return { all, inside };
};

const sessionsRead = (
  file: string,
  { all, inside }: TableStays,
  placed: { visits: readonly Visit[]; stations: readonly NewStation[] },
): SessionsRead => {
  const mostKw = new Map(placed.stations.map(({ stationId, evse }) => [stationId, ratedKw(evse)]));
  const isAbove = ({ stationId, car }: Visit): boolean =>
    car.maxChargeKw > (mostKw.get(stationId) ?? Infinity) + 1e-9;
  return {
    file,
    rows: all.length,
    used: inside.length,
    outsideRun: all.length - inside.length,
    abovePile: placed.visits.filter(isAbove).length,
  };
};

/** A table at stations of another place: its period 0 is the local midnight before the run. */
const atOwnStations = ({ site, stations }: OwnStations, table: Table, span: Span): Population => {
  const zone = site.timeZone;
  const stays = staysOf(table, { ...span, zone, epochMs: atClock("00:00", zone, span.startMs, 0) });
  const piles = site.stations.map(({ id }) => id);
  const visits = assignToFree(stays.inside, { piles, zone, file: table.file });
  const sessions = sessionsRead(table.file, stays, { visits, stations });
  return { site, stations, arrivals: within(visits), sessions };
};

const replayed = (
  parsed: ScenarioFile,
  replay: NonNullable<ScenarioFile["world"]["replay"]>,
  { table, file }: Origin,
  span: Span,
): Population => {
  if (table === null)
    throw new YouxuError("usage.invalid", "this scenario replays a table: give --sessions FILE", file);
  const site = toSite(parsed.site);
  const zone = site.timeZone;
  const stays = staysOf(table, { ...span, zone, epochMs: resolveLocal(replay.epoch, zone, span.startMs) });
  const visits = stays.inside.map(({ visit }) => visit);
  const ids = [...new Set(visits.map(({ stationId }) => stationId))].sort();
  const added = ids.map(
    (id): StationConfig => ({
      id,
      siteId: site.id,
      nodeId: replay.node ?? site.rootNodeId,
      evses: [{ evseId: 1, ...replay.evse, maxDischargeKw: 0 }],
    }),
  );
  const stations = added.flatMap((station) => newStations(station, replay.version, span.startMs));
  return {
    site: { ...site, stations: [...site.stations, ...added] },
    stations,
    arrivals: within(visits),
    sessions: sessionsRead(table.file, stays, { visits, stations }),
  };
};
