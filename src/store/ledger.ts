import { randomInt } from "node:crypto";
import type { ExpressionBuilder, Kysely } from "kysely";
import { YouxuError } from "../domain/errors.js";
import type { QuarantinedMessage } from "../ports/ledger.js";
import { endUnstoppedIn, recordIn } from "../ports/ledger-book.js";
import type { FlaggingLedger } from "../ports/ledger-memory.js";
import { flagsOf, sessionOf } from "../ports/transaction-row.js";
import type { GroupCommit } from "./group-commit.js";
import { createKnownRows } from "./known-rows.js";
import { sqlBook } from "./ledger-book.js";
import { fromTable } from "./rows.js";
import type { Tables } from "./tables.js";

const LARGEST_TRANSACTION_ID = 2 ** 31 - 1;
const MOST_SHOWN = 1000;

/** A transaction id for OCPP 1.6 that cannot be guessed. */
export const randomTransactionId = (): number => randomInt(1, LARGEST_TRANSACTION_ID);

export const createSqlLedger = (
  commits: GroupCommit,
  pickTransactionId: () => number,
  close: () => Promise<void>,
): FlaggingLedger => {
  const known = createKnownRows();
  commits.onUndone(() => known.clear());
  const change = (
    sessionId: string,
    set: { preference: string } | { needs: string } | { charge_now: number },
  ) =>
    commits.write(async (db) => {
      known.dropSession(sessionId);
      const done = await db
        .updateTable("ledger_transaction")
        .set(set)
        .where("session_id", "=", sessionId)
        .executeTakeFirst();
      if (done.numUpdatedRows === 0n)
        throw new YouxuError("not-found.session", `no session ${sessionId}`, "sessionId");
    });
  return {
    record: (event) =>
      commits.writeRepeatably((db, statements) =>
        recordIn(sqlBook(db, statements, known), event, pickTransactionId),
      ),
    keepAside: (message, why) =>
      commits.write((db, statements) => sqlBook(db, statements, known).setAside(message, why)),
    endUnstopped: (sessionId, end) =>
      commits.write((db, statements) => endUnstoppedIn(sqlBook(db, statements, known), sessionId, end)),
    savePreference: (sessionId, preference) => change(sessionId, { preference: JSON.stringify(preference) }),
    saveNeeds: (sessionId, needs) => change(sessionId, { needs: JSON.stringify(needs) }),
    saveChargeNow: (sessionId, chargeNow) => change(sessionId, { charge_now: chargeNow ? 1 : 0 }),
    ...reads(commits),
    close,
  };
};

const reads = (commits: GroupCommit) => ({
  openSessions: () =>
    commits.read(async (db) => {
      const open = transactions(db)
        .where("ended_ms", "is", null)
        .where("next_started_ms", "is", null)
        .where("unstopped_ms", "is", null);
      return (await open.execute()).map((row) => sessionOf(fromTable(row)));
    }),
  session: (sessionId: string) =>
    commits.read(async (db) => {
      const row = await transactions(db).where("session_id", "=", sessionId).executeTakeFirst();
      return row === undefined ? null : sessionOf(fromTable(row));
    }),
  sessionsBetween: (fromMs: number, toMs: number) =>
    commits.read(async (db) => {
      const rows = await transactions(db)
        .where("started_ms", "<", toMs)
        .where((eb) => eb.or([eb("started_ms", ">=", fromMs), endsAfter(eb, fromMs)]))
        .execute();
      return rows.map((row) => sessionOf(fromTable(row)));
    }),
  /** The newest thousand, oldest first. */
  quarantined: () =>
    commits.read(async (db) => {
      const query = db.selectFrom("quarantine").selectAll().orderBy("id", "desc").limit(MOST_SHOWN);
      return (await query.execute()).reverse().map(toQuarantined);
    }),
  flagged: () => commits.read(flagged),
});

/** As `endOf` of a row: the stop, else the first of what tells that it must have ended. */
const endsAfter = (eb: ExpressionBuilder<Tables, "ledger_transaction">, fromMs: number) =>
  eb.or([
    eb("ended_ms", ">", fromMs),
    eb.and([
      eb("ended_ms", "is", null),
      eb.or([eb("next_started_ms", "is", null), eb("next_started_ms", ">", fromMs)]),
      eb.or([eb("unstopped_ms", "is", null), eb("unstopped_ms", ">", fromMs)]),
    ]),
  ]);

const transactions = (db: Kysely<Tables>) =>
  db.selectFrom("ledger_transaction").selectAll().orderBy("started_ms").orderBy("ordinal");

const toQuarantined = (row: {
  station_id: string;
  at_ms: number;
  event: string;
  why: string;
}): QuarantinedMessage => {
  const event: QuarantinedMessage["event"] = JSON.parse(row.event);
  return { stationId: row.station_id, atMs: row.at_ms, event, why: row.why };
};

const flagged = async (db: Kysely<Tables>) => {
  const counted = await db
    .selectFrom("ledger_message")
    .select((eb) => ["ordinal", eb.fn.min("seq_no").as("low"), eb.fn.max("seq_no").as("high")])
    .select((eb) => eb.fn.count<number>("seq_no").distinct().as("seen"))
    .where("seq_no", "is not", null)
    .groupBy("ordinal")
    .execute();
  const missing = new Map(
    counted.map(({ ordinal, low, high, seen }) => [ordinal, (high ?? 0) - (low ?? 0) + 1 - seen]),
  );
  const rows = await transactions(db).execute();
  return rows.flatMap((row) => flagsOf(fromTable(row), missing.get(row.ordinal) ?? 0) ?? []);
};
