import type { Schema } from "../../src/ocpp/lenient.js";
import { isObject, type Payload } from "../../src/ocpp/wire.js";

export type Breakage = "missing" | "surplus" | "wrong-type" | "out-of-range";

/** A valid message with one thing wrong with it. */
export interface Broken {
  readonly how: Breakage;
  /** `chargingNeeds.requestedEnergyTransfer` */
  readonly place: string;
  readonly payload: Payload;
}

const SURPLUS = "x-vendor-field";
const DEEPEST = 4;

/** One of each way to break a valid message against its schema (draft 7, as far as OCPP uses it), at each place. */
export const breakages = (schema: Schema, valid: Payload): Broken[] =>
  inObject({ schema, root: schema, value: valid, place: "", depth: 0 }).map(({ value, ...rest }) => ({
    ...rest,
    payload: isObject(value) ? value : {},
  }));

interface At {
  readonly schema: Schema;
  readonly root: Schema;
  readonly value: unknown;
  readonly place: string;
  readonly depth: number;
}
interface Changed {
  readonly how: Breakage;
  readonly place: string;
  readonly value: unknown;
}

const resolved = (schema: Schema, root: Schema): Schema =>
  root.definitions?.[schema.$ref?.slice("#/definitions/".length) ?? ""] ?? schema;

const inObject = ({ schema, root, value, place, depth }: At): Changed[] => {
  if (!isObject(value) || depth > DEEPEST) return [];
  const required = new Set(schema.required ?? []);
  const inside = Object.entries(schema.properties ?? {}).flatMap(([key, part]) => {
    if (!(key in value)) return [];
    const at = {
      schema: resolved(part, root),
      root,
      value: value[key],
      place: place === "" ? key : `${place}.${key}`,
      depth,
    };
    const { [key]: _, ...without } = value;
    const missing: Changed[] = required.has(key) ? [{ how: "missing", place: at.place, value: without }] : [];
    return [...missing, ...inPart(at).map((each) => ({ ...each, value: { ...value, [key]: each.value } }))];
  });
  return [{ how: "surplus", place, value: { ...value, [SURPLUS]: 1 } }, ...inside];
};

const inPart = (at: At): Changed[] => [
  ...wrongTypes(at),
  ...outOfRange(at),
  ...(at.schema.type === "object" ? inObject({ ...at, depth: at.depth + 1 }) : []),
  ...inList(at),
];

const inList = ({ schema, root, value, place, depth }: At): Changed[] => {
  if (!Array.isArray(value) || value.length === 0 || schema.items === undefined || depth > DEEPEST) return [];
  const [first, ...rest] = value as unknown[];
  const at = {
    schema: resolved(schema.items, root),
    root,
    value: first,
    place: `${place}[0]`,
    depth: depth + 1,
  };
  return inPart(at).map((each) => ({ ...each, value: [each.value, ...rest] }));
};

const OTHERS: Readonly<Record<string, readonly unknown[]>> = {
  string: [{}, ["a"], null],
  integer: ["a word", {}, true],
  number: ["a word", [], null],
  boolean: ["perhaps", 7],
  object: ["text", [], 1],
  array: ["text", {}, null],
};

const wrongTypes = ({ schema, place }: At): Changed[] =>
  (OTHERS[String(schema.type)] ?? []).map((value) => ({ how: "wrong-type", place, value }));

const outOfRange = ({ schema, place }: At): Changed[] => {
  const values: unknown[] = [];
  if (Array.isArray(schema["enum"])) values.push("NoSuchWord", "constructor");
  else if (schema.type === "string")
    values.push("x".repeat(Number(schema["maxLength"] ?? 10_000) + 1), "\u0000");
  if (schema["format"] === "date-time") values.push("yesterday", "9999-99-99T99:99:99Z");
  if (schema.type === "integer" || schema.type === "number") values.push(-1e15, 1e300, 0.5);
  return values.map((value) => ({ how: "out-of-range", place, value }));
};
