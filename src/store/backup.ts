import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "libsql";
import { YouxuError } from "../domain/errors.js";
import { checkStore } from "./check.js";
import { lockStore } from "./lock.js";

export interface Backup {
  readonly path: string;
  readonly bytes: number;
  /** Of its tables. */
  readonly version: number;
}

/**
 * Copies a store, served or not, into a file of its own, checked before it has its name. It holds what was
 * committed when the copying began: every message answered before that, and nothing of a commit in part. It
 * reads a snapshot, so that writers never wait for it; what they write meanwhile stays in the log of the
 * database until it ends.
 *
 * @throws YouxuError `store.exists` where the file is there, `file.unwritable` where it cannot be made, `store.damaged` where what was copied is.
 */
export const backupStore = async (path: string, file: string): Promise<Backup> => {
  if (existsSync(file)) throw new YouxuError("store.exists", "this file is there already", file);
  const part = `${file}.part`;
  try {
    copyInto(path, part);
    const { version } = await checkStore(part);
    renameSync(part, file);
    syncFile(dirname(file));
    return { path: file, bytes: statSync(file).size, version };
  } finally {
    for (const left of ["", "-wal", "-shm"]) removeIfThere(`${part}${left}`);
  }
};

/** The store as of now in a file for its owner only, on disk when this returns. */
const copyInto = (path: string, part: string): void => {
  makePrivate(part);
  let db: Database.Database | null = null;
  try {
    db = new Database(`${pathToFileURL(path).href}?mode=ro`);
    db.exec("pragma busy_timeout = 5000");
    db.prepare("vacuum into ?").run(part);
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    throw new YouxuError("store.unusable", `cannot copy the database: ${why}`, path);
  } finally {
    db?.close();
  }
  syncFile(part);
};

const makePrivate = (part: string): void => {
  try {
    rmSync(part, { force: true });
    closeSync(openSync(part, "wx", 0o600));
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    throw new YouxuError("file.unwritable", `cannot write there: ${why}`, part.replace(/\.part$/, ""));
  }
};

export interface Restored {
  /** Where the store that was there before is kept; null: there was none. */
  readonly replaced: string | null;
  readonly version: number;
}

/**
 * Puts a backup in the place of a store. The file is checked first, the store that was there is kept beside
 * it, and at no moment is there none.
 *
 * @throws YouxuError `store.in-use` while a server works on the store.
 */
export const restoreStore = async (path: string, file: string, nowMs: number): Promise<Restored> => {
  const lock = lockStore(path);
  const part = `${path}.part`;
  try {
    const { version } = await checkStore(file);
    copyInto(file, part);
    if (existsSync(path)) takeAlone(path);
    const replaced = existsSync(path) ? keepAside(path, nowMs) : null;
    renameSync(part, path);
    syncFile(dirname(path));
    return { replaced, version };
  } finally {
    rmSync(part, { force: true });
    lock.release();
  }
};

/** The old file under another name, with its log where it cannot be folded in since the file is broken. */
const keepAside = (path: string, nowMs: number): string => {
  const replaced = `${path}.replaced-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, "-")}`;
  for (const log of ["-wal", "-shm"])
    if (existsSync(`${path}${log}`)) renameSync(`${path}${log}`, `${replaced}${log}`);
  try {
    linkSync(path, replaced);
  } catch {
    // Not every file system has links.
    copyFileSync(path, replaced);
  }
  return replaced;
};

/**
 * Folds the log of the store that is there into its file. Its journal can be changed only while nobody else has
 * it open: that finds a server whose lock was deleted.
 */
const takeAlone = (path: string): void => {
  let db: Database.Database | null = null;
  try {
    db = new Database(path);
    db.exec("pragma busy_timeout = 2000");
    db.exec("pragma journal_mode = delete");
  } catch (failure) {
    if (/locked|busy/i.test(String(failure)))
      throw new YouxuError("store.in-use", "another program has this database open", path);
    // A broken file is what a backup is for.
  } finally {
    db?.close();
  }
};

const removeIfThere = (path: string): void => {
  if (existsSync(path)) rmSync(path);
};

const syncFile = (path: string): void => {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
