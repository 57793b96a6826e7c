import { fc } from "@fast-check/vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { readSchemas } from "../../src/ocpp/schemas.js";
import { isObject } from "../../src/ocpp/wire.js";
import { breakages } from "../ocpp/broken.js";
import { fromSchema } from "../ocpp/from-schema.js";
import { CODECS } from "../ocpp/negative.js";
import { readCorpus } from "./corpus.js";

/** Something that a peer may send: texts over an open websocket, or bytes to the port. Plain data, for the corpus. */
export type Attack =
  | { readonly kind: "frames"; readonly version: OcppVersion; readonly texts: readonly string[] }
  | {
      readonly kind: "upgrade";
      readonly path: string;
      readonly headers: readonly (readonly [string, string])[];
    }
  | { readonly kind: "bytes"; readonly base64: string };

const ACTIONS = [
  "BootNotification",
  "Heartbeat",
  "StartTransaction",
  "TransactionEvent",
  "MeterValues",
  "StatusNotification",
  "DataTransfer",
  "NotifyReport",
  "FirmwareStatusNotification",
  "constructor",
  "__proto__",
  "",
];

const json = fc.jsonValue({ maxDepth: 4 });
const frame = fc.oneof(
  fc
    .tuple(fc.constant(2), fc.string(), fc.constantFrom(...ACTIONS), json)
    .map((each) => JSON.stringify(each)),
  fc
    .tuple(fc.constantFrom(2, 3, 4, 5, 6, 7, "2", null), json, json, json, json)
    .map((each) => JSON.stringify(each)),
  json.map((each) => JSON.stringify(each)),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .tuple(fc.constantFrom(...ACTIONS), fc.integer({ min: 1, max: 3_000 }))
    .map(([action, depth]) => `[2,"d","${action}",{"a":${"[".repeat(depth)}${"]".repeat(depth)}}]`),
  fc
    .tuple(fc.constantFrom(...ACTIONS), fc.integer({ min: 0, max: 60 }))
    .map(([action, cut]) => `[2,"c","${action}",{"timestamp":"2026-01-01T00:00:00Z"}]`.slice(0, cut)),
);

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;

/** Messages as stations send them, valid or with one thing wrong: what is said at random alone comes to no handler. */
const meant = (version: OcppVersion): fc.Arbitrary<string> => {
  const codec = CODECS.find((one) => one.version === version);
  const schemas = new Map(readSchemas(version).map((schema) => [schema.$id, schema]));
  return fc.constantFrom(...(codec?.inbound.keys() ?? [])).chain((action) => {
    const schema = schemas.get(`urn:${action}.req`) ?? {};
    return fromSchema(schema).chain((valid) => {
      const broken = isObject(valid) ? breakages(schema, valid).map(({ payload }) => payload) : [];
      return fc
        .tuple(fc.constantFrom("a", "b"), fc.oneof(fc.constant(valid), fc.constantFrom(valid, ...broken)))
        .map(([id, payload]) => JSON.stringify([2, id, action, payload]));
    });
  });
};
const MEANT: Readonly<Record<OcppVersion, fc.Arbitrary<string>>> = {
  "1.6": meant("1.6"),
  "2.0.1": meant("2.0.1"),
  "2.1": meant("2.1"),
};

/** What once did harm, changed: cut, doubled, or in another version. */
const corpus = readCorpus().map(({ attack }) => attack);
const changed: fc.Arbitrary<Attack> = fc
  .tuple(fc.constantFrom(...corpus), fc.constantFrom(...VERSIONS), fc.nat({ max: 400 }), fc.boolean())
  .map(([attack, version, cut, isDoubled]) => {
    if (attack.kind === "bytes") return { ...attack, base64: attack.base64.slice(0, cut - (cut % 4)) };
    if (attack.kind === "upgrade") return { ...attack, path: attack.path.slice(0, 1 + cut) };
    const texts = attack.texts.map((text, index) => (index === 0 && !isDoubled ? text.slice(0, cut) : text));
    return { ...attack, version, texts: isDoubled ? [...texts, ...texts] : texts };
  });

const path = fc
  .tuple(
    fc.constantFrom("/ocpp/", "/ocpp", "/", "//ocpp//", "/files/upload/", "/api/v1/stations/"),
    fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom("%", "%00", "%ff%fe", "..%2f..", "a:b", "a".repeat(9_000), "%e0%80%af", "?x#y"),
    ),
  )
  // What Node's own client refuses to send is sent as bytes instead.
  .map(([head, tail]) => (head + tail).replaceAll(/[^\x21-\x7e]/g, "%"));

const header = fc.tuple(
  fc.constantFrom(
    "authorization",
    "sec-websocket-protocol",
    "sec-websocket-extensions",
    "sec-websocket-version",
    "origin",
    "host",
    "x-forwarded-for",
  ),
  fc.oneof(
    fc.string({ maxLength: 80 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, "?")),
    fc.constantFrom("Basic", "Basic ====", "Basic Og==", "ocpp1.6,ocpp1.6,,", "permessage-deflate; x=", "-1"),
  ),
);

export const attacks: fc.Arbitrary<Attack> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...VERSIONS).chain((version) =>
      fc.record({
        kind: fc.constant("frames" as const),
        version: fc.constant(version),
        texts: fc.array(fc.oneof(frame, MEANT[version]), { minLength: 1, maxLength: 6 }),
      }),
    ),
  },
  changed,
  fc.record({ kind: fc.constant("upgrade" as const), path, headers: fc.array(header, { maxLength: 4 }) }),
  fc
    .uint8Array({ maxLength: 300 })
    .map((bytes) => ({ kind: "bytes" as const, base64: Buffer.from(bytes).toString("base64") })),
);
