/**
 * The laws of fleet and ledger together, whatever order, losses, repeats and delays messages come with:
 *
 * 1. No EVSE ever has two transactions, and no transaction two EVSEs.
 * 2. The fleet shows exactly what the ledger holds open.
 * 3. No watt-hour is lost or counted twice.
 * 4. A message that comes again changes nothing.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFleetKeeper } from "../../src/control/fleet-keeper.js";
import type { FleetState, TransactionEvent } from "../../src/domain/fleet.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { ended, minutes, sampleOf, started, T0, updated } from "../store/events.js";

type Word =
  | { readonly kind: "transaction"; readonly event: TransactionEvent }
  | { readonly kind: "free"; readonly evseId: number; readonly minute: number }
  | { readonly kind: "boot" };

const LENGTH_MIN = 40;

/** One transaction as its station metered it: `stepsWh` between its messages. */
interface Told {
  readonly transactionId: string;
  readonly evseId: number;
  readonly fromMin: number;
  readonly stepsWh: readonly number[];
}

const BASE_WH = 10_000;

const wordsOf = ({ transactionId, evseId, fromMin, stepsWh }: Told): Word[] => {
  const at = (minute: number, seqNo: number) => ({
    transactionId,
    evseId,
    seqNo,
    stationTimeMs: minutes(fromMin + minute),
    atMs: minutes(fromMin + minute),
  });
  const registers = stepsWh.map((_, index) =>
    stepsWh.slice(0, index + 1).reduce((sum, wh) => sum + wh, BASE_WH),
  );
  const stop = stepsWh.length + 1;
  // Power and energy of one moment in two messages of one number, as careless stations do.
  const samples = registers.flatMap((importedWh, index) => [
    updated(at(index + 1, index + 1), { importedWh }),
    updated({ ...at(index + 1, index + 1), sample: sampleOf({ powerKw: index + 1 }) }),
  ]);
  const events: TransactionEvent[] = [
    started({ ...at(0, 0), meterWh: BASE_WH }),
    ...samples,
    ended({ ...at(stop, stop), meterWh: registers.at(-1) ?? BASE_WH }),
  ];
  return [
    ...events.map((event): Word => ({ kind: "transaction", event })),
    { kind: "free", evseId, minute: fromMin + stop },
  ];
};

const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 4 });

/** Three cars one after another on each of two EVSEs. */
const evening = fc.array(steps, { minLength: 6, maxLength: 6 }).map((all) =>
  all.map(
    (stepsWh, index): Told => ({
      transactionId: `tx-${index}`,
      evseId: 1 + (index % 2),
      fromMin: Math.floor(index / 2) * LENGTH_MIN,
      stepsWh,
    }),
  ),
);

/** Each word now or late, once or twice, or never; the lost ones are told by `lost`. */
const fates = fc.array(
  fc.record({
    delayMin: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 * LENGTH_MIN })),
    copies: fc.constantFrom(1, 1, 2),
    lost: fc.nat({ max: 9 }).map((die) => die === 0),
  }),
  { minLength: 90, maxLength: 90 },
);

interface Delivery {
  readonly word: Word;
  readonly atMs: number;
}

const minuteOf = (word: Word): number => {
  if (word.kind === "transaction") return (word.event.stationTimeMs - T0) / 60_000;
  return word.kind === "free" ? word.minute : LENGTH_MIN;
};

const story = fc.tuple(evening, fates).map(([told, drawn]) => {
  const words: Word[] = [...told.flatMap(wordsOf), { kind: "boot" }];
  const deliveries = words.flatMap((word, index): Delivery[] => {
    const fate = drawn[index % drawn.length];
    if (fate === undefined || fate.lost) return [];
    const atMs = minutes(minuteOf(word) + fate.delayMin);
    return Array.from({ length: fate.copies }, () => ({ word, atMs }));
  });
  return { told, deliveries: deliveries.toSorted((a, b) => a.atMs - b.atMs) };
});

const stage = () => {
  const ledger = createMemoryLedger();
  const keeper = createFleetKeeper(
    ledger,
    () => undefined,
    (error) => {
      throw error;
    },
  );
  const tell = async ({ word, atMs }: Delivery): Promise<void> => {
    const stationId = "CP1";
    if (word.kind === "transaction") await keeper.record({ ...word.event, atMs });
    else if (word.kind === "boot") keeper.apply({ kind: "booted", stationId, atMs, vendor: "v", model: "m" });
    else await keeper.freed({ stationId, evseId: word.evseId, atMs, sinceMs: minutes(word.minute) });
  };
  return { ledger, keeper, tell };
};

const shown = ({ stations }: FleetState) =>
  [...stations.values()].flatMap(({ evses }) =>
    [...evses.values()].flatMap(({ evseId, session }) =>
      session === null ? [] : [{ evseId, id: session.id }],
    ),
  );

const byEvse = (places: readonly { evseId: number; id: string }[]) =>
  places.map(({ evseId, id }) => ({ evseId, id })).toSorted((a, b) => a.evseId - b.evseId);

describe("fleet and ledger together", () => {
  it("show one transaction at most per EVSE, the same in both, after every message", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ deliveries }) => {
        const { ledger, keeper, tell } = stage();
        for (const delivery of deliveries) {
          await tell(delivery);
          const open = await ledger.openSessions();
          expect(new Set(open.map(({ evseId }) => evseId)).size).toBe(open.length);
          expect(byEvse(shown(keeper.state))).toEqual(byEvse(open));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("count every watt-hour of every transaction once, as far as it was told", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ told, deliveries }) => {
        const { ledger, tell } = stage();
        for (const delivery of deliveries) await tell(delivery);
        const sessions = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
        for (const { transactionId } of told) {
          const registers = deliveries.flatMap(({ word }) => registerOf(word, transactionId));
          const session = sessions.find((one) => one.transactionId === transactionId);
          const base = registers.includes(BASE_WH) ? BASE_WH : Math.min(...registers);
          const expected = registers.length === 0 ? 0 : Math.max(...registers) - base;
          expect(Math.round((session?.importedKwh ?? 0) * 1000)).toBe(expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("are the same when every message comes once more", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ deliveries }) => {
        const { ledger, keeper, tell } = stage();
        for (const delivery of deliveries) {
          await tell(delivery);
          const before = { fleet: structuredClone(keeper.state), open: await ledger.openSessions() };
          await tell(delivery);
          expect({ fleet: keeper.state, open: await ledger.openSessions() }).toEqual(before);
        }
        const sessions = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
        for (const delivery of deliveries) if (delivery.word.kind === "transaction") await tell(delivery);
        expect(await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).toEqual(sessions);
        expect(await ledger.quarantined()).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

const registerOf = (word: Word, transactionId: string): number[] => {
  if (word.kind !== "transaction" || word.event.transactionId !== transactionId) return [];
  const { event } = word;
  const wh = event.kind === "transaction-updated" ? event.sample?.importedWh : event.meterWh;
  return wh == null ? [] : [wh];
};
