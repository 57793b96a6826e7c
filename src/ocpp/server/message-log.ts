import type { EpochMs } from "../../domain/units.js";
import { isWanted, type LoggedMessage, type MessageLog } from "../../ports/message-log.js";
import { readEntry } from "./read-entry.js";

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
  const listeners = new Map<string, Set<(message: LoggedMessage) => void>>();
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

  return {
    record(message) {
      const entry = { ...message, id: nextId++ };
      entries.push(entry);
      bytes += sizeOf(entry);
      makeWay();
      const following = listeners.get(entry.stationId);
      if (following === undefined) return;
      const read = readEntry(ofStation(entry.stationId));
      for (const listener of following) listener(read);
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
      const following = listeners.get(stationId) ?? new Set();
      listeners.set(stationId, following.add(listener));
      return () => {
        following.delete(listener);
        if (following.size === 0) listeners.delete(stationId);
      };
    },
  };
};
