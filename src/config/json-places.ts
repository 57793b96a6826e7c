import { findNodeAtLocation, type Node, type ParseError, parseTree, visit } from "jsonc-parser";
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
const placeAt = (text: string, file: string, offset: number): string => {
  const before = text.slice(0, offset);
  return `${file}:${before.split("\n").length}:${offset - before.lastIndexOf("\n")}`;
};

const syntaxFault = (text: string, file: string, error: unknown): ProblemFault => {
  if (text.trim() === "") return { place: `${file}:1:1`, message: "is empty" };
  const errors: ParseError[] = [];
  parseTree(text, errors, STRICT);
  const message = error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
  return { place: placeAt(text, file, errors[0]?.offset ?? text.length), message };
};

/** Of a key that is given twice a parser keeps the last, and what was meant is not known. */
const keysTwice = (text: string, file: string): ProblemFault[] => {
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
          place: placeAt(text, file, offset),
          message: `"${key}" is given twice, first at ${placeAt(text, file, first)}`,
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
  let tree: Node | undefined;
  const placeOf = (path: Path, ofKey: boolean): string => {
    tree ??= parseTree(text);
    const value = tree === undefined ? undefined : nodeAt(tree, path);
    // A property holds its key and its value.
    const node = ofKey ? (value?.parent?.children?.[0] ?? value) : value;
    return `${placeAt(text, file, node?.offset ?? 0)} ${pathText(path)}`.trimEnd();
  };
  const places = {
    placeOf: (path: Path) => placeOf(path, false),
    keyPlaceOf: (path: Path) => placeOf(path, true),
  };
  try {
    return { value: JSON.parse(text), faults: keysTwice(text, file), ...places };
  } catch (error) {
    return { value: null, faults: [syntaxFault(text, file, error)], ...places };
  }
};
