/**
 * What the ledger in SQLite knows of running transactions beside its file is never other than the file: every
 * answer is that of a ledger that looks each time.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TransactionEvent } from "../../src/domain/fleet.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { createKnownRows, type KnownRow, type KnownRows } from "../../src/store/known-rows.js";
import { openStore, type Store } from "../../src/store/open-store.js";
import { toTable } from "../../src/store/rows.js";
import { opened } from "../../src/ports/row-rules.js";
import { ended, minutes, started, updated, v16 } from "./events.js";

const at = (minute: number, importedWh: number) =>
  updated(
    { seqNo: minute, atMs: minutes(minute), stationTimeMs: minutes(minute) },
    { atMs: minutes(minute), importedWh },
  );

let store: Store;
const noIds = (): number => {
  throw new Error("no ids are left");
};
beforeEach(async () => {
  store = await openStore({ path: ":memory:", commitWithinMs: 0, pickTransactionId: noIds });
});
afterEach(() => store.close());

/** What was told of each message by a ledger that keeps nothing twice. */
const asInMemory = async (events: readonly TransactionEvent[]) => {
  const ledger = createMemoryLedger();
  for (const event of events.slice(0, -1)) await ledger.record(event);
  return ledger.record(events.at(-1) ?? started());
};

describe("a running transaction", () => {
  it.each<[string, readonly TransactionEvent[]]>([
    ["samples in order", [started(), at(1, 10_100), at(2, 10_200), at(3, 10_300)]],
    ["the newest sample again", [started(), at(1, 10_100), at(2, 10_200), at(2, 10_200)]],
    ["an older sample again", [started(), at(1, 10_100), at(2, 10_200), at(1, 10_100)]],
    ["an older sample, late", [started(), at(1, 10_100), at(3, 10_300), at(2, 10_200)]],
    ["a sample after the end", [started(), at(1, 10_100), ended(), at(2, 10_200)]],
    ["a start after samples", [at(1, 10_100), at(2, 10_200), started()]],
    [
      "the next car on the EVSE",
      [started(), at(1, 10_100), started({ transactionId: "tx-2" }), at(2, 10_200)],
    ],
  ])("answers as ever: %s", async (_, events) => {
    let last: unknown;
    for (const event of events) last = await store.ledger.record(event);
    expect(last).toEqual(await asInMemory(events));
  });

  it("is not what a write would have made of it that was undone", async () => {
    await store.ledger.record(started());
    await store.ledger.record(at(1, 10_100));
    const outcomes = await Promise.allSettled([
      store.ledger.record(at(2, 10_200)),
      store.ledger.record(v16.started({ stationId: "CP2" })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(outcomes[0]).toMatchObject({ value: { outcome: "stored", session: { importedKwh: 0.2 } } });
    const inFile = await store.ledger.openSessions();
    expect(inFile.map(({ importedKwh }) => importedKwh)).toEqual([0.2]);
    const again = await store.ledger.record(at(2, 10_200));
    expect(again).toMatchObject({ outcome: "duplicate", session: { importedKwh: 0.2 } });
  });

  it("has what was set of it by another way", async () => {
    const { session } = await store.ledger.record(started());
    await store.ledger.record(at(1, 10_100));
    await store.ledger.saveChargeNow(session?.id ?? "", true);
    expect((await store.ledger.record(at(2, 10_200))).session?.chargeNow).toBe(true);
    await store.ledger.endUnstopped(session?.id ?? "", { atMs: minutes(4), reason: "evse-available" });
    expect((await store.ledger.record(at(3, 10_300))).session?.endedMs).toBe(minutes(4));
  });
});

describe("known rows", () => {
  const knownOf = (transactionId: string): KnownRow => {
    const row = opened(started({ transactionId }), {
      order: 1,
      sessionId: transactionId,
      transactionId,
      startKey: null,
    });
    return { row, columns: toTable(row), newestMs: 0 };
  };
  const isKnown = (rows: KnownRows, id: string): boolean => rows.find("CP1", id) !== null;

  it("are those heard of last", () => {
    const rows = createKnownRows(2);
    rows.keep(knownOf("a"));
    rows.keep(knownOf("b"));
    expect(isKnown(rows, "a")).toBe(true);
    rows.keep(knownOf("c"));
    expect(["a", "b", "c"].filter((id) => isKnown(rows, id))).toEqual(["a", "c"]);
  });

  it("are dropped by their session, also after others made way and came back", () => {
    const rows = createKnownRows(2);
    for (const id of ["a", "b", "c", "a"]) rows.keep(knownOf(id));
    rows.dropSession("b");
    rows.dropSession("a");
    expect(["a", "b", "c"].filter((id) => isKnown(rows, id))).toEqual(["c"]);
    rows.keep(knownOf("a"));
    expect(["a", "c"].filter((id) => isKnown(rows, id))).toEqual(["a", "c"]);
    rows.clear();
    rows.dropSession("c");
    expect(isKnown(rows, "c")).toBe(false);
  });
});
