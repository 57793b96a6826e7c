import type { Verdict } from "../../src/domain/id-token.js";
import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { StationCommand } from "../../src/domain/command.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { Schedule, SchedulePeriod } from "../../src/domain/schedule.js";
import type { Codec } from "../../src/ocpp/common/codec.js";
import { readSchemas, schemaBook } from "../../src/ocpp/schemas.js";
import { codec as v16 } from "../../src/ocpp/v16/codec.js";
import { codec as v201 } from "../../src/ocpp/v201/codec.js";
import { codec as v21 } from "../../src/ocpp/v21/codec.js";
import { isObject } from "../../src/ocpp/wire.js";
import type { Recorded } from "../../src/ports/ledger.js";
import { fromSchema } from "./from-schema.js";
import { peerValidator } from "./harness.js";
import { contextOf } from "./talk.js";
import { outboundContextAt } from "./outbound-context.js";

const CODECS: readonly Codec[] = [v16, v201, v21];
const NOW = Date.parse("2026-03-01T00:00:00Z");
const RECORDED: Recorded = { outcome: "stored", transactionId: "42", session: null, others: [] };

/** What the other side's own validator holds against a message of ours. */
function peerFault(version: OcppVersion, id: string, payload: object): string | null {
  try {
    void peerValidator(version).validate(id, payload);
    return null;
  } catch (error) {
    return String(error);
  }
}

/** With all that a station can be told of a token. */
const BLOCKED: Verdict = { status: "Blocked", groupId: "G", expiresMs: NOW, language: "zh-CN" };

describe.each(CODECS)("inbound of OCPP $version", (codec) => {
  const schemas = new Map(readSchemas(codec.version).map((schema) => [schema.$id, schema]));

  it.each([...codec.inbound.keys()])("%s: every valid message has a meaning and a valid answer", (action) => {
    const schema = schemas.get(`urn:${action}.req`);
    expect(schema).toBeDefined();
    fc.assert(
      fc.property(fromSchema(schema ?? {}), (payload) => {
        if (!isObject(payload)) throw new Error("not an object");
        const checked = schemaBook(codec.version).lenient(action, "request", payload);
        expect(checked).toMatchObject({ ok: true, repaired: null });
        const meaning = codec.inbound.get(action)?.(payload, contextOf({ nowMs: NOW }));
        const recorded = (meaning?.records ?? []).map(() => RECORDED);
        const authorization = meaning?.authorize == null ? null : BLOCKED;
        const answer = meaning?.answer({ recorded, authorization }) ?? {};
        if (schemas.has(`urn:${action}.conf`))
          expect(peerFault(codec.version, `urn:${action}.conf`, answer)).toBeNull();
        for (const report of meaning?.reports ?? [])
          expect(report).toMatchObject({ stationId: "CP1", atMs: NOW });
        for (const event of [...(meaning?.records ?? []), ...(meaning?.reports ?? [])])
          if ("evseId" in event && event.evseId !== null) expect(event.evseId).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });
});

const context = outboundContextAt(NOW);

/** Schedules as dispatch may make them for the version: in A or W, with setpoints for 2.1. */
const schedules = (version: OcppVersion): fc.Arbitrary<Schedule> =>
  fc
    .record({
      unit: fc.constantFrom("A" as const, "W" as const),
      purpose: fc.constantFrom("session" as const, "default" as const),
      evseId: fc.integer({ min: 1, max: 20 }),
      phases: fc.constantFrom(1 as const, 3 as const, null),
      setpoint: fc.boolean(),
      values: fc.array(fc.integer({ min: -320, max: 320 }), { minLength: 1, maxLength: 24 }),
    })
    .map(({ values, setpoint, ...head }) => {
      const signed = setpoint && version === "2.1" && head.unit === "W";
      const periods = values.map((value, index): SchedulePeriod => {
        const size = signed ? value * 10 : Math.abs(value) / (head.unit === "A" ? 10 : 1);
        const powerKw = head.unit === "A" ? (size * 690) / 1_000 : size / 1_000;
        return {
          startMs: NOW + index * 900_000,
          mode: signed ? "setpoint" : "charge-limit",
          value: size,
          powerKw,
        };
      });
      const endMs = NOW + values.length * 900_000;
      const transactionId = version === "1.6" ? "42" : "tx-42";
      return { ...head, stationId: "CP1", transactionId, startMs: NOW, endMs, periods };
    });

const commands = (version: OcppVersion): fc.Arbitrary<StationCommand> => {
  const evseId = fc.integer({ min: 1, max: 20 });
  const purpose = fc.constantFrom("session" as const, "default" as const);
  return fc.oneof(
    schedules(version).map((schedule): StationCommand => ({ kind: "set-schedule", schedule })),
    fc.record({ kind: fc.constant("clear-schedule" as const), evseId, purpose }),
    fc.record({
      kind: fc.constant("get-composite" as const),
      evseId,
      durationS: fc.integer({ min: 1, max: 86_400 }),
    }),
    fc.record({
      kind: fc.constant("remote-start" as const),
      evseId,
      idToken: fc.string({ minLength: 1, maxLength: 20 }),
    }),
    fc.record({ kind: fc.constant("remote-stop" as const), transactionId: fc.nat().map(String) }),
    fc.record({
      kind: fc.constant("trigger" as const),
      message: fc.constantFrom("BootNotification" as const, "MeterValues" as const, "Heartbeat" as const),
      evseId: fc.option(evseId),
    }),
    // In 2.x it is of a connector, never of a whole station.
    fc.record({
      kind: fc.constant("trigger" as const),
      message: fc.constant("StatusNotification" as const),
      evseId: version === "1.6" ? fc.option(evseId) : evseId,
    }),
  );
};

describe.each(CODECS)("outbound of OCPP $version", (codec) => {
  it("every command is a call that the schemas take", () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(commands(codec.version), (command) => {
        const unit = command.kind === "set-schedule" ? command.schedule.unit : "A";
        const written = codec.write(command, { ...context, profile: { ...context.profile, unit } });
        if (!("call" in written)) throw new Error(JSON.stringify(written));
        kinds.add(written.call.action);
        expect(peerFault(codec.version, `urn:${written.call.action}.req`, written.call.payload)).toBeNull();
        expect(
          schemaBook(codec.version).strict(written.call.action, "request", written.call.payload),
        ).toBeNull();
      }),
      { numRuns: 300 },
    );
    expect(kinds.size).toBe(6);
  });

  it("the questions about abilities are calls that the schemas take", () => {
    for (const { action, payload } of codec.abilityQuestions)
      expect(peerFault(codec.version, `urn:${action}.req`, payload)).toBeNull();
  });

  it("any valid answer has an outcome", () => {
    const schemas = new Map(readSchemas(codec.version).map((schema) => [schema.$id, schema]));
    fc.assert(
      fc.property(
        commands(codec.version).chain((command) => {
          const written = codec.write(command, {
            ...context,
            profile: { ...context.profile, unit: unitOf(command) },
          });
          const action = "call" in written ? written.call.action : "";
          const answer = fromSchema(schemas.get(`urn:${action}.conf`) ?? {});
          return fc.record({ command: fc.constant(command), answer });
        }),
        ({ command, answer }) => {
          if (!isObject(answer)) throw new Error("not an object");
          const outcome = codec.read(command, answer, context);
          const status = answer["status"];
          const good = status === "Accepted" || (command.kind === "clear-schedule" && status === "Unknown");
          expect(outcome.status === "accepted").toBe(good);
          for (const period of outcome.status === "accepted" ? (outcome.composite ?? []) : [])
            expect(Number.isFinite(period.powerKw) && Number.isFinite(period.startMs)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

const unitOf = (command: StationCommand): "A" | "W" =>
  command.kind === "set-schedule" ? command.schedule.unit : "A";
