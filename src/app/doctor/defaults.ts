import type { Config } from "../../config/index.js";
import { counted } from "../../domain/figures.js";
import type { Site } from "../../domain/site.js";
import { defaultQuarters } from "../../planning/defaults.js";
import { type Finding, warning, well } from "./finding.js";

/** What a car gets that plugs in while the server is off, or has not planned yet. */
export const withoutServer = ({ sites }: Pick<Config, "sites">): Finding[] =>
  sites.map((site) => {
    const closed = closedHours(site);
    return closed === null
      ? well("without server", `${site.id}: a newly plugged car may draw its minimum current at any hour`)
      : warning("without server", closed, adviceOf(site));
  });

/** In which hours a newly plugged car gets nothing without the server, as a sentence; null: in none. */
export const closedHours = (site: Site): string | null => {
  const closed = spans(someClosed(site));
  return closed.length === 0
    ? null
    : `${site.id}: a newly plugged car gets nothing ${closed.join(", ")} (local time)`;
};

/** Each station with each quarter of the day in which it gets nothing without the server. */
export const closedQuarters = (site: Site): ReadonlySet<string> => {
  const quarters = defaultQuarters(site);
  return new Set(
    site.stations.flatMap(({ id, nodeId }) =>
      (quarters.get(nodeId) ?? []).flatMap((allowed, quarter) => (allowed ? [] : [`${quarter} ${id}`])),
    ),
  );
};

/** Per quarter of the day: whether a station of the site gets nothing in it. */
const someClosed = (site: Site): boolean[] => {
  const quarters = defaultQuarters(site);
  const stations = site.stations.map(({ nodeId }) => quarters.get(nodeId) ?? []);
  return Array.from({ length: 96 }, (_, quarter) => stations.some((allowed) => allowed[quarter] === false));
};

export const adviceOf = ({ stations, nodes }: Site): string =>
  `the minimum currents of ${counted(stations.length, "station")} are too much for the limit of ` +
  `${limitedIds(nodes).join(" or ")} then: raise it if the connection bears more (failsafe changes nothing here), or let the server run always; ` +
  `a car planned before keeps its plan`;

const limitedIds = (nodes: Site["nodes"]): string[] =>
  nodes.filter(({ importLimitKw }) => importLimitKw !== null).map(({ id }) => id);

/** Runs of true over the day's quarters, as `17:00–22:00`. */
const spans = (quarters: readonly boolean[]): string[] => {
  const starts = quarters.flatMap((on, at) => (on && quarters[at - 1] !== true ? [at] : []));
  return starts.map((start) => {
    const end = quarters.findIndex((on, at) => at > start && !on);
    return `${clockOf(start)}–${clockOf(end === -1 ? quarters.length : end)}`;
  });
};

const clockOf = (quarter: number): string =>
  `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
