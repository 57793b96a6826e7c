import { fc } from "@fast-check/vitest";
import type { Schema } from "../../src/ocpp/lenient.js";

/** Random values that are valid against an OCPP schema (draft 7, as far as OCPP uses it). */
export function fromSchema(schema: Schema, root: Schema = schema, depth = 0): fc.Arbitrary<unknown> {
  const name = schema.$ref?.slice("#/definitions/".length);
  const at = (name === undefined ? undefined : root.definitions?.[name]) ?? schema;
  if (Array.isArray(at["enum"])) return fc.constantFrom(...at["enum"]);
  switch (at.type) {
    case "object":
      return objectFrom(at, root, depth);
    case "array": {
      const least = Number(at["minItems"] ?? 0);
      const most = depth > 4 ? least : Math.min(Number(at["maxItems"] ?? 3), least + 2);
      return fc.array(fromSchema(at.items ?? {}, root, depth + 1), { minLength: least, maxLength: most });
    }
    case "integer":
      return fc.integer(rangeOf(at));
    case "number":
      return fc.integer(rangeOf(at));
    case "boolean":
      return fc.boolean();
    case "string":
      return textFrom(at);
    default:
      return fc.constant(null);
  }
}

function objectFrom(at: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const required = new Set(at.required ?? []);
  const kept = Object.entries(at.properties ?? {}).filter(([key]) => required.has(key) || depth < 5);
  const parts = Object.fromEntries(kept.map(([key, part]) => [key, fromSchema(part, root, depth + 1)]));
  return fc.record(parts, {
    requiredKeys: [...required].filter((key) => key in parts),
    noNullPrototype: true,
  });
}

const rangeOf = (at: Schema): { min: number; max: number } => ({
  min: Number(at["minimum"] ?? -1_000),
  max: Number(at["maximum"] ?? 100_000),
});

function textFrom(at: Schema): fc.Arbitrary<string> {
  if (at["format"] === "date-time")
    return fc
      .date({ min: new Date("1970-01-01"), max: new Date("2038-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (at["format"] === "uri") return fc.constant("https://example.org/file");
  const maxLength = Math.min(Number(at["maxLength"] ?? 20), 20);
  return fc.oneof(
    fc.string({ maxLength }),
    fc.integer({ min: -50, max: 90_000 }).map((n) => String(n).slice(0, maxLength)),
  );
}
