import { createRequire } from "node:module";
import { createValidator } from "ocpp-rpc";
import { listOf } from "./words.js";

const require = createRequire(import.meta.url);

/** `urn:XRequest` → `urn:X.req`, `urn:XResponse` → `urn:X.conf`: the names that strict mode looks up. */
const strictId = (id: string): string =>
  id.endsWith("Response")
    ? `${id.slice(0, -"Response".length)}.conf`
    : `${id.endsWith("Request") ? id.slice(0, -"Request".length) : id}.req`;

/** Enumerations carry `additionalProperties`, which means nothing for a string and makes the validator warn. */
const withoutIdle = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutIdle);
  if (typeof value !== "object" || value === null) return value;
  const isEnumeration = "enum" in value && "additionalProperties" in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !(isEnumeration && key === "additionalProperties"))
      .map(([key, inner]) => [key, withoutIdle(inner)]),
  );
};

let made: ReturnType<typeof createValidator> | null = null;

/** Strict mode's own validator for OCPP 2.1 looks up ids that its schema file does not have. */
export const validator21 = (): ReturnType<typeof createValidator> => {
  const schemas: unknown = require("ocpp-rpc/lib/schemas/ocpp2_1.json");
  made ??= createValidator(
    "ocpp2.1",
    listOf(withoutIdle(schemas)).map((schema) => ({ ...schema, $id: strictId(String(schema["$id"])) })),
  );
  return made;
};
