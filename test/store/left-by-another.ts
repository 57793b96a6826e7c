import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";

/**
 * The store at a path as another process left it, log and all: SQLite keeps open in this one what a test once
 * opened, until the process ends.
 */
export const leftByAnother = (path: string): void => {
  for (const file of [path, `${path}-wal`]) {
    if (!existsSync(file)) continue;
    copyFileSync(file, `${file}.copied`);
    renameSync(`${file}.copied`, file);
  }
  rmSync(`${path}-shm`, { force: true });
};
