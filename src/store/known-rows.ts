import type { EpochMs } from "../domain/units.js";
import type { TransactionRow } from "../ports/transaction-row.js";
import type { WholeRow } from "./rows.js";
import type { TransactionTable } from "./tables.js";

/** A transaction as the database has it, with what tells most messages of it from those that are there already. */
export interface KnownRow {
  row: TransactionRow;
  /** The same as its columns hold it. */
  columns: WholeRow<TransactionTable>;
  /** No message of it is stored with a later time of its station. */
  newestMs: EpochMs;
}

/**
 * The transactions that run and were heard of lately, so that a message needs no look at the database. It holds what
 * the open transaction of the database holds: whoever undoes writes clears it.
 */
export interface KnownRows {
  find(stationId: string, transactionId: string): KnownRow | null;
  keep(known: KnownRow): void;
  /** It is over, or was written by another way. */
  drop(row: TransactionRow): void;
  /** The same where only its session is known. */
  dropSession(sessionId: string): void;
  clear(): void;
}

/** So many cars that charge at once need no look; of more those heard of last. */
const MOST_KNOWN = 20_000;

export const createKnownRows = (most = MOST_KNOWN): KnownRows => {
  // The one that was heard of least lately stands first.
  const rows = new Map<string, KnownRow>();
  const keysBySession = new Map<string, string>();
  const forget = (key: string | undefined): void => {
    const known = key === undefined ? undefined : rows.get(key);
    if (key === undefined || known === undefined) return;
    rows.delete(key);
    keysBySession.delete(known.row.sessionId);
  };
  return {
    find: (stationId, transactionId) => {
      const key = keyOf({ stationId, transactionId });
      const known = rows.get(key);
      if (known === undefined) return null;
      rows.delete(key);
      rows.set(key, known);
      return known;
    },
    keep: (known) => {
      const key = keyOf(known.row);
      forget(key);
      if (rows.size >= most) forget(rows.keys().next().value);
      rows.set(key, known);
      keysBySession.set(known.row.sessionId, key);
    },
    drop: (row) => forget(keyOf(row)),
    dropSession: (sessionId) => forget(keysBySession.get(sessionId)),
    clear: () => {
      rows.clear();
      keysBySession.clear();
    },
  };
};

const keyOf = ({ stationId, transactionId }: Pick<TransactionRow, "stationId" | "transactionId">): string =>
  `${transactionId} ${stationId}`;
