import { existsSync } from "node:fs";
import { YouxuError } from "../domain/errors.js";
import { type Backup, backupStore, type Restored, restoreStore } from "../store/backup.js";
import { type Checked, checkStore } from "../store/check.js";
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

/** A backup in the place of the store; refused while a server works on it. */
export const putBackStore = (configPath: string, file: string): Promise<Restored> =>
  restoreStore(storeOf(configPath).path, file, Date.now());

/** Reads a store from end to end, that of the site file or a backup. */
export const examineStore = (configPath: string, file: string | undefined): Promise<Checked> =>
  checkStore(file ?? presentStore(configPath).path);
