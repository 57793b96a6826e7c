/** Transactions and meter values: what OCPP wants of a central system, by the ids of its requirements. */
import { describe, expect, it } from "vitest";
import { createMemoryLedger } from "../../../src/ports/ledger-memory.js";
import { bills, createSender, queueOf, type Stay } from "../station-queue.js";
import { later, talkTo } from "../talk.js";

const FIRST: Stay = { evseId: 1, registers: [100, 300, 700], fromMinute: 0 };
const SECOND: Stay = { evseId: 1, registers: [700, 800, 1_000], fromMinute: 20 };
const BILLS = [
  { evseId: 1, wh: 600, isOver: true },
  { evseId: 1, wh: 300, isOver: true },
];
const value = { timestamp: later(0), sampledValue: [{ value: 7 }] };

describe.each(["2.0.1", "2.1"] as const)("OCPP %s", (version) => {
  it("answers every message of a transaction, after it is kept, and each that comes again [J02.FR.19]", async () => {
    const ledger = createMemoryLedger();
    const sender = createSender(talkTo(ledger), version);
    for (const stay of [FIRST, SECOND])
      for (const message of queueOf(version, stay))
        expect([await sender.send(message), await sender.send(message)]).toEqual([{}, {}]);
    expect(await bills(ledger)).toEqual(BILLS);
  });

  it("takes sequence numbers that begin with 0 at each transaction, and sees a gap in one [E01.FR.07]", async () => {
    const ledger = createMemoryLedger();
    const sender = createSender(talkTo(ledger), version);
    for (const message of queueOf(version, FIRST)) await sender.send(message);
    const [start, , end] = queueOf(version, SECOND);
    for (const message of [start, end]) if (message) await sender.send(message);
    expect(await bills(ledger)).toEqual(BILLS);
    expect(await ledger.flagged()).toMatchObject([{ transactionId: "tx-1-20", missingMessages: 1 }]);
  });

  it("answers meter values outside transactions, and bills none of them [J01.FR.18]", async () => {
    const ledger = createMemoryLedger();
    const talk = talkTo(ledger);
    for (const evseId of [0, 1, 99])
      expect(await talk.ask(version, "MeterValues", { evseId, meterValue: [value] })).toEqual({});
    expect(await bills(ledger)).toEqual([]);
  });
});

describe("OCPP 1.6", () => {
  it("answers meter values in and outside transactions [§4.7]", async () => {
    const ledger = createMemoryLedger();
    const talk = talkTo(ledger);
    const meterValue = [{ timestamp: later(0), sampledValue: [{ value: "7" }] }];
    for (const more of [{}, { transactionId: 5 }, { transactionId: -1 }])
      expect(await talk.ask("1.6", "MeterValues", { connectorId: 1, meterValue, ...more })).toEqual({});
    expect(await bills(ledger)).toEqual([]);
  });

  it("bills a queue that is delivered after an outage, in its order and again [§3.7]", async () => {
    const ledger = createMemoryLedger();
    const sender = createSender(talkTo(ledger), "1.6");
    const queue = [...queueOf("1.6", FIRST), ...queueOf("1.6", SECOND)];
    for (const message of [...queue.slice(0, 4), ...queue]) await sender.send(message);
    expect(await bills(ledger)).toEqual(BILLS);
    expect(await ledger.quarantined()).toEqual([]);
  });
});
