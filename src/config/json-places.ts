import { findNodeAtLocation, type Node, type ParseError, parseTree, visit } from "jsonc-parser";
import { LineCounter } from "yaml";
import type { ProblemFault } from "../domain/plan.js";
import type { Places } from "./validate.js";
import { type Path, pathText } from "./yaml-places.js";

/** A JSON text that knows where everything stands. */
export interface PlacedJson extends Places {
  /** null where the text is no JSON. */
  readonly value: unknown;
  /** What is no JSON, or a key given twice, each with `file:line:col`. */
  readonly faults: readonly ProblemFault[];
}

const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

/** `file:line:col`, both from 1, of an offset. */
type PlaceAt = (offset: number) => string;

/** Knows the beginnings of all lines once it is asked, so that many places cost little more than one. */
const placesIn = (text: string, file: string): PlaceAt => {
  let lines: LineCounter | null = null;
  const counted = (): LineCounter => {
    const counter = new LineCounter();
    counter.addNewLine(0);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) counter.addNewLine(at + 1);
    return counter;
  };
  return (offset) => {
    const { line, col } = (lines ??= counted()).linePos(offset);
    return `${file}:${line}:${col}`;
  };
};

/** Where the first error stands; what is nested too deeply for that, at the beginning. */
const errorOffset = (text: string): number => {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, STRICT);
  } catch {
    return 0;
  }
  return errors[0]?.offset ?? text.length;
};

const syntaxFault = (text: string, placeAt: PlaceAt, error: unknown): ProblemFault => {
  if (text.trim() === "") return { place: placeAt(0), message: "is empty" };
  if (error instanceof RangeError)
    return { place: placeAt(errorOffset(text)), message: "is nested too deeply" };
  const message = error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
  return { place: placeAt(errorOffset(text)), message };
};

/** Of a key that is given twice a parser keeps the last, and what was meant is not known. */
const keysTwice = (text: string, placeAt: PlaceAt): ProblemFault[] => {
  const faults: ProblemFault[] = [];
  const objects: Map<string, number>[] = [];
  visit(text, {
    onObjectBegin: () => void objects.push(new Map()),
    onObjectEnd: () => void objects.pop(),
    onObjectProperty: (key, offset) => {
      const first = objects.at(-1)?.get(key);
      if (first === undefined) objects.at(-1)?.set(key, offset);
      else
        faults.push({
          place: placeAt(offset),
          message: `"${key}" is given twice, first at ${placeAt(first)}`,
        });
    },
  });
  return faults;
};

/** The nearest value at or above a path. */
const nodeAt = (root: Node, path: Path): Node => {
  for (let length = path.length; length > 0; length--) {
    const found = findNodeAtLocation(root, path.slice(0, length));
    if (found !== undefined) return found;
  }
  return root;
};

/** Reads JSON and keeps the places; the tree of places is made where one is asked for. */
export const jsonPlaces = (text: string, file: string): PlacedJson => {
  const placeAt = placesIn(text, file);
  let tree: Node | undefined;
  const placeOf = (path: Path, ofKey: boolean): string => {
    tree ??= parseTree(text);
    const value = tree === undefined ? undefined : nodeAt(tree, path);
    // A property holds its key and its value.
    const node = ofKey ? (value?.parent?.children?.[0] ?? value) : value;
    return `${placeAt(node?.offset ?? 0)} ${pathText(path)}`.trimEnd();
  };
  const places = {
    placeOf: (path: Path) => placeOf(path, false),
    keyPlaceOf: (path: Path) => placeOf(path, true),
  };
  try {
    return { value: JSON.parse(text), faults: keysTwice(text, placeAt), ...places };
  } catch (error) {
    return { value: null, faults: [syntaxFault(text, placeAt, error)], ...places };
  }
};
