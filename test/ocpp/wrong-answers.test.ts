/**
 * Every call of ours, answered wrongly in every way. Whatever the station says:
 *
 * 1. The command has one outcome of the closed set, at the latest at its deadline, and no exception.
 * 2. What is no valid answer to it is never taken for accepted.
 * 3. The next call goes out, and its answer is read.
 */
import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { CommandOutcome } from "../../src/domain/command.js";
import { schemaBook } from "../../src/ocpp/schemas.js";
import { isObject } from "../../src/ocpp/wire.js";
import { COMMANDS } from "./asked.js";
import { brokenOf, CODECS, validOf } from "./negative.js";
import { askedOf, type Heard, heardOf, type Says } from "./wrong-answers.js";

const ERROR_CODES = [
  "NotImplemented",
  "NotSupported",
  "InternalError",
  "ProtocolError",
  "SecurityError",
  "FormationViolation",
  "FormatViolation",
  "PropertyConstraintViolation",
  "OccurenceConstraintViolation",
  "OccurrenceConstraintViolation",
  "TypeConstraintViolation",
  "GenericError",
  "MessageTypeNotSupported",
  "RpcFrameworkError",
  "NoSuchCode",
] as const;
const UNSUPPORTED: ReadonlySet<string> = new Set(["NotImplemented", "NotSupported"]);
const SAMPLED = { count: 2, seed: 20_261_130 };

const statusOf = ({ outcome }: Heard): CommandOutcome["status"] => outcome.status;

describe.each(CODECS)("a station of OCPP $version that is asked", (codec) => {
  const asked = askedOf(codec, COMMANDS).map((one) => [JSON.stringify(one.command), one] as const);
  const book = schemaBook(codec.version);

  describe.each(asked)("%s", (_name, one) => {
    const { action } = one.call;
    const valid = validOf(codec.version, `urn:${action}.conf`, SAMPLED)[0] ?? {};
    const hear = (says: Says): Promise<Heard> => heardOf(codec, one, says);

    it("and answers by a CALLERROR has refused, or cannot do it", async () => {
      for (const code of ERROR_CODES) {
        const heard = await hear((id) => [[4, id, code, "why", {}]]);
        expect([code, statusOf(heard)]).toEqual([code, UNSUPPORTED.has(code) ? "unsupported" : "error"]);
        expect(heard).toMatchObject({ goesOn: true, counted: [] });
      }
    });

    it("and never answers, or under another id, or too late, is not waited for beyond the deadline", async () => {
      const silent: readonly (readonly [string, Says, readonly string[]])[] = [
        ["never", () => [], []],
        ["another id", (id) => [[3, `${id}0`, valid]], ["unknown-answer"]],
        ["an id that is none", () => [[3, 7, valid]], ["bad-message"]],
        ["too late", (id) => [null, [3, id, valid]], ["unknown-answer"]],
        ["an error too late", (id) => [null, [4, id, "InternalError", "", {}]], ["unknown-answer"]],
      ];
      for (const [how, says, counted] of silent)
        expect([how, await hear(says)]).toMatchObject([
          how,
          { outcome: { status: "timeout" }, counted, goesOn: true },
        ]);
    });

    it("and answers twice, is heard once", async () => {
      const once = await hear((id) => [[3, id, valid]]);
      expect(once).toMatchObject({ goesOn: true, counted: [] });
      const twice = await hear((id) => [
        [3, id, valid],
        [3, id, valid],
      ]);
      expect(twice).toEqual({ ...once, counted: ["unknown-answer"] });
      const otherwise = await hear((id) => [
        [3, id, valid],
        [4, id, "InternalError", "", {}],
      ]);
      expect(otherwise).toEqual(twice);
    });

    it("and answers against the schema, has not accepted", async () => {
      for (const { how, place, payload } of brokenOf(codec.version, `urn:${action}.conf`, SAMPLED)) {
        const heard = await hear((id) => [[3, id, payload]]);
        const isTaken = book.lenient(action, "response", payload).ok;
        // What no schema bounds is odd and yet valid: a number far out, a text of zeros.
        const isValid = book.strict(action, "response", payload) === null;
        const counted = isValid ? [] : [isTaken ? "repaired" : "refused"];
        expect([how, place, heard.goesOn, heard.counted]).toEqual([how, place, true, counted]);
        if (!isTaken || (place === "status" && how === "out-of-range"))
          expect([how, place, statusOf(heard)]).not.toEqual([how, place, "accepted"]);
        // OCPP 2.1 tells the station why its answer was of no use.
        expect(heard.resultErrors).toHaveLength(codec.version === "2.1" && !isTaken ? 1 : 0);
      }
    });

    it("and answers what is no answer at all, is not taken at its word", async () => {
      const nonsense: readonly (readonly [string, Says])[] = [
        ["text", (id) => [[3, id, "text"]]],
        ["a list", (id) => [[3, id, []]]],
        ["its own call", (id) => [[2, id, action, one.call.payload]]],
        ["type 9", (id) => [[9, id, {}]]],
        ["a result in a result", (id) => [[3, id, { status: { status: "Accepted" } }]]],
      ];
      for (const [how, says] of nonsense) {
        const heard = await hear(says);
        const isFree = book.lenient(action, "response", { status: { status: "Accepted" } }).ok;
        expect([how, heard.goesOn]).toEqual([how, true]);
        if (how !== "a result in a result" || !isFree)
          expect([how, statusOf(heard)]).not.toEqual([how, "accepted"]);
      }
    });
  });
});

it("an answer of any form whatever has an outcome", async () => {
  const pairs = CODECS.flatMap((codec) => askedOf(codec, COMMANDS).map((one) => ({ codec, one })));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...pairs),
      fc.dictionary(
        fc.constantFrom("status", "statusInfo", "data", "configurationKey", "schedule"),
        fc.jsonValue(),
      ),
      async ({ codec, one }, payload) => {
        const heard = await heardOf(codec, one, (id) => [[3, id, payload]]);
        expect(heard.goesOn).toBe(true);
        expect(isObject(heard.outcome)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
