import { closeSync, openSync } from "node:fs";
import Database from "libsql";
import { YouxuError } from "../domain/errors.js";
import { watchPlace } from "./in-place.js";

/** Held by the one program that serves a database. */
export interface StoreLock {
  /** Its file is where it was: nobody deleted it, so that no second server can be let in. */
  isInPlace(): boolean;
  release(): void;
}

/**
 * Makes sure that one program at a time serves a database: two would each plan and steer the same
 * stations. SQLite's exclusive lock on an empty file beside it is the system's, and ends with the
 * process, however that ends. Commands that read or change the database for a moment need no lock.
 *
 * @throws YouxuError `store.in-use` while another holds it.
 */
export const lockStore = (path: string): StoreLock => {
  const file = `${path}-lock`;
  closeSync(openSync(file, "a", 0o600));
  const db = new Database(file);
  try {
    db.exec("pragma busy_timeout = 0");
    db.exec("pragma journal_mode = memory");
    db.exec("begin exclusive");
  } catch (failure) {
    db.close();
    const why = failure instanceof Error ? failure.message : String(failure);
    throw /locked|busy/i.test(why)
      ? new YouxuError("store.in-use", "another server works on this database", path)
      : new YouxuError("store.unusable", `cannot lock the database: ${why}`, file);
  }
  return {
    isInPlace: watchPlace(file),
    release: () => {
      db.exec("rollback");
      db.close();
    },
  };
};
