import type { Delivery } from "../../domain/webhook.js";
import { MOST_PAUSE_MS, pauseMs } from "../../management/webhook-answers.js";
import type { Clock } from "../../ports/clock.js";

/**
 * When one receiver is asked again, whichever message is next, and for how long a message has been tried: by time that
 * passes, as a date may be set at any moment. Over a restart only the date tells, and is believed for a pause at most.
 */
export interface WebhookPace {
  /** How long it is left alone yet; 0: no longer. */
  readonly leftMs: () => number;
  /** The end of that as a date, as the clock stands now. */
  readonly nextMs: () => number;
  /** A message was tried: it, with since when. */
  readonly tried: (delivery: Delivery, detail: string) => Delivery;
  /** The try failed: it is left alone for so long, or as long as tries in a row and a chance in [0, 1) have it. */
  readonly rest: (askedMs: number | null, chance: number) => void;
  /** The try did not fail: pauses begin anew. */
  readonly beWell: () => void;
}

/** `first` is what waits first when the server starts. */
export const openWebhookPace = (clock: Clock, first: Delivery | undefined): WebhookPace => {
  const nowMs = clock.now();
  let failures = first?.tries ?? 0;
  let dueMs = clock.elapsed() + believedMs((first?.nextMs ?? nowMs) - nowMs);
  /** The message that is being tried, since when by elapsed time. */
  let trying = first === undefined ? null : triedBefore(first, clock);
  const leftMs = (): number => Math.max(0, dueMs - clock.elapsed());
  return {
    leftMs,
    nextMs: () => Math.round(clock.now() + leftMs()),
    tried: (delivery, detail) => {
      if (trying?.id !== delivery.id) trying = { id: delivery.id, sinceMs: clock.elapsed() };
      const triedForMs = Math.round(clock.elapsed() - trying.sinceMs);
      const firstTriedMs = clock.now() - triedForMs;
      return { ...delivery, tries: delivery.tries + 1, firstTriedMs, triedForMs, detail };
    },
    rest: (askedMs, chance) => {
      failures++;
      dueMs = clock.elapsed() + (askedMs ?? pauseMs(failures, chance));
    },
    beWell: () => {
      failures = 0;
    },
  };
};

/** What a date says of how long something lasts, where nobody was there to measure it. */
const believedMs = (ms: number): number => Math.min(MOST_PAUSE_MS, Math.max(0, ms));

/** As long as it had been tried at its last try, and since then: the server was away for some of that. */
const triedBefore = ({ id, firstTriedMs, triedForMs }: Delivery, clock: Clock) => {
  if (firstTriedMs === null) return null;
  const sinceLastMs = believedMs(clock.now() - (firstTriedMs + triedForMs));
  return { id, sinceMs: clock.elapsed() - triedForMs - sinceLastMs };
};
