import { type Document, isMap, isNode, isSeq, type Node, parse, parseDocument, type YAMLSeq } from "yaml";
import { YouxuError } from "../domain/errors.js";

/** A station that does not stand in the site file yet. */
export interface NewStation {
  readonly id: string;
  /** Node it hangs on; null: the root. */
  readonly nodeId: string | null;
  readonly phases: 1 | 3;
  readonly maxA: number;
  readonly maxDischargeKw: number;
}

/**
 * The site file with the station at the end of a site's list. Only its own lines are added: every
 * other byte stays, with comments, order and layout. Throws where the list is written in a way that
 * cannot be added to by itself.
 */
export const withStation = (text: string, siteIndex: number, station: NewStation): string => {
  const document = parseDocument(text);
  const place = ["sites", siteIndex, "stations"];
  const list: unknown = document.getIn(place, true);
  const added = isSeq(list) ? intoList(text, list, station) : underSite(text, document, siteIndex, station);
  if (added === null || !addsOnly(text, added, siteIndex))
    throw new YouxuError(
      "config.unchanged",
      `write it there yourself: - ${inFlow(station)}`,
      `sites[${siteIndex}].stations`,
    );
  return added;
};

const intoList = (text: string, list: YAMLSeq, station: NewStation): string | null =>
  list.flow === true ? intoFlow(text, list, station) : intoBlock(text, list, station);

const intoFlow = (text: string, list: YAMLSeq, station: NewStation): string | null => {
  const end = (list.range?.[1] ?? 0) - 1;
  if (text[end] !== "]") return null;
  const before = text.slice(0, end).trimEnd();
  const comma = list.items.length === 0 || before.endsWith(",") ? "" : ",";
  return `${before}${comma}${before.endsWith("[") ? "" : " "}${inFlow(station)}${text.slice(before.length)}`;
};

const intoBlock = (text: string, list: YAMLSeq, station: NewStation): string | null => {
  const last = list.items.at(-1);
  if (!isNode(last)) return null;
  const [start = 0, end = 0] = last.range ?? [];
  const dash = /^([ ]*)-[ ]+$/.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1, start));
  return dash === null ? null : insertLines(text, end, inBlock(station, dash[1] ?? ""));
};

/** A site without a list of stations gets one. */
const underSite = (
  text: string,
  document: Document,
  siteIndex: number,
  station: NewStation,
): string | null => {
  const site: unknown = document.getIn(["sites", siteIndex], true);
  if (!isMap(site) || site.flow === true || site.has("stations")) return null;
  const indent = " ".repeat(columnOf(text, site));
  return insertLines(text, site.range?.[1] ?? 0, [`${indent}stations:`, ...inBlock(station, `${indent}  `)]);
};

const columnOf = (text: string, { range }: Node): number => {
  const start = range?.[0] ?? 0;
  return start - (text.lastIndexOf("\n", start - 1) + 1);
};

/** Lines after the one on which the content before `end` ends, a comment beside it included. */
const insertLines = (text: string, end: number, lines: readonly string[]): string => {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const content = text.slice(0, end).trimEnd().length;
  const lineEnd = text.indexOf(newline, content);
  const at = lineEnd === -1 ? text.length : lineEnd;
  return `${text.slice(0, at)}${newline}${lines.join(newline)}${text.slice(at)}`;
};

const inBlock = (station: NewStation, indent: string): string[] => [
  `${indent}- id: ${scalar(station.id)}`,
  ...(station.nodeId === null ? [] : [`${indent}  node: ${scalar(station.nodeId)}`]),
  `${indent}  evses: ${evses(station)}`,
];

const inFlow = (station: NewStation): string =>
  `{ ${inBlock(station, "")
    .map((line) => line.slice(2))
    .join(", ")} }`;

const evses = ({ phases, maxA, maxDischargeKw }: NewStation): string => {
  const discharge = maxDischargeKw > 0 ? `, maxDischargeKw: ${maxDischargeKw}` : "";
  return `[{ phases: ${phases}, voltageV: ${phases === 1 ? 220 : 230}, minA: 6, maxA: ${maxA}${discharge} }]`;
};

/** A text that YAML might read as something else is quoted. */
const scalar = (text: string): string =>
  /^[A-Za-z_][A-Za-z0-9._-]*$/.test(text) && parse(text) === text ? text : JSON.stringify(text);

/** Whether the one difference is one more station at that site. */
const addsOnly = (before: string, after: string, siteIndex: number): boolean => {
  const document = parseDocument(after);
  if (document.errors.length > 0) return false;
  const place = ["sites", siteIndex, "stations"];
  const list: unknown = document.getIn(place, true);
  if (!isSeq(list)) return false;
  list.items.pop();
  const expected = parseDocument(before);
  if (list.items.length === 0 && !expected.hasIn(place)) document.deleteIn(place);
  return JSON.stringify(document.toJS()) === JSON.stringify(expected.toJS());
};
