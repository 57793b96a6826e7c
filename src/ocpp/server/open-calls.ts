import type { Entry } from "./message-log.js";
import { calledIn } from "./read-entry.js";

/** A followed station's calls that are kept: the newest of each id. */
export interface OpenCalls {
  readonly note: (entry: Entry) => void;
  /** Forgets those whose entry is older than the oldest that is kept. */
  readonly forget: (oldestId: number) => void;
  readonly actionOf: (callId: unknown) => string | null;
}

export const createOpenCalls = (): OpenCalls => {
  /** The oldest stands first. */
  const calls = new Map<unknown, { readonly entryId: number; readonly action: string | null }>();
  return {
    note: ({ id: entryId, text }) => {
      const call = calledIn(text);
      if (call === null) return;
      calls.delete(call.id);
      calls.set(call.id, { entryId, action: call.action });
    },
    forget: (oldestId) => {
      for (const [id, { entryId }] of calls) {
        if (entryId >= oldestId) return;
        calls.delete(id);
      }
    },
    actionOf: (callId) => calls.get(callId)?.action ?? null,
  };
};
