import {
  type HttpTransferHook,
  TRANSFER_OUTCOMES,
  type TransferAnswer,
  type TransferOutcome,
} from "../../domain/transfer-hook.js";
import { MINUTE_MS } from "../../domain/units.js";
import { readReply } from "../../management/transfer-replies.js";
import type { Clock } from "../../ports/clock.js";
import type { HttpAsker } from "../../ports/http-sender.js";
import type { Transfer, TransferHook, TransferHookCount } from "../../ports/transfer-hooks.js";
import type { Log } from "../contract.js";
import { createRoom } from "../room.js";
import { signedHeaders } from "./webhook-message.js";

/** Messages that wait for an answer: a station waits for one, and may have come back meanwhile. */
const MOST_OF_STATION = 2;
const MOST_AT_ONCE = 50;
const MOST_BYTES = 64 * 1024;
/** The log hears of the first failure of a hook within this, and of how many more there were with the next. */
const SAY_EVERY_MS = MINUTE_MS;

export interface HttpTransferHookParts {
  readonly hooks: readonly HttpTransferHook[];
  readonly clock: Clock;
  readonly log: Log;
  readonly askerOf: (hook: HttpTransferHook) => HttpAsker;
  /** Signs a text by a secret. */
  readonly sign: (secret: string, text: string) => string;
  readonly newId: () => string;
  /** null: of none. */
  readonly siteOf: (stationId: string) => string | null;
}

export interface HttpTransferHooks {
  readonly hooks: readonly TransferHook[];
  readonly readings: () => readonly TransferHookCount[];
  /** Ends what is under way: nobody waits for it any more. */
  readonly close: () => void;
}

/** Programs of the operator's own that answer what vendors defined; a failure of theirs is Rejected. */
export const createHttpTransferHooks = (parts: HttpTransferHookParts): HttpTransferHooks => {
  const room = createRoom({ mostOfOne: MOST_OF_STATION, mostInAll: MOST_AT_ONCE });
  // One each: a signal of all would keep what waited on it for as long as the server runs.
  const underWay = new Set<AbortController>();
  const asked = parts.hooks.map((hook) => ({
    hook,
    counts: createCounts(),
    failures: createFailures(parts),
  }));
  const answer = async (
    { hook, counts, failures }: (typeof asked)[number],
    transfer: Transfer,
  ): Promise<TransferAnswer> => {
    const ending = new AbortController();
    const asking = room.within(transfer.stationId, async () => {
      underWay.add(ending);
      try {
        return readReply(await parts.askerOf(hook).ask(messageOf(hook, transfer, parts, ending.signal)));
      } finally {
        underWay.delete(ending);
      }
    });
    const read = (await asking) ?? BUSY;
    const { outcome } = read;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (outcome === "answered") return read.answer;
    failures.note(transfer, read);
    return { status: "Rejected" };
  };
  return {
    hooks: asked.map((one): TransferHook => {
      const { vendorId, messageIds, stationIds } = one.hook;
      const answering = (transfer: Transfer): Promise<TransferAnswer> => answer(one, transfer);
      return {
        vendorId,
        ...(stationIds === null ? {} : { stationIds: new Set(stationIds) }),
        ...(messageIds === null
          ? { messages: {}, otherwise: answering }
          : { messages: Object.fromEntries(messageIds.map((id) => [id, answering])) }),
      };
    }),
    readings: () => sumsOf(asked.map(({ hook, counts }) => [hook.vendorId, counts] as const)),
    close: () => underWay.forEach((ending) => ending.abort()),
  };
};

const messageOf = (
  { url, secret, timeoutMs }: HttpTransferHook,
  transfer: Transfer,
  { clock, newId, sign, siteOf }: HttpTransferHookParts,
  signal: AbortSignal,
) => {
  const { stationId, atMs, vendorId, messageId, data } = transfer;
  const body = JSON.stringify({
    type: "data-transfer",
    timestamp: new Date(atMs).toISOString(),
    siteId: siteOf(stationId),
    stationId,
    data: { vendorId, messageId, data },
  });
  const headers = signedHeaders({ id: newId(), body }, clock.now(), (text) => sign(secret, text));
  return { url, headers, body, timeoutMs, signal, mostBytes: MOST_BYTES };
};

const BUSY = { outcome: "busy", why: "too many wait for an answer already" } as const;

type Counts = Map<TransferOutcome, number>;

/** Told from the first, so that whoever watches sees a rise from 0. */
const createCounts = (): Counts => new Map(TRANSFER_OUTCOMES.map((outcome) => [outcome, 0]));

/** Several hooks of one vendor are counted together. */
const sumsOf = (counted: readonly (readonly [string, Counts])[]): TransferHookCount[] =>
  [...new Set(counted.map(([vendorId]) => vendorId))].flatMap((vendorId) =>
    TRANSFER_OUTCOMES.map((outcome) => ({
      vendorId,
      outcome,
      count: counted.reduce(
        (sum, [of, counts]) => sum + (of === vendorId ? (counts.get(outcome) ?? 0) : 0),
        0,
      ),
    })),
  );

/** A storm of failures is no storm in the log. */
const createFailures = ({ clock, log }: Pick<HttpTransferHookParts, "clock" | "log">) => {
  let [saidMs, unsaid] = [-Infinity, 0];
  return {
    note: (
      { stationId, vendorId, messageId }: Transfer,
      { outcome, why }: { outcome: string; why: string },
    ) => {
      if (clock.elapsed() - saidMs < SAY_EVERY_MS) {
        unsaid++;
        return;
      }
      const more = unsaid === 0 ? {} : { unsaid };
      log.warn({ stationId, vendorId, messageId, outcome, why, ...more }, "a transfer hook gave no answer");
      [saidMs, unsaid] = [clock.elapsed(), 0];
    },
  };
};
