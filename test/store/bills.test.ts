/**
 * The laws of bills, over every ledger.
 *
 * 1. Any order of messages, retries and duplicates gives the same bill.
 * 2. Ends complete one another in any order: one without register, time or reason, or with less than
 *    another tells, changes nothing of what the others say.
 * 3. The energy of a bill is what the station metered, to the watt-hour, with a register in its start or
 *    not, and whatever absurd register stands among the others.
 * 4. A clock that is known to be off changes no bill, though starts and stops keep the time that it tells.
 *
 * From the wire on: test/ocpp/metered.test.ts.
 */
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  infiniteStream,
  integer,
  nat,
  option,
  record,
} from "fast-check";
import { describe, expect, it } from "vitest";
import type { TransactionEnded, TransactionEvent } from "../../src/domain/fleet.js";
import type { FlaggingLedger } from "../../src/ports/ledger-memory.js";
import { bills, billOf, ended, minutes, resent, sampleOf, started, T0, updated, v16 } from "./events.js";
import { kinds } from "./kinds.js";

const recordAll = async (events: readonly TransactionEvent[], into: FlaggingLedger) => {
  for (const event of events) await into.record(event);
  return into.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
};

/** Two cars after one another on one EVSE and one beside them, the stops of two lost or not. */
const evening = record({
  registers: array(integer({ min: 0, max: 9000 }), { minLength: 2, maxLength: 6 }),
  exports: array(integer({ min: 0, max: 2000 }), { minLength: 2, maxLength: 6 }),
  lost: boolean(),
  startMetered: boolean(),
  spikeWh: option(integer({ min: 3_000_000, max: 4_294_967_295 })),
});
type Evening = typeof evening extends Arbitrary<infer T> ? T : never;

const car = (transactionId: string, { evseId, from }: { evseId: number; from: number }, drawn: Evening) => {
  const at = (minute: number) => ({ stationTimeMs: minutes(from + minute), atMs: minutes(from + minute) });
  const imported = drawn.registers.toSorted((a, b) => a - b).map((wh) => 10_000 + wh);
  const exported = drawn.exports.toSorted((a, b) => a - b).slice(0, drawn.lost ? imported.length : undefined);
  const samples = imported.map((importedWh, index) =>
    updated(
      { transactionId, evseId, seqNo: index + 1, ...at(index + 1) },
      { importedWh, exportedWh: exported[index] ?? null, socPercent: 20 + index },
    ),
  );
  const stop = ended({
    transactionId,
    evseId,
    seqNo: imported.length + 1,
    ...at(50),
    meterWh: imported.at(-1) ?? null,
    exportedWh: exported.at(-1) ?? null,
  });
  const baseWh = drawn.startMetered ? 10_000 : (imported[0] ?? 0);
  const meterWh = drawn.startMetered ? baseWh : null;
  const start = started({ transactionId, evseId, ...at(0), meterWh, exportedWh: 0 });
  const spike = updated({ transactionId, evseId, seqNo: 1, ...at(7) }, { importedWh: drawn.spikeWh });
  const metered = { importedWh: (imported.at(-1) ?? 0) - baseWh, exportedWh: exported.at(-1) ?? 0 };
  const odd = drawn.spikeWh === null ? [] : [spike];
  return { events: [start, ...samples, ...odd, ...(drawn.lost ? [] : [stop])], metered };
};

/** What is left of an end when a station forgets parts of it; the time is then when it reaches us. */
const weakened = (
  end: TransactionEnded,
  kept: { register: boolean; time: boolean; reason: boolean },
): TransactionEnded => ({
  ...end,
  ...(kept.register ? {} : { meterWh: null, exportedWh: null }),
  ...(kept.time ? {} : { unreadTime: "" }),
  ...(kept.reason ? {} : { reason: null }),
});

const parts = record({ register: boolean(), time: boolean(), reason: boolean() });

/** Ends of one transaction, each poorer than the whole or not, that tell its time and perhaps its register. */
const ends = array(parts, { maxLength: 4 }).chain((poor) =>
  constantFrom(
    [...poor, { register: true, time: true, reason: true }],
    [...poor, { register: true, time: false, reason: true }, { register: false, time: true, reason: false }],
    [...poor.map((one) => ({ ...one, register: false })), { register: false, time: true, reason: true }],
  ),
);

/** Ids of sessions may differ: a session that is opened by a late message has its first known start in it. */
const oddities = async (of: FlaggingLedger) =>
  (await of.flagged())
    .map((flags) => ({ ...flags, sessionId: "" }))
    .sort((a, b) => a.transactionId.localeCompare(b.transactionId));

describe.each(kinds)("bills in $name", ({ open, runs }) => {
  it("gives the same bill in any order of messages, retries and duplicates (2.x)", async () => {
    await assert(
      asyncProperty(evening, infiniteStream(nat()), async (drawn, order) => {
        const cars = [
          car("a", { evseId: 1, from: 0 }, drawn),
          car("b", { evseId: 1, from: 60 }, { ...drawn, lost: false }),
          car("c", { evseId: 2, from: 30 }, drawn),
        ];
        const events = cars.flatMap((one) => one.events);
        const inOrder = await open();
        const shuffled = await open();
        const expected = bills(await recordAll(events, inOrder.ledger));
        const retried = [...events, ...events.filter((_, index) => index % 3 === 0).map(resent)];
        const keyed = retried.map((event) => ({ event, key: order.next().value ?? 0 }));
        const mixed = keyed.sort((a, b) => a.key - b.key).map(({ event }) => event);
        const found = bills(await recordAll(mixed, shuffled.ledger));
        expect(found).toEqual(expected);
        expect(await oddities(shuffled.ledger)).toEqual(await oddities(inOrder.ledger));
        if (drawn.spikeWh === null) expect(await shuffled.ledger.quarantined()).toEqual([]);
        for (const [index, one] of cars.entries()) expect(found[index]).toMatchObject(one.metered);
        await Promise.all([inOrder.close(), shuffled.close()]);
      }),
      { numRuns: runs },
    );
  });

  it("gives the bill of the fullest end, in whatever order poorer ones and samples come (2.x and 1.6)", async () => {
    const end = ended({ stationTimeMs: minutes(50), meterWh: 15_000, exportedWh: 40, seqNo: 5 });
    const sample = (minute: number, importedWh: number) =>
      updated({ seqNo: minute, stationTimeMs: minutes(minute) }, { importedWh });
    const samples = [sample(10, 11_000), sample(40, 14_000), sample(55, 15_500), sample(130, 19_000)];
    await assert(
      asyncProperty(ends, infiniteStream(nat()), boolean(), async (told, order, isV16) => {
        const own = await open();
        const begin = isV16 ? v16.started({ exportedWh: 0 }) : started({ exportedWh: 0 });
        const shuffled = [...samples, ...told.map((kept) => weakened(end, kept)), ...(isV16 ? [] : [begin])]
          .map((event) => ({ event, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const id = isV16 ? (await own.ledger.record(begin)).transactionId : "tx-1";
        for (const [index, event] of shuffled.entries()) {
          const atMs = minutes(100 + index);
          const isUntimed = event.kind === "transaction-ended" && event.unreadTime !== undefined;
          const sent = { ...event, atMs, transactionId: id, ...(isV16 ? { seqNo: null } : {}) };
          await own.ledger.record(isUntimed ? { ...sent, stationTimeMs: atMs } : sent);
        }
        const isMetered = told.some(({ register }) => register);
        const [session, ...others] = await own.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
        expect(others).toEqual([]);
        expect(session).toMatchObject({
          startedMs: T0,
          endedMs: minutes(50),
          endReason: "EVDisconnected",
          importedKwh: isMetered ? 5 : 4,
          exportedKwh: isMetered ? 0.04 : 0,
        });
        expect(await own.ledger.quarantined()).toEqual([]);
        await own.close();
      }),
      { numRuns: runs },
    );
  });

  it("gives the same bill however often each message is sent again (1.6)", async () => {
    await assert(
      asyncProperty(
        array(integer({ min: 0, max: 50_000 }), { minLength: 1, maxLength: 8 }),
        array(integer({ min: 1, max: 3 }), { minLength: 10, maxLength: 10 }),
        async (registers, repeats) => {
          const own = await open();
          const sorted = registers.toSorted((a, b) => a - b);
          const send = async (event: TransactionEvent, index: number) => {
            const answers = [];
            for (let copy = 0; copy < (repeats[index] ?? 1); copy++)
              answers.push(await own.ledger.record({ ...event, atMs: event.atMs + copy * 1000 }));
            expect(new Set(answers.map((answer) => answer.transactionId)).size).toBe(1);
            expect(answers.map((answer) => answer.outcome)).toEqual(
              answers.map((_, copy) => (copy === 0 ? "stored" : "duplicate")),
            );
            return answers[0]?.transactionId ?? "";
          };
          const id = await send(v16.started({ meterWh: 0 }), 0);
          for (const [index, importedWh] of sorted.entries())
            await send(
              v16.updated(id, { stationTimeMs: minutes(index + 1), sample: sampleOf({ importedWh }) }),
              index + 1,
            );
          await send(v16.ended(id, { meterWh: sorted.at(-1) ?? 0 }), 9);
          const [session, ...others] = await own.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
          expect(others).toEqual([]);
          expect(session && billOf(session).importedWh).toBe(sorted.at(-1));
          await own.close();
        },
      ),
      { numRuns: runs },
    );
  });

  it.each([-3, 3])(
    "gives the bill of the right time where a clock is %d minutes ahead",
    async (aheadMinutes) => {
      const RATED_KW = 7.4;
      const drawnWh = (minute: number): number => Math.round((minute * RATED_KW * 1000) / 60);
      const heard = { atMs: minutes(60), ratedKw: RATED_KW };
      const byItsClock = (minute: number) => ({
        ...heard,
        stationTimeMs: minutes(minute + aheadMinutes),
        clockAheadMs: aheadMinutes * 60_000,
      });
      const byOurs = (minute: number) => ({ ...heard, stationTimeMs: minutes(minute) });
      // All of it was kept while it was offline, and came at once; the stop does not tell what was given back.
      const events = [
        started({ ...byItsClock(0), meterWh: drawnWh(0), exportedWh: 0 }),
        ...[2, 4, 6, 9].map((minute) =>
          updated(
            { ...byOurs(minute), seqNo: minute },
            { importedWh: drawnWh(minute), exportedWh: minute * 10, powerKw: RATED_KW },
          ),
        ),
        ended({ ...byItsClock(10), meterWh: drawnWh(10), exportedWh: null }),
      ];
      for (const sent of [events, events.toReversed()]) {
        const own = await open();
        const [session] = await recordAll(sent, own.ledger);
        await own.close();
        expect(session).toMatchObject({ importedKwh: drawnWh(10) / 1000, exportedKwh: 0.09 });
        expect(session?.estimate).toBeUndefined();
      }
    },
  );
});
