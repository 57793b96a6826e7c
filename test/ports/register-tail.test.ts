/**
 * The laws of a long transaction of which one register cannot be.
 *
 * 1. What a message costs does not grow with the messages before it: 34 are read for each at most, on average.
 * 2. While it runs, its energy goes on with the register that is right, also between two counts.
 * 3. At no moment is more told than the rating × the time × 1.1.
 * 4. Its bill is that of a ledger that counts all messages each time, at the stop and where no stop comes.
 */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { TransactionEvent } from "../../src/domain/fleet.js";
import type { Session } from "../../src/domain/session.js";
import { type LedgerBook, recordIn } from "../../src/ports/ledger-book.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { meteredBy } from "../../src/ports/metered.js";
import type { Metered, TransactionRow } from "../../src/ports/transaction-row.js";
import { ended, started, T0, updated } from "../store/events.js";

const POWER_KW = 11;
const START_WH = 10_000;
const EACH_MS = 10_000;
const atMs = (index: number): number => T0 + index * EACH_MS;
const trueWh = (index: number): number => START_WH + Math.round((index * POWER_KW * 1000) / 360);
const kwhAt = (index: number): number => (trueWh(index) - START_WH) / 1000;

interface Long {
  readonly count: number;
  readonly ratedKw?: number;
  /** What the register tells in the place of the truth. */
  readonly telling?: (wh: number, index: number) => number;
}
const spike = (wh: number, index: number): number => (index === 5 ? 90_000_000 : wh);
const rated = { ratedKw: 22 };

/** A start and a sample each ten seconds. */
const running = ({ count, telling = spike, ...rating }: Long): readonly TransactionEvent[] => [
  started({ meterWh: START_WH, ...rating }),
  ...Array.from({ length: count }, (_, before) => {
    const index = before + 1;
    return updated(
      { seqNo: index, atMs: atMs(index), stationTimeMs: atMs(index), ...rating },
      { powerKw: POWER_KW, importedWh: telling(trueWh(index), index) },
    );
  }),
];
const stopAfter = ({ count, ...rating }: Long): TransactionEvent =>
  ended({
    ...(rating.ratedKw === undefined ? {} : { ratedKw: rating.ratedKw }),
    seqNo: count + 1,
    atMs: atMs(count),
    stationTimeMs: atMs(count),
    meterWh: trueWh(count),
  });

/** A book of one transaction that knows how many messages were read of it. */
const countingBook = () => {
  let row: TransactionRow | null = null;
  let read = 0;
  const messages: Metered[] = [];
  const none = async (): Promise<null> => null;
  const book: LedgerBook = {
    nextOrder: async () => 1,
    byStartKey: none,
    byTransactionId: async () => row,
    bySessionId: none,
    transactionIdTaken: async () => false,
    put: async (next) => void (row = next),
    messageKnown: async () => false,
    addMessage: async (_order, _key, event) => void messages.push(meteredBy(event)),
    metered: async () => {
      read += messages.length;
      return messages;
    },
    setAside: async () => true,
    previousOnEvse: none,
    nextOnEvse: none,
  };
  return { book, read: () => read };
};

it.each([
  ["of a rated EVSE", { ratedKw: 22 }],
  ["of an EVSE whose rating nobody knows", {}],
])("reads 34 messages for each at most, %s", async (_, rating) => {
  const { book, read } = countingBook();
  const events = running({ count: 1000, ...rating });
  let isOdd = false;
  for (const event of events)
    isOdd = (await recordIn(book, event, () => 1)).session?.estimate !== undefined || isOdd;
  expect(isOdd).toBe("ratedKw" in rating);
  expect(read()).toBeGreaterThan(events.length);
  expect(read()).toBeLessThanOrEqual(34 * events.length);
});

const recordAll = async (events: readonly TransactionEvent[]): Promise<readonly (Session | null)[]> => {
  const ledger = createMemoryLedger();
  const told: (Session | null)[] = [];
  for (const event of events) told.push((await ledger.record(event)).session);
  await ledger.close();
  return told;
};
const billOf = (session: Session | null | undefined) => ({
  importedKwh: session?.importedKwh,
  exportedKwh: session?.exportedKwh,
  meterStartWh: session?.meterStartWh,
  estimate: session?.estimate,
});

it("goes on with the register between two counts", async () => {
  const told = await recordAll(running({ count: 200, ...rated }));
  const offKwh = told.map((session, index) => Math.abs((session?.importedKwh ?? 0) - kwhAt(index)));
  expect(
    offKwh.filter((_, index) => index !== 5 && offKwh[index] !== undefined && offKwh[index] > 0.002),
  ).toEqual([]);
});

it("goes on with the power where the register cannot be followed between two counts", async () => {
  const jump = (wh: number, index: number): number => spike(wh, index) + (index >= 151 ? 500_000 : 0);
  const told = await recordAll(running({ count: 160, ...rated, telling: jump }));
  for (const index of [151, 152, 155, 160]) expect(told[index]?.importedKwh).toBeCloseTo(kwhAt(index), 2);
});

it("goes on with the power given back where its register cannot be followed, and says what of it is estimated", async () => {
  const back = Array.from({ length: 160 }, (_, before): TransactionEvent => {
    const index = before + 1;
    const exportedWh =
      trueWh(index) - START_WH + (index >= 151 ? 500_000 : 0) + (index === 5 ? 9_000_000 : 0);
    return updated(
      { seqNo: index, atMs: atMs(index), stationTimeMs: atMs(index), ...rated },
      { powerKw: -POWER_KW, importedWh: START_WH, exportedWh },
    );
  });
  const told = await recordAll([started({ meterWh: START_WH, exportedWh: 0, ...rated }), ...back]);
  for (const index of [150, 151, 152, 155]) {
    expect(told[index]?.exportedKwh).toBeCloseTo(kwhAt(index), 2);
    expect(told[index]?.importedKwh).toBe(0);
  }
  const estimatedKwh = (index: number): number => told[index]?.estimate?.exportedKwh ?? NaN;
  expect(estimatedKwh(151) - estimatedKwh(150)).toBeCloseTo(kwhAt(1), 2);
  expect(estimatedKwh(152)).toBeCloseTo(estimatedKwh(151), 3);
});

it("counts all anew where its EVSE turns out to be rated otherwise", async () => {
  const other = running({ count: 152, ...rated }).map((event, index) =>
    index < 152 ? { ...event, ratedKw: 3 } : event,
  );
  const told = await recordAll(other);
  expect(told[151]?.importedKwh).toBeLessThan(kwhAt(151) / 2);
  expect(told[152]?.importedKwh).toBeCloseTo(kwhAt(152), 2);
});

it("is told no more than its EVSE delivers either where each step could have been", async () => {
  // A step may be as if it had begun twenty seconds before: nearly three times the rating in ten seconds, again and again.
  const fast = (wh: number, index: number): number => spike(wh, index) + Math.max(0, index - 130) * 65;
  const told = await recordAll(running({ count: 160, ratedKw: 11, telling: fast }));
  for (const [index, session] of told.entries())
    expect(session?.importedKwh).toBeLessThanOrEqual((11 * 1.1 * index * EACH_MS) / 3_600_000 + 0.001);
});

const FAULTS: Record<string, (wh: number, at: number) => (wh: number, index: number) => number> = {
  "a jump": (byWh, at) => (wh, index) => (index >= at ? wh + byWh : wh),
  "jumps of single readings": (byWh, at) => (wh, index) => (index === 3 || index % at === 0 ? wh + byWh : wh),
  "a beginning at 0": (_, at) => (wh, index) => (index >= at ? wh - trueWh(at) : wh),
  "Wh called kWh": (_, at) => (wh, index) => (index === 3 || index >= at ? wh * 1000 : wh),
  "kWh called Wh": (_, at) => (wh, index) => (index >= at ? wh / 1000 : wh),
};
const faulty = fc
  .record({ byWh: fc.integer({ min: 5_000, max: 5_000_000 }), at: fc.integer({ min: 20, max: 160 }) })
  .chain((drawn) => fc.constantFrom(...Object.values(FAULTS)).map((fault) => fault(drawn.byWh, drawn.at)));
const RUNS = { numRuns: 8 };

it("is never told beyond what its EVSE delivers", async () => {
  await fc.assert(
    fc.asyncProperty(faulty, async (telling) => {
      const told = await recordAll(running({ count: 160, ...rated, telling }));
      for (const [index, session] of told.entries())
        expect(session?.importedKwh).toBeLessThanOrEqual((22 * 1.1 * index * EACH_MS) / 3_600_000 + 0.001);
    }),
    RUNS,
  );
});

it("is billed at its stop as where all is counted each time", async () => {
  await fc.assert(
    fc.asyncProperty(faulty, fc.integer({ min: 140, max: 160 }), async (telling, count) => {
      const long = { count, ...rated, telling };
      const inOrder = await recordAll([...running(long), stopAfter(long)]);
      const stopFirst = await recordAll([stopAfter(long), ...running(long)]);
      expect(billOf(inOrder.at(-1))).toEqual(billOf(stopFirst.at(-1)));
    }),
    RUNS,
  );
});

it.each(["the next begins", "its EVSE is free"])("is billed as where all is counted when %s", async (how) => {
  const billed = async (events: readonly TransactionEvent[]) => {
    const ledger = createMemoryLedger();
    for (const event of events) await ledger.record(event);
    const [open] = await ledger.openSessions();
    const next = { seqNo: 0, transactionId: "tx-2", atMs: atMs(200), stationTimeMs: atMs(200) };
    if (how === "the next begins") await ledger.record(started(next));
    else await ledger.endUnstopped(open?.id ?? "", { atMs: atMs(200), reason: "evse-available" });
    const session = await ledger.session(open?.id ?? "");
    await ledger.close();
    return billOf(session);
  };
  await fc.assert(
    fc.asyncProperty(faulty, fc.integer({ min: 140, max: 160 }), async (telling, count) => {
      const [start, ...samples] = running({ count, ...rated, telling });
      // A start counts all.
      const whole = start === undefined ? [] : [...samples, start];
      expect(await billed(running({ count, ...rated, telling }))).toEqual(await billed(whole));
    }),
    RUNS,
  );
});
