/**
 * The laws of bills from the wire to the ledger.
 *
 * 1. Every register counts in whichever message and place it stands: the bill is the last less the first.
 * 2. Any order of messages and retries, and a restart anywhere, gives the same bill (2.x); so does any
 *    number of retries and restarts of what 1.6 tells in order.
 * 3. What no car can draw does not count, and is shown.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemoryLedger, type FlaggingLedger } from "../../src/ports/ledger-memory.js";
import type { Payload } from "../../src/ocpp/wire.js";
import { later, talkTo } from "./talk.js";

const billed = async (ledger: FlaggingLedger) =>
  (await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).map(({ importedKwh, endedMs }) => ({
    wh: Math.round(importedKwh * 1000),
    over: endedMs !== null,
  }));

type Metered = readonly [minute: number, wh: number];
const values = (registers: readonly Metered[]): Payload =>
  registers.length === 0
    ? {}
    : {
        meterValue: registers.map(([minute, value]) => ({
          timestamp: later(minute),
          sampledValue: [{ value }],
        })),
      };

const event = (
  eventType: "Started" | "Updated" | "Ended",
  minute: number,
  { seqNo, registers }: { seqNo: number; registers: readonly Metered[] },
): Payload => ({
  eventType,
  seqNo,
  timestamp: later(minute),
  triggerReason: "MeterValuePeriodic",
  transactionInfo: { transactionId: "tx" },
  evse: { id: 1 },
  ...values(registers),
});

/** A car's registers, one a minute, dealt out over the messages of its transaction: none needs to tell one. */
const visit = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 10 }),
    fc.array(fc.nat({ max: 3 }), { minLength: 10, maxLength: 10 }),
  )
  .map(([steps, shares]) => {
    let wh = 1_000_000;
    const registers = steps.map((step, minute): Metered => [minute, (wh += step)]);
    const messages: (readonly Metered[])[] = [[]];
    for (const [index, metered] of registers.entries()) {
      const skipped = Array.from({ length: shares[index] ?? 0 }, (): readonly Metered[] => []);
      messages.push(...skipped, []);
      const place = shares[index] === 0 ? messages.length - 2 : messages.length - 1;
      messages[place] = [...(messages[place] ?? []), metered];
    }
    const expected = (registers.at(-1)?.[1] ?? 0) - (registers[0]?.[1] ?? 0);
    return { registers, messages, expected };
  });

describe.each(["2.0.1", "2.1"] as const)("a transaction of OCPP %s", (version) => {
  it("is billed by its last register less its first, in any order, over retries and restarts", async () => {
    const turns = fc.array(fc.record({ at: fc.nat(), again: fc.boolean(), restart: fc.boolean() }), {
      minLength: 60,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(visit, turns, fc.nat({ max: 2_000_000 }), async (drawn, order, elsewhere) => {
        const last = drawn.messages.length - 1;
        const messages = drawn.messages.map((registers, seqNo) => {
          const type = seqNo === 0 ? "Started" : seqNo === last ? "Ended" : "Updated";
          return event(type, seqNo === last ? 60 : (registers.at(-1)?.[0] ?? 0), { seqNo, registers });
        });
        const keyed = [...messages, ...messages.filter((_, index) => order[index]?.again)].map(
          (message, index) => ({ message, ...order[index] }),
        );
        const ledger = createMemoryLedger();
        const talk = talkTo(ledger);
        for (const { message, restart } of keyed.sort((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
          if (restart) await talk.restart();
          await talk.ask(version, "MeterValues", { evseId: 1, ...values([[90, elsewhere]]) }, 90);
          await talk.ask(version, "TransactionEvent", message, 90);
        }
        expect(await billed(ledger)).toEqual([{ wh: drawn.expected, over: true }]);
        expect(await ledger.quarantined()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the state of charge told at its beginning or end", async () => {
    for (const type of ["Started", "Ended"] as const) {
      const ledger = createMemoryLedger();
      const soc = { timestamp: later(1), sampledValue: [{ value: 40, measurand: "SoC" }] };
      const message = event(type, 1, { seqNo: 1, registers: [] });
      await talkTo(ledger).ask(version, "TransactionEvent", { ...message, meterValue: [soc] }, 1);
      const [session] = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
      expect(session?.socPercent).toBe(40);
    }
  });
});

describe("a transaction of OCPP 1.6", () => {
  it("counts what is metered in it whichever connector is named, and in its stop", async () => {
    const connector = fc.constantFrom({}, { connectorId: 0 }, { connectorId: 2 });
    const stop = fc.constantFrom("number", "data", "both");
    const turns = fc.array(fc.record({ again: fc.boolean(), restart: fc.boolean() }), {
      minLength: 12,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(visit, connector, stop, turns, async ({ registers, expected }, named, how, order) => {
        const ledger = createMemoryLedger();
        const talk = talkTo(ledger);
        let step = 0;
        const send = async (action: string, payload: Payload): Promise<Payload> => {
          const { again, restart } = order[step++] ?? {};
          const answer = await talk.ask("1.6", action, payload, 90);
          if (restart) await talk.restart();
          if (again) expect(await talk.ask("1.6", action, payload, 91)).toEqual(answer);
          return answer;
        };
        const [first] = registers;
        const begin = { connectorId: 2, idTag: "A", meterStart: first?.[1], timestamp: later(0) };
        const { transactionId } = await send("StartTransaction", begin);
        const inside = how === "data" ? registers.slice(0, 2) : registers;
        for (const metered of inside) {
          const { meterValue } = values([metered]);
          await send("MeterValues", { ...named, transactionId, meterValue });
        }
        const { meterValue } = values(registers);
        await send("StopTransaction", {
          transactionId,
          timestamp: later(60),
          ...(how === "data" ? {} : { meterStop: registers.at(-1)?.[1] }),
          ...(how === "number" ? {} : { transactionData: meterValue }),
        });
        expect(await billed(ledger)).toEqual([{ wh: expected, over: true }]);
        expect(await ledger.quarantined()).toEqual([]);
        const [session] = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
        expect(session?.evseId).toBe(2);
      }),
      { numRuns: 60 },
    );
  });

  it("without a readable time is one, however often its start is sent, until it is over", async () => {
    for (const time of [{}, { timestamp: "2026/11/02 18:00:00" }]) {
      const ledger = createMemoryLedger();
      const talk = talkTo(ledger);
      const start = { connectorId: 1, idTag: "A", meterStart: 1_000, ...time };
      const begin = async (minute: number) =>
        (await talk.ask("1.6", "StartTransaction", start, minute))["transactionId"];
      const first = await begin(0);
      expect(await begin(1)).toBe(first);
      await talk.restart();
      expect(await begin(2)).toBe(first);
      const end = { transactionId: first, meterStop: 1_000, timestamp: later(3) };
      await talk.ask("1.6", "StopTransaction", end, 3);
      const second = await begin(4);
      expect(second).not.toBe(first);
      expect(await begin(5)).toBe(second);
    }
  });

  it.each([
    ["no more than its transaction", {}],
    ["its time", { timestamp: later(0) }],
    ["its register", { meterStop: 9_000 }],
  ])("is billed by its full stop, also after or before one that tells %s", async (_, part) => {
    for (const order of ["poor first", "full first"]) {
      const ledger = createMemoryLedger();
      const talk = talkTo(ledger);
      const begin = { connectorId: 1, idTag: "A", meterStart: 1_000, timestamp: later(-60) };
      const { transactionId } = await talk.ask("1.6", "StartTransaction", begin);
      const poor = { transactionId, ...part };
      const full = { transactionId, meterStop: 9_000, timestamp: later(0), reason: "Local" };
      const stops = order === "poor first" ? [poor, full, poor] : [full, poor, full];
      for (const [minute, stop] of stops.entries())
        expect(await talk.ask("1.6", "StopTransaction", stop, 1 + minute)).toEqual({});
      expect(await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).toMatchObject([
        { importedKwh: 8, endedMs: Date.parse(later(0)), endReason: "Local" },
      ]);
      expect(await ledger.quarantined()).toEqual([]);
    }
  });

  it.each([0, 4_000_000_000])(
    "is billed by its right stop, also after or before one that tells a register of %d Wh",
    async (meterStop) => {
      for (const order of ["broken first", "right first"]) {
        const ledger = createMemoryLedger();
        const talk = talkTo(ledger);
        const begin = { connectorId: 1, idTag: "A", meterStart: 1_000, timestamp: later(-60) };
        const { transactionId } = await talk.ask("1.6", "StartTransaction", begin);
        const broken = { transactionId, meterStop, timestamp: later(-1) };
        const right = { transactionId, meterStop: 9_000, timestamp: later(0) };
        const stops = order === "broken first" ? [broken, right, broken] : [right, broken, right];
        for (const [minute, stop] of stops.entries())
          expect(await talk.ask("1.6", "StopTransaction", stop, 1 + minute)).toEqual({});
        const [session] = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
        expect(session).toMatchObject({ importedKwh: 8, endedMs: Date.parse(later(0)) });
      }
    },
  );

  it("leaves out a register that no car can have drawn, wherever it comes, and shows it", async () => {
    const spike = fc.integer({ min: 3_000_000, max: 4_294_967_295 });
    await fc.assert(
      fc.asyncProperty(visit, spike, fc.nat({ max: 9 }), async ({ registers, expected }, absurd, at) => {
        const ledger = createMemoryLedger();
        const talk = talkTo(ledger);
        const [first] = registers;
        const begin = { connectorId: 1, idTag: "A", meterStart: first?.[1], timestamp: later(0) };
        const { transactionId } = await talk.ask("1.6", "StartTransaction", begin);
        const told = registers.toSpliced(at % registers.length, 0, [at + 0.5, absurd]);
        for (const metered of told)
          await talk.ask("1.6", "MeterValues", { connectorId: 1, transactionId, ...values([metered]) }, 60);
        expect(await billed(ledger)).toEqual([{ wh: expected, over: false }]);
        const stop = { transactionId, meterStop: registers.at(-1)?.[1], timestamp: later(60) };
        await talk.ask("1.6", "StopTransaction", stop, 60);
        expect(await billed(ledger)).toEqual([{ wh: expected, over: true }]);
        expect(await ledger.flagged()).toMatchObject([{ implausibleRegister: true }]);
        expect(await ledger.quarantined()).toMatchObject([{ event: { sample: { importedWh: absurd } } }]);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, readonly Metered[], number, string | undefined]>([
    [
      "is right",
      [
        [5, 1_000_500],
        [10, 1_000_500],
      ],
      0.5,
      undefined,
    ],
    [
      "calls Wh kWh and stands",
      [
        [5, 1_000_500_000],
        [10, 1_000_500_000],
      ],
      0.5,
      "unit-mended",
    ],
    [
      "jumps and stands",
      [
        [5, 1_080_500],
        [10, 1_080_500],
      ],
      0.5,
      "register-impossible",
    ],
    [
      "jumps in a reading",
      [
        [5, 1_080_500],
        [10, 1_000_500],
      ],
      0.5,
      "register-impossible",
    ],
  ])("of a rated EVSE whose register %s is billed what it drew", async (_, registers, kwh, reason) => {
    const ledger = createMemoryLedger();
    const talk = talkTo(ledger, 7.4);
    const begin = { connectorId: 1, idTag: "A", meterStart: 1_000_000, timestamp: later(0) };
    const { transactionId } = await talk.ask("1.6", "StartTransaction", begin, 0);
    for (const [minute, wh] of registers)
      await talk.ask(
        "1.6",
        "MeterValues",
        { connectorId: 1, transactionId, ...values([[minute, wh]]) },
        minute,
      );
    const stop = { transactionId, meterStop: 1_000_500, timestamp: later(11) };
    await talk.ask("1.6", "StopTransaction", stop, 11);
    const [session] = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
    expect(session?.importedKwh).toBe(kwh);
    expect(session?.estimate?.reason).toBe(reason);
  });
});
