import type { Kysely } from "kysely";
import type { TransactionEvent } from "../domain/fleet.js";
import { asideKeyOf, type LedgerBook } from "../ports/ledger-book.js";
import type { TransactionRow } from "../ports/transaction-row.js";
import type { KnownRow, KnownRows } from "./known-rows.js";
import { fromTable, toMessageTable, toMetered, toTable } from "./rows.js";
import type { Statements } from "./statements.js";
import type { Tables, TransactionTable } from "./tables.js";
import { insertOnce, readRows, updateText } from "./texts.js";

/** The ledger's book in SQL, for use inside a transaction; `known` rows need no look at the database. */
export const sqlBook = (db: Kysely<Tables>, statements: Statements, known: KnownRows): LedgerBook => {
  // The row that a message is about, as it stands: of most messages two or three of its columns are others then.
  let standing: KnownRow | null = null;
  const find = async (stationId: string, transactionId: string): Promise<KnownRow | null> => {
    const kept = known.find(stationId, transactionId);
    if (kept !== null) return kept;
    const found = await readRow(db, stationId, transactionId);
    if (found !== null && found.row.endedMs === null) known.keep(found);
    return found;
  };
  return {
    ...lookups(db),
    byTransactionId: async (stationId, transactionId) => {
      standing = await find(stationId, transactionId);
      return standing?.row ?? null;
    },
    messageKnown: async (order, messageKey, event) =>
      !isNewerThanAll(standing, order, event) && isStored(statements, order, messageKey),
    put: async (row) => {
      if (standing?.row.order === row.order) {
        const columns = toTable(row);
        change(statements, standing.columns, columns);
        [standing.row, standing.columns] = [row, columns];
      } else putRow(statements, toTable(row));
      if (standing?.row !== row || row.endedMs !== null) known.drop(row);
    },
    addMessage: async (order, messageKey, event) => {
      addRow(statements, toMessageTable(order, messageKey, event));
      if (standing?.row.order === order) standing.newestMs = Math.max(standing.newestMs, event.stationTimeMs);
    },
    setAside: (event, why) => setAside(db, event, why),
  };
};

const readRow = async (
  db: Kysely<Tables>,
  stationId: string,
  transactionId: string,
): Promise<KnownRow | null> => {
  const [found] = await readRows<TransactionTable>(db, BY_TRANSACTION_ID, [transactionId, stationId]);
  if (found === undefined) return null;
  const [newest] = await readRows<{ newest: number | null }>(db, NEWEST_MESSAGE, [found.ordinal]);
  const row = fromTable(found);
  return { row, columns: toTable(row), newestMs: newest?.newest ?? -Infinity };
};

/** The key of a message holds its time. */
const isNewerThanAll = (
  standing: KnownRow | null,
  order: number,
  { kind, stationTimeMs }: TransactionEvent,
): boolean =>
  kind === "transaction-updated" && standing?.row.order === order && stationTimeMs > standing.newestMs;

const isStored = (statements: Statements, order: number, messageKey: string): boolean =>
  statements.rows(MESSAGE_KNOWN, [order, messageKey]).length > 0;

/** What is the same is left alone, and with it the indexes on it. */
const change = (statements: Statements, from: Columns, to: Columns): void => {
  const [columns, values]: [string[], unknown[]] = [[], []];
  const before: Readonly<Record<string, unknown>> = { ...from };
  for (const [column, value] of Object.entries(to)) {
    if (before[column] === value) continue;
    columns.push(column);
    values.push(value);
  }
  if (columns.length > 0)
    statements.run(updateText("ledger_transaction", columns, "ordinal"), [...values, to.ordinal]);
};

type Columns = KnownRow["columns"];

const setAside = async (
  db: Kysely<Tables>,
  event: Parameters<LedgerBook["setAside"]>[0],
  why: string,
): Promise<boolean> => {
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
};

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
const NEWEST_MESSAGE = `select max("station_time_ms") as "newest" from "ledger_message" where "ordinal" = ?`;
const MESSAGE_KNOWN = `select "ordinal" from "ledger_message" where "ordinal" = ? and "message_key" = ?`;
