import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { YouxuError } from "../domain/errors.js";

const STDIN = 0;
const MODE_BITS = 0o7777;

export interface PasswordFile {
  readonly password: string;
  /** Puts another in its place, as a pile does in its flash; false: it could not. */
  keep(next: string): boolean;
}

/** The password of a virtual station in a file; `-`: as it comes on stdin, where none can be kept. */
export const openPasswordFile = (file: string): PasswordFile => {
  const isFile = file !== "-";
  try {
    const password = readFileSync(isFile ? file : STDIN, "utf8").trim();
    return { password, keep: (next) => !isFile || replaced(file, `${next}\n`) };
  } catch {
    throw new YouxuError("file.unreadable", "cannot be read", file);
  }
};

/** The whole of it or nothing; who may read the file stays as it is. */
const replaced = (file: string, text: string): boolean => {
  let next: string | null = null;
  try {
    const place = realpathSync(file);
    const { mode, uid, gid } = statSync(place);
    const beside = `${place}.${randomBytes(8).toString("hex")}.new`;
    // Made anew, never what somebody put there, and readable by nobody else before it has its owner.
    writeFileSync(beside, text, { mode: 0o600, flag: "wx", flush: true });
    next = beside;
    if (process.getuid?.() === 0) chownSync(next, uid, gid);
    chmodSync(next, mode & MODE_BITS);
    renameSync(next, place);
    return true;
  } catch {
    if (next !== null) rmSync(next, { force: true });
    return false;
  }
};
