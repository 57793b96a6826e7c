import { Kysely, SqliteDialect } from "kysely";
import { YouxuError } from "../domain/errors.js";
import type { Statements } from "./statements.js";
import type { Tables } from "./tables.js";

interface DatabaseParts {
  /** As shown in errors. */
  readonly path: string;
  readonly open: () => Statements;
  /** Brings its tables to what is needed, or refuses them. */
  readonly prepare: (db: Kysely<Tables>) => Promise<unknown>;
}

interface OpenDatabase {
  readonly db: Kysely<Tables>;
  /** Of the same connection. */
  readonly statements: Statements;
}

/** A database that can be used; throws `store.unusable` with the reason for one that cannot, `store.newer` for one of a newer program. */
export const openDatabase = async ({ path, open, prepare }: DatabaseParts): Promise<OpenDatabase> => {
  let db: Kysely<Tables> | null = null;
  try {
    const statements = open();
    db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: statements }) });
    await prepare(db);
    return { db, statements };
  } catch (failure) {
    await db?.destroy();
    if (failure instanceof YouxuError) throw new YouxuError(failure.code, failure.message, path);
    const why = failure instanceof Error ? failure.message : String(failure);
    throw new YouxuError("store.unusable", `cannot use the database: ${why}`, path);
  }
};
