import type { Documents } from "../ports/documents.js";
import { createSqlDocuments } from "./documents.js";
import { createGroupCommit } from "./group-commit.js";
import { createSqlLedger, randomTransactionId } from "./ledger.js";
import { TODAYS_VERSION, versionOf } from "./migrations.js";
import { openDatabase } from "./open-database.js";
import { openStatementsToRead } from "./statements.js";

/** A store that is looked at and never changed, whatever version its tables have. */
export interface StoreToRead {
  /** Version of its tables, 0 when it holds none. */
  readonly version: number;
  readonly documents: Documents;
  /** How many sessions run; null when tables of this version cannot tell. */
  openSessions(): Promise<number | null>;
  close(): Promise<void>;
}

/** Opens a file that is there for reading; nothing is brought up to date, and every write fails. */
export const openStoreToRead = async (path: string): Promise<StoreToRead> => {
  const open = () => openStatementsToRead(path);
  const { db, statements } = await openDatabase({ path, open, prepare: versionOf });
  const version = await versionOf(db);
  const commits = createGroupCommit(db, statements, 0);
  const close = () => commits.close().then(() => db.destroy());
  const ledger = createSqlLedger(commits, randomTransactionId, close);
  return {
    version,
    documents: createSqlDocuments(commits),
    openSessions: async () => (version === TODAYS_VERSION ? (await ledger.openSessions()).length : null),
    close,
  };
};
