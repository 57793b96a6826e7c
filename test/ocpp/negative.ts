import { verdictOfUnknown } from "../../src/management/authorization.js";
import { fc } from "@fast-check/vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { StationCommand } from "../../src/domain/command.js";
import { type Codec, createStationMemory } from "../../src/ocpp/common/codec.js";
import type { Schema } from "../../src/ocpp/lenient.js";
import { readSchemas, schemaBook } from "../../src/ocpp/schemas.js";
import { codec as v16 } from "../../src/ocpp/v16/codec.js";
import { codec as v201 } from "../../src/ocpp/v201/codec.js";
import { codec as v21 } from "../../src/ocpp/v21/codec.js";
import { isObject, type Payload } from "../../src/ocpp/wire.js";
import type { Recorded } from "../../src/ports/ledger.js";
import { breakages, type Broken } from "./broken.js";
import { fromSchema } from "./from-schema.js";
import { contextOf, NOW } from "./talk.js";
import { outboundContextAt } from "./outbound-context.js";

export const CODECS: readonly Codec[] = [v16, v201, v21];
const RECORDED: Recorded = { outcome: "stored", transactionId: "42", session: null, others: [] };

/** Part of a bill: never refused by a CALLERROR for more than what it lacks. */
const BILLED: ReadonlySet<string> = new Set(["StartTransaction", "StopTransaction", "TransactionEvent"]);

/** Codes of OCPP-J by which a message may be refused. */
const REFUSALS: ReadonlySet<string> = new Set([
  "FormatViolation",
  "FormationViolation",
  "OccurenceConstraintViolation",
  "OccurrenceConstraintViolation",
  "PropertyConstraintViolation",
  "TypeConstraintViolation",
]);

const books = new Map<OcppVersion, ReadonlyMap<string | undefined, Schema>>();
const schemaOf = (version: OcppVersion, id: string): Schema => {
  const known = books.get(version) ?? new Map(readSchemas(version).map((schema) => [schema.$id, schema]));
  books.set(version, known);
  return known.get(id) ?? {};
};

/** Valid messages of a schema, the same for a seed. */
const samples = (schema: Schema, count: number, seed: number): Payload[] =>
  fc.sample(fromSchema(schema), { numRuns: count, seed }).filter(isObject);

/** What an answered message tells beside the answer; what it was refused with otherwise. */
type Handled = { readonly refused: string } | { readonly answer: Payload; readonly kept: number };

const handle = (codec: Codec, action: string, payload: Payload): Handled => {
  const checked = schemaBook(codec.version).lenient(action, "request", payload);
  if (!checked.ok) return { refused: checked.code };
  if (checked.lack !== undefined)
    return checked.lack.isKept ? { answer: {}, kept: 1 } : { refused: checked.lack.code };
  const context = contextOf({ nowMs: NOW, memory: createStationMemory() });
  const meaning = codec.inbound.get(action)?.(checked.payload, context);
  if (meaning === undefined) throw new Error(`${action} is not handled`);
  const recorded = (meaning.records ?? []).map(() => RECORDED);
  const authorization = meaning.authorize == null ? null : verdictOfUnknown(true);
  return { answer: meaning.answer({ recorded, authorization }), kept: recorded.length };
};

/** What is wrong with how a broken message is taken; none: nothing. */
export const faultsOf = (codec: Codec, action: string, broken: Broken): string[] => {
  const { how, place, payload } = broken;
  const say = (what: string): string => `${codec.version} ${action}, ${how} at "${place}": ${what}`;
  const handled = handle(codec, action, payload);
  if ("refused" in handled) {
    const faults = [];
    if (!REFUSALS.has(handled.refused)) faults.push(say(`refused by ${handled.refused}`));
    if (how === "surplus" || how === "out-of-range") faults.push(say(`refused (${handled.refused})`));
    if (BILLED.has(action)) faults.push(say("part of a bill, and neither taken nor kept"));
    return faults;
  }
  if (BILLED.has(action) && handled.kept === 0) return [say("part of a bill, and lost")];
  const isKeptAside = Object.keys(handled.answer).length === 0 && BILLED.has(action);
  const held = isKeptAside ? null : schemaBook(codec.version).strict(action, "response", handled.answer);
  const again = JSON.stringify(handle(codec, action, payload));
  return [
    ...(held === null ? [] : [say(`no valid answer: ${held}`)]),
    ...(again === JSON.stringify(handled) ? [] : [say("the same again is answered otherwise")]),
  ];
};

/** Some valid messages of a schema, by its id. */
export const validOf = (
  version: OcppVersion,
  id: string,
  { count, seed }: { count: number; seed: number },
): Payload[] => samples(schemaOf(version, id), count, seed);

/** Broken messages of an action: of each of some valid ones every breakage. */
export const brokenOf = (
  version: OcppVersion,
  id: string,
  { count, seed }: { count: number; seed: number },
): Broken[] => {
  const schema = schemaOf(version, id);
  return samples(schema, count, seed).flatMap((valid) => breakages(schema, valid));
};

const CONTEXT = outboundContextAt(NOW);

const STATUSES = ["accepted", "rejected", "unsupported", "offline", "timeout", "error"];

/** Broken answers to a command that are not read into an outcome; none where the version cannot say it. */
export const unreadAnswers = (
  codec: Codec,
  command: StationCommand,
  sampled: { count: number; seed: number },
): string[] => {
  const written = codec.write(command, CONTEXT);
  if (!("call" in written)) return [];
  const { action } = written.call;
  return brokenOf(codec.version, `urn:${action}.conf`, sampled).flatMap(({ how, place, payload }) => {
    const checked = schemaBook(codec.version).lenient(action, "response", payload);
    // What breaks the schema never reaches a codec; what is repaired does, and so may what it cannot read.
    const read = codec.read(command, checked.ok ? checked.payload : payload, CONTEXT);
    const isClosed = STATUSES.includes(read.status) && JSON.stringify(read).length < 1e6;
    return isClosed ? [] : [`${codec.version} ${action}, ${how} at "${place}": ${JSON.stringify(read)}`];
  });
};
