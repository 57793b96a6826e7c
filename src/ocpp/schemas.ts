import { createRequire } from "node:module";
import ocppRpc from "ocpp-rpc";
import type { OcppVersion } from "../domain/fleet.js";
import { coerce, loosen, type Schema, tidy } from "./lenient.js";
import { isReadInPart, type Lack, lackIn } from "./minimum.js";
import { isObject, type Payload } from "./wire.js";

// Node finds no named exports in this CommonJS module that spreads its errors.
const { createValidator, RPCError } = ocppRpc;

/** Which of an action's two messages. */
type Direction = "request" | "response";

type Checked =
  | {
      readonly ok: true;
      readonly payload: Payload;
      readonly repaired: string | null;
      /** Present: it cannot be understood and is kept aside; the payload is as it came. */
      readonly lack?: Lack;
    }
  | { readonly ok: false; readonly code: string; readonly why: string };

/** Validators of one OCPP version, over the schemas that `ocpp-rpc` carries. */
export interface SchemaBook {
  /** Whether the version knows the action at all. */
  knows(action: string): boolean;
  /** Of what we send: nothing but the schema's own words. Null when valid, else why not. */
  strict(action: string, direction: Direction, payload: Payload): string | null;
  /**
   * Of what we receive: real stations write numbers as text, send empty or unknown fields and long
   * strings. What can be read without guessing is; `repaired` then says what the strict schema held
   * against it. Of messages with meter values or of transactions no more is wanted than `minimum.ts` says.
   */
  lenient(action: string, direction: Direction, payload: Payload): Checked;
}

type Validator = ReturnType<typeof createValidator>;

const FILES: Record<OcppVersion, string> = { "1.6": "ocpp1_6", "2.0.1": "ocpp2_0_1", "2.1": "ocpp2_1" };
const require = createRequire(import.meta.url);
const books = new Map<OcppVersion, SchemaBook>();

/** The book of a version; read at its first use, each action's schema compiled at its own. */
export function schemaBook(version: OcppVersion): SchemaBook {
  let book = books.get(version);
  if (!book) {
    book = openBook(version);
    books.set(version, book);
  }
  return book;
}

/**
 * The 2.1 file names its schemas `urn:XRequest` and `urn:XResponse` where 1.6 and 2.0.1 have
 * `urn:X.req` and `urn:X.conf`; NotifyPeriodicEventStream, a SEND, has no suffix.
 */
function schemaId(id: string): string {
  if (/\.(req|conf)$/.test(id)) return id;
  if (id.endsWith("Response")) return `${id.slice(0, -"Response".length)}.conf`;
  return `${id.endsWith("Request") ? id.slice(0, -"Request".length) : id}.req`;
}

/** The schemas of a version with the ids of 1.6 and 2.0.1, as `createValidator` wants them. */
export function readSchemas(version: OcppVersion): Schema[] {
  const raw: readonly Schema[] = require(`ocpp-rpc/lib/schemas/${FILES[version]}.json`);
  return raw.map((schema) => ({ ...tidy(schema), $id: schemaId(schema.$id ?? "") }));
}

/** Every action that some version has, by its name. */
export function allActions(): readonly string[] {
  const versions: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
  const ids = versions.flatMap((version) => readSchemas(version).map(({ $id }) => $id ?? ""));
  return [...new Set(ids.flatMap((id) => /^urn:(.*)\.req$/.exec(id)?.[1] ?? []))].sort();
}

const SUFFIX: Record<Direction, string> = { request: ".req", response: ".conf" };

/** Schema ids by action, put together once: each message asks for three of them. */
const idsOf = (ids: Iterable<string>, direction: Direction): ReadonlyMap<string, string> =>
  new Map(
    [...ids]
      .filter((id) => id.endsWith(SUFFIX[direction]))
      .map((id) => [id.slice("urn:".length, -SUFFIX[direction].length), id]),
  );

function openBook(version: OcppVersion): SchemaBook {
  const all = readSchemas(version);
  const schemas = new Map(all.map((schema) => [schema.$id ?? "", schema]));
  const ids = { request: idsOf(schemas.keys(), "request"), response: idsOf(schemas.keys(), "response") };
  const idOf = (action: string, direction: Direction): string =>
    ids[direction].get(action) ?? `urn:${action}${SUFFIX[direction]}`;
  const strict = createValidator(`ocpp${version}`, all);
  const loose = createValidator(`ocpp${version}`, all.map(loosen));
  return {
    knows: (action) => ids.request.has(action),
    strict: (action, direction, payload) => {
      // A SEND has no response.
      if (direction === "response" && !ids.response.has(action)) return null;
      return fault(strict, idOf(action, direction), payload)?.why ?? null;
    },
    lenient: (action, direction, payload) => {
      const id = idOf(action, direction);
      const held = fault(strict, id, payload);
      const schema = schemas.get(id);
      if (held && !schema) return { ok: false, ...held };
      const coerced = held && schema ? coerce(schema, schema, payload) : payload;
      const read = isObject(coerced) ? coerced : payload;
      const still = held && fault(loose, id, read);
      const isInPart = direction === "request" && isReadInPart(version, action);
      if (still && !isInPart) return { ok: false, ...still };
      const lack = isInPart ? lackIn(version, action, read, still !== null) : null;
      if (lack && !lack.isKept) return { ok: false, code: lack.code, why: lack.why };
      if (lack) return { ok: true, payload, repaired: null, lack };
      return { ok: true, payload: read, repaired: (still ?? held)?.why ?? null };
    },
  };
}

/** Why the payload breaks the schema. Names fields, never values: nothing of a payload is echoed. */
function fault(validator: Validator, id: string, payload: Payload): { code: string; why: string } | null {
  try {
    void validator.validate(id, payload);
    return null;
  } catch (error) {
    if (error instanceof RPCError) return { code: error.rpcErrorCode, why: error.message.slice(0, 200) };
    return { code: "InternalError", why: "the schema could not be applied" };
  }
}
