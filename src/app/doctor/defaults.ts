import type { Config } from "../../config/index.js";
import { counted } from "../../domain/figures.js";
import type { Site } from "../../domain/site.js";
import { DEFAULT_SHARE, type DefaultRoom, defaultQuarters, defaultRooms } from "../../planning/defaults.js";
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

/** The rule by which they get nothing, with its numbers, and what helps. */
export const adviceOf = (site: Site): string =>
  `${defaultRooms(site)
    .flatMap((room) => tooLittle(site, room))
    .join("; ")}: ` +
  `raise a limit if the connection bears more (failsafe changes nothing here), or let the server run always; ` +
  `a car planned before keeps its plan`;

/** What the defaults below a node need beside what they may have when that is least; none where it is enough. */
const tooLittle = ({ stations, rootNodeId }: Site, room: DefaultRoom): string[] => {
  const { nodeId, limitKw, needKw, roomKw } = room;
  const leastKw = Math.min(...roomKw);
  if (needKw <= leastKw) return [];
  const whose = nodeId === rootNodeId ? `of ${counted(stations.length, "station")} ` : "";
  return [
    `the minimum currents ${whose}need ${needKw.toFixed(2)} kW at ${nodeId} together, and what cars may draw there without a plan, ` +
      `${100 * DEFAULT_SHARE} % of what base load leaves free of its ${limitKw} kW, is ${leastKw.toFixed(2)} kW at ${clockOf(roomKw.indexOf(leastKw))}`,
  ];
};

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
