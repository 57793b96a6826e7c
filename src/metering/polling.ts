import type { Cancel } from "../ports/clock.js";
import { type AdapterParts, sentenceOf, type Tell } from "./adapter.js";
import { backoffMs } from "./backoff.js";

/** A device that is asked, again and again. */
export interface Polling {
  start(): void;
  stop(): void;
}

interface Polled {
  /** Between two questions to a device that answers. */
  readonly everyMs: number;
  /** Asks it once, and says as soon as it answered, be it with an error; rejects where it did not. */
  readonly read: (answered: () => void) => Promise<void>;
}

/** Asks every `everyMs`; without an answer the pauses grow up to a minute. Tells when a device is there, and is lost. */
export const createPolling = (
  { clock, random }: AdapterParts,
  { everyMs, read }: Polled,
  tell: Tell,
): Polling => {
  let waiting: Cancel | null = null;
  let failures = 0;
  let connected = false;
  let stopped = false;

  const answered = (): void => {
    if (!connected) tell({ kind: "connected" });
    connected = true;
    failures = 0;
  };
  const poll = async (): Promise<void> => {
    try {
      await read(answered);
    } catch (error) {
      if (!stopped) tell({ kind: "lost", why: sentenceOf(error) });
      connected = false;
      failures += 1;
    }
    if (!stopped) waiting = clock.after(failures === 0 ? everyMs : backoffMs(failures - 1, random()), again);
  };
  const again = (): void => void poll();
  return {
    start: again,
    stop: () => {
      stopped = true;
      waiting?.();
    },
  };
};
