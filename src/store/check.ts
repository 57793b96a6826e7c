import { existsSync } from "node:fs";
import { type Kysely, sql } from "kysely";
import { YouxuError } from "../domain/errors.js";
import { SLOT_MS } from "../domain/units.js";
import { TODAYS_VERSION, versionOf } from "./migrations.js";
import { openDatabase } from "./open-database.js";
import { openStatementsToRead } from "./statements.js";
import type { Tables } from "./tables.js";

export interface Checked {
  readonly version: number;
  readonly transactions: number;
  readonly messages: number;
}

/** Rows that cannot be, whatever stations say: what the ledger and the history themselves never write. */
const LAWS: readonly { readonly what: string; readonly broken: string; readonly since: number }[] = [
  {
    what: "messages of no transaction",
    broken: `ledger_message where ordinal not in (select ordinal from ledger_transaction)`,
    since: 1,
  },
  {
    what: "transactions whose lowest register is above the highest",
    broken: `ledger_transaction where low_wh > high_wh or export_low_wh > export_high_wh`,
    since: 1,
  },
  {
    what: "transactions whose preference or needs cannot be read",
    broken: `ledger_transaction where not json_valid(coalesce(preference, '{}')) or not json_valid(coalesce(needs, '{}'))`,
    since: 1,
  },
  { what: "documents that cannot be read", broken: `document where not json_valid(body)`, since: 1 },
  {
    what: "quarantined messages that cannot be read",
    broken: `quarantine where not json_valid(event)`,
    since: 1,
  },
  {
    what: "quarters of EVSEs that are none",
    broken: `evse_quarter where covered_ms not between 1 and ${SLOT_MS} or start_ms % ${SLOT_MS} <> 0`,
    since: 5,
  },
  {
    what: "quarters of measurements that are none",
    broken: `measurement_quarter where covered_ms not between 1 and ${SLOT_MS} or start_ms % ${SLOT_MS} <> 0`,
    since: 5,
  },
];

/**
 * Reads a store from end to end: its pages and indexes, that each row has what it refers to, and what ledger
 * and history never write. Changes nothing; works beside a server.
 *
 * @throws YouxuError `store.damaged` with what was found, `store.newer` for a store of a newer program.
 */
export const checkStore = async (path: string): Promise<Checked> => {
  if (!existsSync(path)) throw new YouxuError("file.unreadable", "there is no such file", path);
  const { db } = await openDatabase({ path, open: () => openStatementsToRead(path), prepare: versionOf });
  try {
    const version = await versionOf(db);
    if (version === 0) throw new YouxuError("store.unusable", "the file holds no store", path);
    const faults = [...(await brokenPages(db)), ...(await brokenLaws(db, version))];
    if (faults.length > 0) throw new YouxuError("store.damaged", faults.join("; "), path);
    return {
      version,
      transactions: await countOf(db, "ledger_transaction"),
      messages: await countOf(db, "ledger_message"),
    };
  } catch (error) {
    if (error instanceof YouxuError) throw error;
    throw new YouxuError("store.damaged", error instanceof Error ? error.message : String(error), path);
  } finally {
    await db.destroy();
  }
};

const MOST_TOLD = 5;

const brokenPages = async (db: Kysely<Tables>): Promise<string[]> => {
  const pages = await sql<{ integrity_check: string }>`pragma integrity_check(5)`.execute(db);
  const lost = await sql<{ table: string }>`pragma foreign_key_check`.execute(db);
  return [
    ...pages.rows.map((row) => row.integrity_check).filter((text) => text !== "ok"),
    ...lost.rows.slice(0, MOST_TOLD).map(({ table }) => `a row of ${table} refers to one that is not there`),
  ];
};

const brokenLaws = async (db: Kysely<Tables>, version: number): Promise<string[]> => {
  const faults: string[] = [];
  for (const { what, broken, since } of LAWS) {
    if (version < since || version > TODAYS_VERSION) continue;
    const count = await countOf(db, broken);
    if (count > 0) faults.push(`${count} ${what}`);
  }
  return faults;
};

const countOf = async (db: Kysely<Tables>, where: string): Promise<number> =>
  (await sql<{ n: number }>`select count(*) as n from ${sql.raw(where)}`.execute(db)).rows[0]?.n ?? 0;
