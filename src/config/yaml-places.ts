import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { YouxuError } from "../domain/errors.js";

/** Codes of files that are read against a closed schema. */
export type FileFault =
  | "config.invalid"
  | "quirks.invalid"
  | "request.invalid"
  | "scenario.invalid"
  | "problem.invalid";

export type Path = readonly (string | number)[];

/** A parsed YAML text that knows where everything stands. */
export interface PlacedYaml {
  readonly value: unknown;
  /** Faults of the YAML itself: syntax, a key given twice. */
  readonly errors: readonly YouxuError[];
  /** `file:line:col path` of a value; of what is above it when it is not there. */
  placeOf(path: Path): string;
  /** `file:line:col path` of a key. */
  keyPlaceOf(path: Path): string;
}

/** `sites[0].nodes[1].importLimitKw`. */
export const pathText = (path: Path): string =>
  path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");

const nodeAt = (document: Document, path: Path): Node | null => {
  for (let length = path.length; length >= 0; length--) {
    const found: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(found)) return found;
  }
  return null;
};

const keyAt = (document: Document, path: Path): Node | null => {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return null;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  return pair !== undefined && isNode(pair.key) ? pair.key : null;
};

/** Parses YAML 1.2 and keeps the places. `code` is that of the errors. */
export const yamlPlaces = (text: string, file: string, code: FileFault = "config.invalid"): PlacedYaml => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const place = (node: Node | null, path: Path): string =>
    `${at(node?.range?.[0] ?? 0)} ${pathText(path)}`.trimEnd();
  const errors = document.errors.map((error) => new YouxuError(code, error.message, at(error.pos[0])));
  return {
    value: readValue(document, errors, { code, at }),
    errors,
    placeOf: (path) => place(nodeAt(document, path), path),
    keyPlaceOf: (path) => place(keyAt(document, path) ?? nodeAt(document, path), path),
  };
};

interface ReadContext {
  readonly code: FileFault;
  readonly at: (offset: number) => string;
}

/** Plain data of a document; a broken alias, or too many, is a fault like the others. */
const readValue = (document: Document, errors: YouxuError[], { code, at }: ReadContext): unknown => {
  if (errors.length > 0) return null;
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    errors.push(new YouxuError(code, error instanceof Error ? error.message : String(error), at(0)));
    return null;
  }
};
