import { LineCounter, isMap, isNode, isScalar, parseDocument } from "yaml";
import type { z } from "zod";
import { YouxuError } from "../src/domain/errors.js";

/**
 * Reads YAML text by a closed schema. Every problem is named with its place, `file:line:column path`;
 * the error's place is that of the first.
 */
export const readYaml = <Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): z.output<Schema> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken !== undefined)
    throw new YouxuError(
      "scenario.invalid",
      broken.message.split("\n")[0] ?? "not YAML",
      place(broken.pos[0]),
    );
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const path = faultPath(issue);
    const offset = issue.code === "unrecognized_keys" ? keyOffset(document, path) : offsetOf(document, path);
    return { place: place(offset), text: `${path.join(".")}: ${issue.message}` };
  });
  throw new YouxuError(
    "scenario.invalid",
    faults.map((fault, index) => (index === 0 ? fault.text : `${fault.place} ${fault.text}`)).join("\n"),
    faults[0]?.place ?? file,
  );
};

/** An unknown key is itself the place. */
const faultPath = (issue: z.core.$ZodIssue): (string | number)[] => {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  return issue.code === "unrecognized_keys" ? [...path, ...issue.keys.slice(0, 1)] : path;
};

/** Start of the value at a path, or of the nearest one above it that exists. */
const offsetOf = (document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number => {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
};

/** Start of the key at a path: of an unknown key the key itself is wrong, not its value. */
const keyOffset = (
  document: ReturnType<typeof parseDocument>,
  path: readonly (string | number)[],
): number => {
  const above: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(above)
    ? above.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
    : undefined;
  return isNode(pair?.key) ? (pair.key.range?.[0] ?? 0) : offsetOf(document, path);
};
