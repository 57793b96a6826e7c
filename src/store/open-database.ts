import { Kysely, type SqliteDatabase, SqliteDialect } from "kysely";
import { YouxuError } from "../domain/errors.js";
import type { Tables } from "./tables.js";

interface DatabaseParts {
  /** As shown in errors. */
  readonly path: string;
  readonly open: () => SqliteDatabase;
  /** Brings its tables to what is needed, or refuses them. */
  readonly prepare: (db: Kysely<Tables>) => Promise<unknown>;
}

/** A database that can be used; throws `store.unusable` with the reason for one that cannot, `store.newer` for one of a newer program. */
export const openDatabase = async ({ path, open, prepare }: DatabaseParts): Promise<Kysely<Tables>> => {
  let db: Kysely<Tables> | null = null;
  try {
    db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: open() }) });
    await prepare(db);
    return db;
  } catch (failure) {
    await db?.destroy();
    if (failure instanceof YouxuError) throw new YouxuError(failure.code, failure.message, path);
    const why = failure instanceof Error ? failure.message : String(failure);
    throw new YouxuError("store.unusable", `cannot use the database: ${why}`, path);
  }
};
