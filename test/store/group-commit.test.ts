import { Kysely, SqliteDialect, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGroupCommit, type GroupCommit } from "../../src/store/group-commit.js";
import { migrate } from "../../src/store/migrations.js";
import { openStatements } from "../../src/store/statements.js";
import type { Tables } from "../../src/store/tables.js";

let db: Kysely<Tables>;
let commits: GroupCommit;
let statements: string[];
beforeEach(async () => {
  statements = [];
  const open = openStatements(":memory:");
  db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: open }),
    log: (event) => {
      statements.push(event.query.sql);
    },
  });
  await migrate(db);
  commits = createGroupCommit(db, open, 5);
});
afterEach(async () => {
  await commits.close();
  await db.destroy();
});

const put = (id: string) =>
  commits.write(async (trx) => {
    await trx.insertInto("document").values({ collection: "c", document_id: id, body: "1" }).execute();
    return id;
  });
const ids = () =>
  commits.read(async (trx) =>
    (await trx.selectFrom("document").select("document_id").orderBy("id").execute()).map(
      (row) => row.document_id,
    ),
  );
const committed = () => statements.filter((statement) => statement === "commit").length;

describe("a group of writes", () => {
  it("shares one commit, in order", async () => {
    const before = committed();
    const names = Array.from({ length: 200 }, (_, index) => `d${index}`);
    expect(await Promise.all(names.map(put))).toEqual(names);
    expect(await ids()).toEqual(names);
    expect(committed() - before).toBe(1);
  });

  it("rejects only the write that fails, whether in SQL or before it", async () => {
    const thrown = commits.write(async (trx) => {
      await trx.insertInto("document").values({ collection: "c", document_id: "half", body: "1" }).execute();
      throw new Error("changed its mind");
    });
    const outcomes = await Promise.allSettled([put("a"), put("a"), thrown, put("b")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect(await ids()).toEqual(["a", "b"]);
  });

  it("runs repeatable writes again, each alone, where one of them fails, and tells that they were undone", async () => {
    const told: string[] = [];
    commits.onUndone(() => told.push("undone"));
    const putOnce = (id: string) =>
      commits.writeRepeatably(async (trx) => {
        told.push(id);
        await trx.insertInto("document").values({ collection: "c", document_id: id, body: "1" }).execute();
        return id;
      });
    const outcomes = await Promise.allSettled([putOnce("a"), putOnce("b"), putOnce("a"), putOnce("c")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(told).toEqual(["a", "b", "a", "undone", "a", "b", "a", "undone", "c"]);
    expect(await ids()).toEqual(["a", "b", "c"]);
  });

  it("is rejected as a whole when its commit fails, and the next one works", async () => {
    await sql`create table child (id integer references ledger_transaction (ordinal) deferrable initially deferred)`.execute(
      db,
    );
    let timesUndone = 0;
    commits.onUndone(() => void timesUndone++);
    const orphan = commits.write((trx) => sql`insert into child values (1)`.execute(trx));
    const outcomes = await Promise.allSettled([put("a"), orphan]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(timesUndone).toBe(1);
    expect(await ids()).toEqual([]);
    expect(await put("a")).toBe("a");
    expect(await ids()).toEqual(["a"]);
  });

  it("is never seen half done by a read", async () => {
    const seen: number[] = [];
    const pairs = Array.from({ length: 20 }, (_, index) =>
      commits.write(async (trx) => {
        for (const half of ["x", "y"])
          await trx
            .insertInto("document")
            .values({ collection: "c", document_id: `${index}${half}`, body: "1" })
            .execute();
      }),
    );
    const reads = Array.from({ length: 20 }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push((await ids()).length);
    });
    await Promise.all([...pairs, ...reads]);
    expect(seen).toHaveLength(20);
    expect(seen.filter((count) => count % 2 === 1)).toEqual([]);
  });

  it("is committed by closing", async () => {
    const waiting = put("last");
    await commits.close();
    expect(await waiting).toBe("last");
    await expect(put("too late")).rejects.toThrow("closed");
  });
});
