import type { Kysely } from "kysely";
import { asideKeyOf, type LedgerBook } from "../ports/ledger-book.js";
import type { TransactionRow } from "../ports/transaction-row.js";
import { fromTable, toMessageTable, toMetered, toTable } from "./rows.js";
import type { Tables, TransactionTable } from "./tables.js";
import { insertOnce, runText, updateText } from "./texts.js";

/** The ledger's book in SQL, for use inside a transaction. */
export const sqlBook = (db: Kysely<Tables>): LedgerBook => {
  // The row that a message is about, as it stands: of most messages two or three of its columns are others then.
  let standing: TransactionRow | null = null;
  return {
    ...lookups(db),
    ...writes(db),
    byTransactionId: async (stationId, transactionId) => {
      standing = firstOf(await runText<TransactionTable>(db, BY_TRANSACTION_ID, [transactionId, stationId]));
      return standing;
    },
    put: async (row) => {
      if (standing?.order === row.order) await change(db, standing, row);
      else await putRow(db, toTable(row));
      standing = row;
    },
  };
};

/** What is the same is left alone, and with it the indexes on it. */
const change = async (db: Kysely<Tables>, from: TransactionRow, to: TransactionRow): Promise<void> => {
  const before = new Map(Object.entries(toTable(from)));
  const changed = Object.entries(toTable(to)).filter(([column, value]) => before.get(column) !== value);
  if (changed.length === 0) return;
  const text = updateText(
    "ledger_transaction",
    changed.map(([column]) => column),
    "ordinal",
  );
  await runText(db, text, [...changed.map(([, value]) => value), to.order]);
};

const writes = (db: Kysely<Tables>): Pick<LedgerBook, "addMessage" | "setAside"> => ({
  addMessage: (order, messageKey, event) => addRow(db, toMessageTable(order, messageKey, event)),
  setAside: async (event, why) => {
    const { stationId, atMs } = event;
    const done = await db
      .insertInto("quarantine")
      .values({
        message_key: asideKeyOf(event),
        station_id: stationId,
        at_ms: atMs,
        event: JSON.stringify(event),
        why,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return done.numInsertedOrUpdatedRows === 1n;
  },
});

const lookups = (db: Kysely<Tables>) => {
  const rows = () => db.selectFrom("ledger_transaction").selectAll();
  const onEvse = (row: TransactionRow) =>
    rows().where("station_id", "=", row.stationId).where("evse_id", "=", row.evseId);
  return {
    nextOrder: async () => {
      const query = db.selectFrom("ledger_transaction").select((eb) => eb.fn.max("ordinal").as("last"));
      return ((await query.executeTakeFirst())?.last ?? 0) + 1;
    },
    byStartKey: (stationId: string, startKey: string) =>
      one(rows().where("station_id", "=", stationId).where("start_key", "=", startKey)),
    transactionIdTaken: async (transactionId: string) =>
      (await one(rows().where("transaction_id", "=", transactionId).limit(1))) !== null,
    bySessionId: (sessionId: string) => one(rows().where("session_id", "=", sessionId)),
    messageKnown: async (order: number, messageKey: string) =>
      (await runText(db, MESSAGE_KNOWN, [order, messageKey])).length > 0,
    metered: async (order: number) => {
      const query = db.selectFrom("ledger_message").selectAll().where("ordinal", "=", order);
      return (await query.execute()).map(toMetered);
    },
    previousOnEvse: (row: TransactionRow) =>
      one(
        onEvse(row)
          .where((eb) => eb(eb.refTuple("started_ms", "ordinal"), "<", eb.tuple(row.startedMs, row.order)))
          .orderBy("started_ms", "desc")
          .orderBy("ordinal", "desc")
          .limit(1),
      ),
    nextOnEvse: (row: TransactionRow) =>
      one(
        onEvse(row)
          .where((eb) => eb(eb.refTuple("started_ms", "ordinal"), ">", eb.tuple(row.startedMs, row.order)))
          .orderBy("started_ms")
          .orderBy("ordinal")
          .limit(1),
      ),
  };
};

const one = async (query: { execute(): Promise<readonly TransactionTable[]> }) =>
  firstOf(await query.execute());
const firstOf = ([found]: readonly TransactionTable[]) => (found === undefined ? null : fromTable(found));

const putRow = insertOnce("ledger_transaction", { update: "ordinal" });
const addRow = insertOnce("ledger_message", "do nothing");
const BY_TRANSACTION_ID = `select * from "ledger_transaction" where "transaction_id" = ? and "station_id" = ?`;
const MESSAGE_KNOWN = `select "ordinal" from "ledger_message" where "ordinal" = ? and "message_key" = ?`;
