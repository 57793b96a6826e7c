import { existsSync, readFileSync } from "node:fs";
import { forgetCredentials, secretStanding, type SecretStanding } from "../accounts/secret-check.js";
import { unknownElsewhere } from "../accounts/station-passwords.js";
import { YouxuError } from "../domain/errors.js";
import { type Backup, backupStore, type Restored, restoreStore } from "../store/backup.js";
import { type Checked, checkStore } from "../store/check.js";
import { lockStore } from "../store/lock.js";
import { openStore } from "../store/open-store.js";
import { openStoreToRead, type StoreToRead } from "../store/open-to-read.js";
import { readConfig } from "./read-config.js";

/** Store and secret of a site file. */
const storeOf = (configPath: string) => readConfig(configPath).config.store;

const presentStore = (configPath: string): { readonly path: string; readonly secretFile: string } => {
  const store = storeOf(configPath);
  if (!existsSync(store.path)) throw new YouxuError("file.unreadable", "there is no store yet", store.path);
  return store;
};

/** A checked copy of the store, whether a server works on it or not. */
export const backUpStore = async (
  configPath: string,
  file: string,
): Promise<Backup & { readonly secretFile: string }> => {
  const { path, secretFile } = presentStore(configPath);
  return { ...(await backupStore(path, file)), secretFile };
};

/** How the secret file stands to a store; missing: there is no such file. */
type SecretFileStanding = SecretStanding | "missing";

const standingOf = async (path: string, secretFile: string): Promise<SecretFileStanding> => {
  if (!existsSync(secretFile)) return "missing";
  const store = await openStoreToRead(path);
  try {
    const secret = readFileSync(secretFile, "utf8").trim();
    return store.version === 0 ? "unknown" : await secretStanding(store.documents, secret);
  } finally {
    await store.close();
  }
};

/** How the passwords and tokens of a store can be checked. */
interface WithSecret {
  readonly secretFile: string;
  readonly secret: SecretFileStanding;
}

/** Stations whose password the replaced store has and the restored one has not; null: not to be known. */
const refusedSince = async (path: string, replaced: string | null): Promise<readonly string[] | null> => {
  if (replaced === null) return null;
  const opened: StoreToRead[] = [];
  try {
    for (const one of [replaced, path]) opened.push(await openStoreToRead(one));
    const [before, now] = opened;
    return before === undefined || now === undefined || opened.some(({ version }) => version === 0)
      ? null
      : await unknownElsewhere(before.documents, now.documents);
  } catch {
    // What was replaced may be broken: that may be why.
    return null;
  } finally {
    await Promise.all(opened.map((store) => store.close()));
  }
};

/** What was put back, and whom that shuts out. */
interface PutBack extends Restored, WithSecret {
  /** Stations with a password that is newer than the backup; null: not to be known. */
  readonly newerPasswords: readonly string[] | null;
}

/** A backup in the place of the store; refused while a server works on it. */
export const putBackStore = async (configPath: string, file: string): Promise<PutBack> => {
  const { path, secretFile } = storeOf(configPath);
  const restored = await restoreStore(path, file, Date.now());
  const newerPasswords = await refusedSince(path, restored.replaced);
  return { ...restored, secretFile, newerPasswords, secret: await standingOf(path, secretFile) };
};

/** Reads a store from end to end, that of the site file or a backup. */
export const examineStore = async (
  configPath: string,
  file: string | undefined,
): Promise<Checked & WithSecret> => {
  const path = file ?? presentStore(configPath).path;
  const { secretFile } = storeOf(configPath);
  const checked = await checkStore(path);
  return { ...checked, secretFile, secret: await standingOf(path, secretFile) };
};

/**
 * Takes away all passwords and tokens whose secret is lost; stations and people are then given new ones.
 *
 * @throws YouxuError `secret.fits` where the secret is there, `store.in-use` while a server works on the store.
 */
export const forgetLost = async (
  configPath: string,
): Promise<Awaited<ReturnType<typeof forgetCredentials>>> => {
  const { path, secretFile } = presentStore(configPath);
  const lock = lockStore(path);
  try {
    const standing = await standingOf(path, secretFile);
    if (standing === "fits" || standing === "unknown")
      throw new YouxuError("secret.fits", `nothing says that the secret of ${path} is lost`, secretFile);
    const store = await openStore({ path });
    try {
      return await forgetCredentials(store.documents);
    } finally {
      await store.close();
    }
  } finally {
    lock.release();
  }
};
