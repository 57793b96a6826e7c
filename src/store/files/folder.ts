import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { YouxuError } from "../../domain/errors.js";

interface Written {
  readonly bytes: number;
  readonly sha256: string;
  readonly md5: string;
}

/** Files by ids of our own making; no name from outside ever becomes part of a path. */
export interface Folder {
  /** Whole or not at all; `admit` throws what ends it, before so many bytes more are written. */
  readonly write: (
    id: string,
    content: AsyncIterable<Uint8Array>,
    admit: (bytes: number) => void,
  ) => Promise<Written>;
  readonly read: (id: string) => AsyncIterable<Uint8Array>;
  readonly remove: (id: string) => Promise<void>;
}

const ID = /^[0-9a-f]{32}$/;
const PART = ".part";

/** Makes the folder where it is missing, and clears what a crash left half written. */
export const openFolder = async (path: string): Promise<Folder> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const left = (await readdir(path)).filter((name) => name.endsWith(PART));
  await Promise.all(left.map((name) => rm(join(path, name), { force: true })));
  const pathOf = (id: string): string => {
    if (!ID.test(id)) throw new YouxuError("not-found.file", "no such file", "id");
    return join(path, id);
  };
  return {
    write: async (id, content, admit) => {
      const file = pathOf(id);
      const part = `${file}${PART}`;
      const counter = counted(admit);
      // Open before anything comes: a stream that is ended while it opens would make the file after it was removed.
      const handle = await open(part, "w", 0o600);
      try {
        await pipeline(content, counter.stream, handle.createWriteStream({ flush: true }));
        await rename(part, file);
        return counter.written();
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    read: (id) => createReadStream(pathOf(id)),
    remove: (id) => rm(pathOf(id), { force: true }),
  };
};

/** Counts and hashes what passes. */
const counted = (admit: (bytes: number) => void) => {
  const [sha256, md5] = [createHash("sha256"), createHash("md5")];
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      try {
        admit(chunk.length);
        bytes += chunk.length;
        sha256.update(chunk);
        md5.update(chunk);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  return {
    stream,
    written: (): Written => ({ bytes, sha256: sha256.digest("hex"), md5: md5.digest("hex") }),
  };
};
