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

type Answer = (message: Inbound) => Promise<void> | null;

/** `answer` neither throws nor rejects; without a promise the message is answered when it returns. */
export const createInbox = (longest: number, answer: Answer): Inbox => new OrderedInbox(longest, answer);

class OrderedInbox implements Inbox {
  readonly #longest: number;
  readonly #answer: Answer;
  readonly #queue: Inbound[] = [];
  #handling = false;

  constructor(longest: number, answer: Answer) {
    this.#longest = longest;
    this.#answer = answer;
  }

  push(message: Inbound): boolean {
    if (this.#queue.length >= this.#longest) return false;
    if (this.#handling) this.#queue.push(message);
    else this.#work(message);
    return true;
  }

  clear(): void {
    this.#queue.length = 0;
  }

  pending(): number {
    return this.#queue.length + (this.#handling ? 1 : 0);
  }

  #work(first: Inbound | undefined): void {
    this.#handling = true;
    for (let message = first; message; message = this.#queue.shift()) {
      const later = this.#answer(message);
      if (later !== null) return void later.then(() => this.#work(this.#queue.shift()));
    }
    this.#handling = false;
  }
}
