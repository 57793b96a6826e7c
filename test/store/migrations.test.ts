/** Stores of every earlier version, with data, come to today's tables and lose nothing. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, SqliteDialect, sql } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import { backupStore, restoreStore } from "../../src/store/backup.js";
import { leftByAnother } from "./left-by-another.js";
import { checkStore } from "../../src/store/check.js";
import { migrate, TODAYS_VERSION } from "../../src/store/migrations.js";
import { openStore } from "../../src/store/open-store.js";
import { openStatements } from "../../src/store/statements.js";
import type { Tables } from "../../src/store/tables.js";
import { minutes, T0 } from "./events.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "migrations-"));
  path = join(folder, "youxu.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MESSAGES = `ledger_message (ordinal, message_key, kind, seq_no, at_ms, station_time_ms,
     imported_wh, exported_wh, power_w, soc_percent)`;

/** What a program of the first version wrote: its columns are in every later one. */
const FIRST_ROWS = [
  `insert into ledger_transaction (ordinal, session_id, station_id, evse_id, transaction_id, start_seen,
     id_token, started_ms, ended_ms, start_wh, low_wh, high_wh, end_wh, charge_now)
   values (1, 's1', 'CP1', 1, 'tx-1', 1, 'CARD', ${T0}, ${minutes(60)}, 10000, 10000, 17000, 17000, 0)`,
  `insert into ledger_transaction (ordinal, session_id, station_id, evse_id, transaction_id, start_seen,
     started_ms, start_wh, low_wh, high_wh, charge_now)
   values (2, 's2', 'CP2', 1, 'tx-2', 1, ${T0}, 500, 500, 900, 1)`,
  `insert into ${MESSAGES} values (1, 'k1', 'transaction-started', 0, ${T0}, ${T0}, 10000, null, null, null)`,
  `insert into ${MESSAGES} values (2, 'k2', 'transaction-updated', 1, ${T0}, ${T0}, 900, null, 7000, 40)`,
  `insert into quarantine values (1, 'q1', 'CP3', ${T0}, '{"kind":"unclear"}', 'no such transaction')`,
  `insert into measurement values ('S', 'site-import', ${minutes(2)}, 12)`,
  `insert into measurement values ('S', 'site-import', ${minutes(8)}, 6)`,
  `insert into document (collection, document_id, body) values ('stations', 'CP1', '{"identity":"CP1"}')`,
];

const makeOld = async (version: number): Promise<void> => {
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openStatements(path) }) });
  await migrate(db, version);
  for (const row of FIRST_ROWS) await sql.raw(row).execute(db);
  await db.destroy();
};

const read = async () => {
  const store = await openStore({ path, commitWithinMs: 0 });
  const window = { fromMs: T0, toMs: minutes(30) };
  const found = {
    sessions: await store.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER),
    open: (await store.ledger.openSessions()).map(({ id }) => id),
    quarantined: await store.ledger.quarantined(),
    documents: await store.documents.list("stations"),
    measured: await store.telemetry.between({ siteId: "S", kind: "site-import", ...window }),
    quarters: await store.telemetry.quarters({ siteId: "S", kind: "site-import" }, window),
  };
  await store.close();
  return found;
};

/** From then on whoever writes a measurement notes that its quarter is due, as these rows do not. */
const FIRST_WITH_QUARTERS = 5;
const OLDER = Array.from({ length: TODAYS_VERSION - 1 }, (_, index) => index + 1);

it.each(OLDER)("a store of version %i is read as ever after the change of its tables", async (version) => {
  await makeOld(version);
  const found = await read();
  expect(found.sessions).toMatchObject([
    { id: "s1", importedKwh: 7, idToken: "CARD", endedMs: minutes(60) },
    { id: "s2", importedKwh: 0.4, chargeNow: true, endedMs: null },
  ]);
  expect(found.open).toEqual(["s2"]);
  expect(found.quarantined).toMatchObject([{ stationId: "CP3", why: "no such transaction" }]);
  expect(found.documents).toEqual([{ identity: "CP1" }]);
  expect(found.measured.map(({ powerKw }) => powerKw)).toEqual([12, 6]);
  // Of what was measured before there were quarters, quarters are made as well.
  if (version >= FIRST_WITH_QUARTERS) return;
  expect(found.quarters).toMatchObject([
    { startMs: T0, coveredMs: 13 * 60_000, mostKw: 12, leastKw: 6 },
    { startMs: minutes(15), meanKw: 6, coveredMs: 8 * 60_000 },
  ]);
  expect(await checkStore(path)).toMatchObject({ version: TODAYS_VERSION, transactions: 2 });
});

it.each(OLDER)(
  "a store of version %i is copied before its tables change, and can be put back",
  async (version) => {
    await makeOld(version);
    await read();
    const copy = `${path}.version-${version}`;
    expect(await checkStore(copy)).toMatchObject({ version, transactions: 2 });
    leftByAnother(path);
    await restoreStore(path, copy, 0);
    expect(await checkStore(path)).toMatchObject({ version });
    // The copy that is there already is the better one: it stays.
    expect((await read()).sessions).toHaveLength(2);
    expect(existsSync(copy)).toBe(true);
  },
);

it("a store of today is opened as it is, and one of a newer program is refused and left alone", async () => {
  await makeOld(TODAYS_VERSION);
  await read();
  expect(existsSync(`${path}.version-${TODAYS_VERSION}`)).toBe(false);
  const db = openStatements(path);
  db.prepare(`pragma user_version = ${TODAYS_VERSION + 1}`).run([]);
  db.close();
  const refusal = { code: "store.newer", place: path, exitCode: 3 };
  await expect(openStore({ path })).rejects.toMatchObject(refusal);
  await expect(checkStore(path)).rejects.toMatchObject(refusal);
  const part = join(folder, "copy.db");
  await expect(backupStore(path, part)).rejects.toMatchObject({ code: "store.newer" });
  expect(existsSync(part)).toBe(false);
});
