import type { Documents } from "../ports/documents.js";
import type { GroupCommit } from "./group-commit.js";

export const createSqlDocuments = (commits: GroupCommit): Documents => ({
  put: (collection, id, document) =>
    commits.write(async (db) => {
      const body = JSON.stringify(document);
      await db
        .insertInto("document")
        .values({ collection, document_id: id, body })
        .onConflict((conflict) => conflict.columns(["collection", "document_id"]).doUpdateSet({ body }))
        .execute();
    }),
  get: (collection, id) =>
    commits.read(async (db) => {
      const row = await db
        .selectFrom("document")
        .select("body")
        .where("collection", "=", collection)
        .where("document_id", "=", id)
        .executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.body) as unknown);
    }),
  remove: (collection, id) =>
    commits.write(async (db) => {
      const done = await db
        .deleteFrom("document")
        .where("collection", "=", collection)
        .where("document_id", "=", id)
        .executeTakeFirst();
      return done.numDeletedRows > 0n;
    }),
  list: (collection) =>
    commits.read(async (db) => {
      const query = db
        .selectFrom("document")
        .select("body")
        .where("collection", "=", collection)
        .orderBy("id");
      return (await query.execute()).map((row) => JSON.parse(row.body) as unknown);
    }),
});
