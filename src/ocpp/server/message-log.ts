import type { EpochMs } from "../../domain/units.js";
import { isWanted, type LoggedMessage, type MessageLog } from "../../ports/message-log.js";
import { createOpenCalls, type OpenCalls } from "./open-calls.js";
import { readAlone, readEntry } from "./read-entry.js";

/** A message as it is kept; it is read where somebody wants to see it. */
export interface Entry {
  readonly id: number;
  readonly stationId: string;
  readonly atMs: EpochMs;
  readonly direction: LoggedMessage["direction"];
  readonly text: string;
}

export interface RecordedLog extends MessageLog {
  /** On the way of every message: keeps it and nothing else. */
  record(entry: Omit<Entry, "id">): void;
  /** What is kept, roughly. */
  bytes(): number;
}

/** Who follows a station, and the calls by which its answers are read without a look at all that is kept. */
interface Followed {
  readonly listeners: Set<(message: LoggedMessage) => void>;
  readonly calls: OpenCalls;
}

/** What an entry takes beside its text, bytes, roughly. */
const ENTRY_BYTES = 120;
/** Places of entries that have gone are cut off when there are so many of them. */
const MOST_GONE = 4_096;

/** Keeps the newest messages of all stations in a bounded number of bytes, the oldest making way. */
export const createMessageLog = (mostBytes: number): RecordedLog => {
  /** null: it has gone, and its text with it. */
  let entries: (Entry | null)[] = [];
  /** Of the entries the first that counts. */
  let first = 0;
  let bytes = 0;
  let nextId = 1;
  const followed = new Map<string, Followed>();
  const sizeOf = (entry: Entry | null): number => ENTRY_BYTES + (entry?.text.length ?? 0);

  const makeWay = (): void => {
    for (; bytes > mostBytes && first < entries.length; first++) {
      bytes -= sizeOf(entries[first]!);
      entries[first] = null;
    }
    if (first < MOST_GONE) return;
    entries = entries.slice(first);
    first = 0;
  };
  const ofStation = (stationId: string): Entry[] =>
    entries.flatMap((entry) => (entry?.stationId === stationId ? [entry] : []));
  /** What is kept is read once; from then on the calls are known as they come. */
  const begin = (stationId: string): Followed => {
    const following: Followed = { listeners: new Set(), calls: createOpenCalls() };
    for (const entry of ofStation(stationId)) following.calls.note(entry);
    followed.set(stationId, following);
    return following;
  };

  return {
    record(message) {
      const { stationId, atMs, direction, text } = message;
      const entry: Entry = { id: nextId++, stationId, atMs, direction, text };
      entries.push(entry);
      bytes += sizeOf(entry);
      makeWay();
      const following = followed.get(entry.stationId);
      if (following === undefined) return;
      const { calls, listeners } = following;
      calls.forget(nextId - (entries.length - first));
      const read = readAlone(entry, calls.actionOf);
      calls.note(entry);
      for (const listener of listeners) listener(read);
    },
    bytes: () => bytes,
    of(stationId, { afterId = 0, limit, ...filter }) {
      const own = ofStation(stationId);
      const found: LoggedMessage[] = [];
      // From the newest on, so that no more is read than is wanted.
      for (; found.length < limit && (own.at(-1)?.id ?? 0) > afterId; own.pop()) {
        const message = readEntry(own);
        if (isWanted(message, filter)) found.push(message);
      }
      return found.toReversed();
    },
    *all(stationId, filter) {
      const own = ofStation(stationId);
      for (let at = 0; at < own.length; at++) {
        const message = readEntry(own, at);
        if (isWanted(message, filter)) yield message;
      }
    },
    follow(stationId, listener) {
      const { listeners } = followed.get(stationId) ?? begin(stationId);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && followed.get(stationId)?.listeners === listeners)
          followed.delete(stationId);
      };
    },
  };
};
