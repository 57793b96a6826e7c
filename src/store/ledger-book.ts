import type { Kysely } from "kysely";
import type { TransactionEvent } from "../domain/fleet.js";
import { asideKeyOf, type LedgerBook } from "../ports/ledger-book.js";
import type { Metered, TransactionRow } from "../ports/transaction-row.js";
import type { KnownRow, KnownRows } from "./known-rows.js";
import { fromTable, toMessageTable, toMetered, toTable } from "./rows.js";
import type { Statements } from "./statements.js";
import type { Tables, TransactionTable } from "./tables.js";
import { insertOnce, readRows, updateText } from "./texts.js";

/** The ledger's book in SQL, for use inside a transaction; `known` rows need no look at the database. */
export const sqlBook = (db: Kysely<Tables>, statements: Statements, known: KnownRows): LedgerBook =>
  new SqlBook(db, statements, known);

/** One for each message, so that its methods are shared. */
class SqlBook implements LedgerBook {
  readonly #db: Kysely<Tables>;
  readonly #statements: Statements;
  readonly #known: KnownRows;
  /** The row that a message is about, as it stands: of most messages two or three of its columns are others then. */
  #standing: KnownRow | null = null;

  constructor(db: Kysely<Tables>, statements: Statements, known: KnownRows) {
    this.#db = db;
    this.#statements = statements;
    this.#known = known;
  }

  async byTransactionId(stationId: string, transactionId: string): Promise<TransactionRow | null> {
    this.#standing = this.#known.find(stationId, transactionId);
    if (this.#standing === null) {
      this.#standing = await readRow(this.#db, stationId, transactionId);
      if (this.#standing !== null && this.#standing.row.endedMs === null) this.#known.keep(this.#standing);
    }
    return this.#standing?.row ?? null;
  }

  async messageKnown(order: number, messageKey: string, event: TransactionEvent): Promise<boolean> {
    if (isNewerThanAll(this.#standing, order, event)) return false;
    return this.#statements.rows(MESSAGE_KNOWN, [order, messageKey]).length > 0;
  }

  async put(row: TransactionRow): Promise<void> {
    const standing = this.#standing;
    const columns = toTable(row);
    if (standing?.row.order === row.order) {
      change(this.#statements, standing.columns, columns);
      [standing.row, standing.columns] = [row, columns];
    } else putRow(this.#statements, columns);
    if (standing?.row !== row || row.endedMs !== null) this.#known.drop(row);
  }

  async addMessage(order: number, messageKey: string, event: TransactionEvent): Promise<void> {
    addRow(this.#statements, toMessageTable(order, messageKey, event));
    const standing = this.#standing;
    if (standing?.row.order === order) standing.newestMs = Math.max(standing.newestMs, event.stationTimeMs);
  }

  async setAside(event: Parameters<LedgerBook["setAside"]>[0], why: string): Promise<boolean> {
    const { stationId, atMs } = event;
    const done = await this.#db
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
  }

  async nextOrder(): Promise<number> {
    const query = this.#db.selectFrom("ledger_transaction").select((eb) => eb.fn.max("ordinal").as("last"));
    return ((await query.executeTakeFirst())?.last ?? 0) + 1;
  }

  byStartKey(stationId: string, startKey: string): Promise<TransactionRow | null> {
    return one(this.#rows().where("station_id", "=", stationId).where("start_key", "=", startKey));
  }

  async transactionIdTaken(transactionId: string): Promise<boolean> {
    return (await one(this.#rows().where("transaction_id", "=", transactionId).limit(1))) !== null;
  }

  bySessionId(sessionId: string): Promise<TransactionRow | null> {
    return one(this.#rows().where("session_id", "=", sessionId));
  }

  async metered(order: number): Promise<readonly Metered[]> {
    const query = this.#db.selectFrom("ledger_message").selectAll().where("ordinal", "=", order);
    return (await query.execute()).map(toMetered);
  }

  previousOnEvse(row: TransactionRow): Promise<TransactionRow | null> {
    return one(
      this.#onEvse(row)
        .where((eb) => eb(eb.refTuple("started_ms", "ordinal"), "<", eb.tuple(row.startedMs, row.order)))
        .orderBy("started_ms", "desc")
        .orderBy("ordinal", "desc")
        .limit(1),
    );
  }

  nextOnEvse(row: TransactionRow): Promise<TransactionRow | null> {
    return one(
      this.#onEvse(row)
        .where((eb) => eb(eb.refTuple("started_ms", "ordinal"), ">", eb.tuple(row.startedMs, row.order)))
        .orderBy("started_ms")
        .orderBy("ordinal")
        .limit(1),
    );
  }

  #rows() {
    return this.#db.selectFrom("ledger_transaction").selectAll();
  }

  #onEvse({ stationId, evseId }: TransactionRow) {
    return this.#rows().where("station_id", "=", stationId).where("evse_id", "=", evseId);
  }
}

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

const one = async (query: { execute(): Promise<readonly TransactionTable[]> }) =>
  firstOf(await query.execute());
const firstOf = ([found]: readonly TransactionTable[]) => (found === undefined ? null : fromTable(found));

const putRow = insertOnce("ledger_transaction", { update: "ordinal" });
const addRow = insertOnce("ledger_message", "do nothing");
const BY_TRANSACTION_ID = `select * from "ledger_transaction" where "transaction_id" = ? and "station_id" = ?`;
const NEWEST_MESSAGE = `select max("station_time_ms") as "newest" from "ledger_message" where "ordinal" = ?`;
const MESSAGE_KNOWN = `select "ordinal" from "ledger_message" where "ordinal" = ? and "message_key" = ?`;
