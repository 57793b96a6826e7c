import { closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Kysely } from "kysely";
import type { Documents } from "../ports/documents.js";
import type { FlaggingLedger } from "../ports/ledger-memory.js";
import { backupStore } from "./backup.js";
import { createSqlDocuments } from "./documents.js";
import { type CommitReadings, createGroupCommit } from "./group-commit.js";
import { watchPlace } from "./in-place.js";
import { createSqlLedger, randomTransactionId } from "./ledger.js";
import { isOlder, migrate, versionOf } from "./migrations.js";
import { openDatabase } from "./open-database.js";
import { openStatements, type Statements } from "./statements.js";
import type { Tables } from "./tables.js";
import { type BufferedTelemetry, createSqlTelemetry } from "./telemetry.js";

export interface Store {
  readonly ledger: FlaggingLedger;
  readonly telemetry: BufferedTelemetry;
  readonly documents: Documents;
  readonly commits: CommitReadings;
  /** Commits nothing, as any write is committed: rejects where the store takes no writes. */
  tryToWrite(): Promise<void>;
  /** Its file is where it was opened: neither deleted nor replaced under us, so that what is written stays. */
  isInPlace(): boolean;
  /** Of the file with its log; 0 where there is none. */
  bytes(): number;
  /** Writes what is gathered and closes the file. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** File of the database, made with its folder when absent; `:memory:` for none. */
  readonly path: string;
  /** Transaction ids for OCPP 1.6; random by default. */
  readonly pickTransactionId?: () => number;
  /** How long a write may wait for others to share its commit, 0 to 50 ms. */
  readonly commitWithinMs?: number;
  /** Told when gathered measurements could not be written. */
  readonly onFailure?: (failure: unknown) => void;
}

const DEFAULT_COMMIT_WITHIN_MS = 5;
const MOST_COMMIT_WITHIN_MS = 50;

/**
 * The durable store: SQLite in WAL mode with synchronous=FULL, so that what was acknowledged survives
 * `kill -9` and power loss.
 */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const wanted = options.commitWithinMs ?? DEFAULT_COMMIT_WITHIN_MS;
  const commitWithinMs = Math.min(Math.max(0, wanted), MOST_COMMIT_WITHIN_MS);
  const { path } = options;
  const open = (): Statements => {
    if (path !== ":memory:") makePrivateFile(path);
    return openStatements(path);
  };
  const prepare = async (opened: Kysely<Tables>): Promise<void> => {
    // Read only, and before anything is changed.
    if (await isOlder(opened)) await keepOlder(path, await versionOf(opened));
    await migrate(opened);
  };
  const { db, statements } = await openDatabase({ path, open, prepare });
  const isInPlace = path === ":memory:" ? () => true : watchPlace(path);
  const commits = createGroupCommit(db, statements, commitWithinMs);
  const telemetry = createSqlTelemetry(commits, options.onFailure ?? (() => undefined));
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= telemetry
      .flush()
      .then(() => commits.close())
      .then(() => db.destroy());
    return closing;
  };
  return {
    ledger: createSqlLedger(commits, options.pickTransactionId ?? randomTransactionId, close),
    telemetry,
    documents: createSqlDocuments(commits),
    commits: commits.readings,
    tryToWrite: () => commits.write(async () => undefined),
    isInPlace,
    bytes: () => sizeOf(path) + sizeOf(`${path}-wal`),
    close,
  };
};

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** A copy of the store as the older program left it, beside it: one per version. */
const keepOlder = async (path: string, version: number): Promise<void> => {
  const copy = `${path}.version-${version}`;
  if (!existsSync(copy)) await backupStore(path, copy);
};

/** Sessions and tokens are nobody else's business: the file is for its owner only. */
const makePrivateFile = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, "a", 0o600));
};
