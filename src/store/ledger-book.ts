import type { Kysely } from "kysely";
import { asideKeyOf, type LedgerBook } from "../ports/ledger-book.js";
import type { TransactionRow } from "../ports/transaction-row.js";
import { fromTable, toMessageTable, toMetered, toTable } from "./rows.js";
import type { Tables, TransactionTable } from "./tables.js";

/** The ledger's book in SQL, for use inside a transaction. */
export const sqlBook = (db: Kysely<Tables>): LedgerBook => ({
  ...lookups(db),
  put: async (row) => {
    const values = toTable(row);
    await db
      .insertInto("ledger_transaction")
      .values(values)
      .onConflict((conflict) => conflict.column("ordinal").doUpdateSet(values))
      .execute();
  },
  addMessage: async (order, messageKey, event) => {
    await db
      .insertInto("ledger_message")
      .values(toMessageTable(order, messageKey, event))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
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
    byTransactionId: (stationId: string, transactionId: string) =>
      one(rows().where("transaction_id", "=", transactionId).where("station_id", "=", stationId)),
    transactionIdTaken: async (transactionId: string) =>
      (await one(rows().where("transaction_id", "=", transactionId).limit(1))) !== null,
    bySessionId: (sessionId: string) => one(rows().where("session_id", "=", sessionId)),
    messageKnown: async (order: number, messageKey: string) => {
      const query = db
        .selectFrom("ledger_message")
        .select("ordinal")
        .where("ordinal", "=", order)
        .where("message_key", "=", messageKey);
      return (await query.executeTakeFirst()) !== undefined;
    },
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

const one = async (query: { executeTakeFirst(): Promise<TransactionTable | undefined> }) => {
  const found = await query.executeTakeFirst();
  return found === undefined ? null : fromTable(found);
};
