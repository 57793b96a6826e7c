import { statSync } from "node:fs";

/** Tells whether the file at a path is still the one that is there now: neither deleted nor replaced since. */
export const watchPlace = (path: string): (() => boolean) => {
  // A deleted file that is open keeps its inode, so that no other gets its number.
  const fileThere = (): string | null => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? null : `${found.dev} ${found.ino}`;
  };
  const opened = fileThere();
  return () => opened !== null && fileThere() === opened;
};
