import { type Cancel, type Clock } from "../../src/ports/clock.js";
import { type StationMessage, isKept } from "./messages.js";
import type { Delivery, Uplink } from "./uplink.js";

/** A refused transaction message is tried this often in all (OCPP 1.6 TransactionMessageAttempts). */
const ATTEMPTS = 3;
const RETRY_MS = 10_000;

/**
 * What a station has to say, in order, one call at a time. A message stays at the head until it was
 * answered; on a lost connection what must not be lost waits for the next one, the rest goes.
 */
export interface Outbox {
  push(messages: readonly StationMessage[]): void;
  open(): void;
  close(): void;
  /** Nothing is being sent and nothing waits that could be sent now. */
  idle(): boolean;
  waiting(): number;
  /** Messages given up after too many refusals. */
  dropped(): number;
}

export interface OutboxParts {
  readonly clock: Clock;
  readonly send: Uplink["send"];
  readonly transactionId: (message: StationMessage) => string | null;
  readonly onDelivered: (message: StationMessage, delivery: Delivery) => void;
  /** It is idle no more. */
  readonly onStir: () => void;
}

export const createOutbox = ({ clock, send, transactionId, onDelivered, onStir }: OutboxParts): Outbox => {
  let queue: StationMessage[] = [];
  let open = false;
  let generation = 0;
  let sending = false;
  let refusals = 0;
  let dropped = 0;
  let cancelRetry: Cancel | null = null;

  /** What may be said now on the connection of that generation. */
  const next = (mine: number): StationMessage | null =>
    open && mine === generation && cancelRetry === null ? (queue[0] ?? null) : null;

  const pump = async (): Promise<void> => {
    const mine = generation;
    if (sending || cancelRetry !== null) return;
    sending = true;
    onStir();
    for (let head = next(mine); head !== null; head = next(mine))
      settle(head, await send(head, transactionId(head)), mine);
    if (mine === generation) sending = false;
  };

  const settle = (message: StationMessage, delivery: Delivery, mine: number): void => {
    if (mine !== generation || delivery.status === "lost") return void (mine === generation && shut());
    if (delivery.status === "refused" && isKept(message) && ++refusals < ATTEMPTS) return retryLater();
    if (delivery.status === "refused" && isKept(message)) dropped++;
    refusals = 0;
    queue.shift();
    onDelivered(message, delivery);
  };

  const retryLater = (): void => {
    cancelRetry = clock.after(RETRY_MS * refusals, () => {
      cancelRetry = null;
      void pump();
    });
  };

  const shut = (): void => {
    open = false;
    generation++;
    sending = false;
    cancelRetry?.();
    cancelRetry = null;
    const gone = queue.filter((message) => !isKept(message));
    queue = queue.filter(isKept);
    for (const message of gone) onDelivered(message, { status: "lost" });
  };

  return {
    push: (messages) => {
      const taken = open ? messages : messages.filter(isKept);
      queue.push(...taken);
      void pump();
    },
    open: () => {
      open = true;
      void pump();
    },
    close: shut,
    idle: () => !sending && (!open || queue.length === 0 || cancelRetry !== null),
    waiting: () => queue.length,
    dropped: () => dropped,
  };
};
