import type { EpochMs } from "../../domain/units.js";
import type { LoggedMessage, MessageLog } from "../../ports/message-log.js";
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
}

/** What an entry takes beside its text, bytes, roughly. */
const ENTRY_BYTES = 120;
/** Entries that have gone are cut off when there are so many of them. */
const MOST_GONE = 4_096;

/** Keeps the newest messages of all stations in a bounded number of bytes, the oldest making way. */
export const createMessageLog = (mostBytes: number): RecordedLog => {
  let entries: Entry[] = [];
  /** Of the entries the first that counts. */
  let first = 0;
  let bytes = 0;
  let nextId = 1;
  const listeners = new Map<string, Set<(message: LoggedMessage) => void>>();
  const sizeOf = ({ text }: Entry): number => ENTRY_BYTES + text.length;

  const makeWay = (): void => {
    for (; bytes > mostBytes && first < entries.length; first++) bytes -= sizeOf(entries[first]!);
    if (first < MOST_GONE) return;
    entries = entries.slice(first);
    first = 0;
  };
  const ofStation = (stationId: string): Entry[] =>
    entries.filter((entry, at) => at >= first && entry.stationId === stationId);

  return {
    record(message) {
      const entry = { ...message, id: nextId++ };
      entries.push(entry);
      bytes += sizeOf(entry);
      makeWay();
      const following = listeners.get(entry.stationId);
      if (following === undefined) return;
      const read = readEntry(entry, () => ofStation(entry.stationId));
      for (const listener of following) listener(read);
    },
    of(stationId, { afterId = 0, action, limit }) {
      const own = ofStation(stationId);
      return own
        .filter(({ id }) => id > afterId)
        .map((entry) => readEntry(entry, () => own))
        .filter((message) => action === undefined || message.action === action)
        .slice(-limit);
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
