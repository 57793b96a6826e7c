import { MINUTE_MS } from "../../domain/units.js";
import type { Delivery } from "../../domain/webhook.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import type { Log } from "../contract.js";

/** The log hears of the first that a webhook was not told, and of how many more there were within this. */
const SAY_EVERY_MS = MINUTE_MS;

export interface Untold {
  readonly note: (delivery: Delivery) => void;
  /** Says how many more there were. */
  readonly say: () => void;
}

/** A storm that crowds thousands out is no storm in the log. */
export const createUntold = (
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  webhookId: string,
): Untold => {
  let more = 0;
  let cancel: Cancel | null = null;
  const say = (): void => {
    cancel?.();
    cancel = null;
    if (more > 0) log.warn({ webhookId, events: more }, "a webhook was not told of more events");
    more = 0;
  };
  return {
    say,
    note: ({ kind, detail }) => {
      if (cancel !== null) more++;
      else {
        log.warn({ webhookId, kind, detail }, "a webhook was not told");
        cancel = clock.after(SAY_EVERY_MS, say);
      }
    },
  };
};
