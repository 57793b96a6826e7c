import type { Payload } from "../wire.js";

/** A message that waits to be handled; one without an id is not answered. */
export interface Inbound {
  readonly id: string | null;
  readonly action: string;
  readonly payload: Payload;
  /** Length of its text. */
  readonly bytes: number;
}

/** The inbound queue of one connection: each message is answered before the next is looked at. */
export interface Inbox {
  /** False when too many wait already. */
  push(message: Inbound): boolean;
  clear(): void;
  /** Messages being handled or waiting to be. */
  pending(): number;
}

/** `answer` neither throws nor rejects; without a promise the message is answered when it returns. */
export function createInbox(longest: number, answer: (message: Inbound) => Promise<void> | null): Inbox {
  const queue: Inbound[] = [];
  let handling = false;
  const work = (): void => {
    handling = true;
    for (let message = queue.shift(); message; message = queue.shift()) {
      const later = answer(message);
      if (later !== null) return void later.then(work);
    }
    handling = false;
  };
  return {
    push(message) {
      if (queue.length >= longest) return false;
      queue.push(message);
      if (!handling) work();
      return true;
    },
    clear() {
      queue.length = 0;
    },
    pending: () => queue.length + (handling ? 1 : 0),
  };
}
