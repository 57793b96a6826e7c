import type { StationEvent } from "../domain/station-file/events.js";
import { type StationFile, stationFileSchema } from "../domain/station-file/file.js";
import type { StationNews } from "../domain/station-news.js";
import { SECOND_MS } from "../domain/units.js";
import { EMPTY_FILE, reduceFile } from "../management/file.js";
import type { Clock } from "../ports/clock.js";
import type { Documents } from "../ports/documents.js";
import type { StationFiles } from "../ports/station-files.js";
import type { Log } from "./contract.js";

const COLLECTION = "station-file";
/** What comes within this time is written at once. */
const WRITE_EVERY_MS = SECOND_MS;
/** After a write that failed; a disk that is full is not asked every second. */
const RETRY_MS = 10 * SECOND_MS;
/** Files that are held in memory; the others are read again when something is told. */
const MOST_IN_MEMORY = 500;
/** News of one station that wait until its file was read; a store that hangs must not grow our memory. */
const MOST_WAITING = 1_000;

export interface StationFileParts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
}

export interface KeptStationFiles extends StationFiles {
  /** Writes what is not yet on disk. */
  readonly flush: () => Promise<void>;
}

/** A file that was read, or that is being read. */
interface Entry {
  file: StationFile | null;
  waiting: StationNews[];
  isDirty: boolean;
  readonly read: Promise<void>;
}

/** Station files by a pure reducer: the ones in use in memory, all of them in the store. */
export const createStationFiles = ({ documents, clock, log }: StationFileParts): KeptStationFiles => {
  const entries = new Map<string, Entry>();
  const following = new Map<string, Set<(event: StationEvent) => void>>();
  let cancelWrite: (() => void) | null = null;

  /** As the file has it, which knows more of its monitor; while that is still being read as it came. */
  const show = ({ file }: Entry, news: StationNews): void => {
    if (news.kind !== "event") return;
    const event = file?.events.at(-1) ?? news.event;
    for (const listener of following.get(news.stationId) ?? []) listener(event);
  };

  const read = async (stationId: string): Promise<StationFile> => {
    const stored = await documents.get(COLLECTION, stationId);
    if (stored === null) return EMPTY_FILE;
    // Parts that came later than the file was written are empty.
    const parsed = stationFileSchema.safeParse(
      typeof stored === "object" ? { ...EMPTY_FILE, ...stored } : stored,
    );
    if (parsed.success) return parsed.data;
    log.error({ stationId, faults: parsed.error.issues.slice(0, 3) }, "a station's file cannot be read");
    return EMPTY_FILE;
  };

  const open = (stationId: string): Entry => {
    const entry: Entry = {
      file: null,
      waiting: [],
      isDirty: false,
      read: read(stationId)
        .catch((err: unknown) => {
          log.error({ stationId, err }, "a station's file cannot be read");
          return EMPTY_FILE;
        })
        .then((file) => {
          entry.file = entry.waiting.reduce(reduceFile, file);
          entry.waiting = [];
        }),
    };
    return entry;
  };

  /** The one last used stands last. */
  const entryOf = (stationId: string): Entry => {
    const entry = entries.get(stationId) ?? open(stationId);
    entries.delete(stationId);
    entries.set(stationId, entry);
    return entry;
  };

  const forgetOldest = (): void => {
    for (const [stationId, { isDirty, file }] of entries) {
      if (entries.size <= MOST_IN_MEMORY) return;
      if (!isDirty && file !== null) entries.delete(stationId);
    }
  };

  const write = async (triesAgain: boolean): Promise<void> => {
    cancelWrite?.();
    cancelWrite = null;
    const dirty = [...entries].filter(([, { isDirty }]) => isDirty);
    const written = await Promise.all(dirty.map(async ([stationId, entry]) => writeOne(stationId, entry)));
    if (triesAgain && written.includes(false)) writeIn(RETRY_MS);
    forgetOldest();
  };

  /** What could not be written stays in memory. */
  const writeOne = async (stationId: string, entry: Entry): Promise<boolean> => {
    await entry.read;
    entry.isDirty = false;
    try {
      await documents.put(COLLECTION, stationId, entry.file);
      return true;
    } catch (err) {
      log.error({ stationId, err }, "a station's file could not be kept");
      entry.isDirty = true;
      return false;
    }
  };
  const writeIn = (delayMs: number): void => {
    cancelWrite ??= clock.after(delayMs, () => void write(true));
  };

  return {
    tell: (news) => {
      const entry = entryOf(news.stationId);
      const before = entry.file;
      if (before !== null) entry.file = reduceFile(before, news);
      else if (entry.waiting.length < MOST_WAITING) entry.waiting.push(news);
      show(entry, news);
      if (before !== null && entry.file === before) return;
      entry.isDirty = true;
      writeIn(WRITE_EVERY_MS);
    },
    follow: (stationId, listener) => {
      const listeners = following.get(stationId) ?? new Set();
      following.set(stationId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) following.delete(stationId);
      };
    },
    of: async (stationId) => {
      const entry = entryOf(stationId);
      await entry.read;
      forgetOldest();
      return entry.file ?? EMPTY_FILE;
    },
    // At the end of the server, after which there is no store to try again.
    flush: async () => write(false),
  };
};
