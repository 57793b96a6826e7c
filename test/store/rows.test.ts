/**
 * Rows of one table share one text of SQL, by the columns of the first.
 *
 * 1. A row has the same columns in the same order whatever is known of it.
 * 2. No column is undefined, which would be none.
 */
import { describe, expect, it } from "vitest";
import type { TransactionEvent } from "../../src/domain/fleet.js";
import { opened } from "../../src/ports/row-rules.js";
import { fromTable, toMessageTable, toTable } from "../../src/store/rows.js";
import { ended, started, updated } from "./events.js";

const SOMETHING: Readonly<Record<string, unknown>> = { startSeen: true, preference: {}, needs: {} };

const message = (event: TransactionEvent) => toMessageTable(1, "key", event);

describe("a row of the ledger", () => {
  it.each<[string, TransactionEvent]>([
    ["a start", started()],
    ["a start without a register", started({ meterWh: null, idToken: null, seqNo: null })],
    ["a start with what gives back", started({ exportedWh: 5 })],
    ["a sample", updated()],
    ["a sample of everything", updated({}, { exportedWh: 1, socPercent: 50, residualKw: 0.1 })],
    ["nothing sampled", updated({ sample: null })],
    ["an end", ended()],
    ["an end without a word", ended({ meterWh: null, exportedWh: null, reason: null, evseId: null })],
  ])("of %s has the columns of every other", (_, event) => {
    const row = message(event);
    expect(Object.keys(row)).toEqual(Object.keys(message(started())));
    expect(Object.values(row)).not.toContain(undefined);
  });

  it("of a transaction has them all, and gives back what it was made of", () => {
    const empty = opened(started(), { order: 1, sessionId: "s-1", transactionId: "tx-1", startKey: null });
    const known = Object.fromEntries(
      Object.entries(empty).map(([name, value]) => [name, value ?? SOMETHING[name] ?? 7]),
    );
    const rows = [empty, { ...empty, ...known }].map((row) => toTable(row));
    expect(Object.keys(rows[1] ?? {})).toEqual(Object.keys(rows[0] ?? {}));
    for (const row of rows) expect(Object.values(row)).not.toContain(undefined);
    expect(rows.map((row) => fromTable(row))[0]).toEqual(empty);
  });
});
