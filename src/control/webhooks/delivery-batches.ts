import { SECOND_MS } from "../../domain/units.js";
import { type Delivery, deliveryBatchSchema, deliverySchema } from "../../domain/webhook.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import type { Documents } from "../../ports/documents.js";
import type { Log } from "../contract.js";

/** So many share a document, and what changed since the last write is written no sooner than this. */
const MOST_PER_BATCH = 100;
const WRITE_EVERY_MS = SECOND_MS / 2;

export interface BatchParts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

/**
 * What waits for one webhook, on disk. Nothing is written where it is told: those that come at about one time
 * share a document, as each write costs the transactions that are committed with it.
 */
export interface DeliveryBatches {
  /** Of a life before, in order. */
  readonly stored: readonly Delivery[];
  readonly add: (delivery: Delivery) => void;
  /** As it is now; one that was removed stays away. */
  readonly change: (delivery: Delivery) => void;
  readonly remove: (id: string) => void;
  /** Whether it was written, or the disk would not take it. */
  readonly isWritten: (id: string) => boolean;
  /** Writes what is not yet written; nothing is changed after that. */
  readonly close: () => Promise<void>;
  /** Takes all off the disk, and writes nothing more, whatever is added or changed meanwhile. */
  readonly forget: () => Promise<void>;
  /** After `forget`, whatever became of it: all is written as it is now, and on with it. */
  readonly restore: () => void;
}

interface Batch {
  readonly id: string;
  readonly deliveries: Map<string, Delivery>;
  /** new: none of it is on disk, and it may still grow. */
  state: "new" | "writing" | "written";
}

/** `written` is told whenever more was written. */
export const openDeliveryBatches = async (
  { documents, clock, log, newId }: BatchParts,
  collection: string,
  written: () => void,
): Promise<DeliveryBatches> => {
  const batches = new Set<Batch>((await documents.list(collection)).flatMap(readBatch));
  const batchOf = new Map<string, Batch>();
  for (const batch of batches) for (const id of batch.deliveries.keys()) batchOf.set(id, batch);
  const stored = [...batches].flatMap(({ deliveries }) => [...deliveries.values()]);
  const changed = new Set<Batch>();
  let newest: Batch | null = null;
  let writing: Promise<void> = Promise.resolve();
  let nextWriteMs = -Infinity;
  let isPlanned = false;
  let isClosed = false;
  let isForgotten = false;
  let isRefused = false;
  let cancel: Cancel | null = null;

  const keep = async (batch: Batch): Promise<void> => {
    const { id, deliveries } = batch;
    const isNew = batch.state === "new";
    const isEmpty = deliveries.size === 0;
    if (isNew) batch.state = "writing";
    if (isEmpty) batches.delete(batch);
    try {
      if (!isEmpty) await documents.put(collection, id, { id, deliveries: [...deliveries.values()] });
      else if (!isNew) await documents.remove(collection, id);
      isRefused = false;
    } catch (err) {
      changed.add(batch);
      // Once, not every half second.
      if (!isRefused) log.error({ collection, err }, "what waits for a webhook could not be kept");
      isRefused = true;
    }
    batch.state = "written";
  };
  const keepChanged = async (): Promise<void> => {
    const now = [...changed];
    changed.clear();
    await Promise.all(now.map(keep));
    // What the disk refused is written again, whether or not more comes.
    if (changed.size > 0) plan();
    written();
  };
  const begin = (): Promise<void> => {
    isPlanned = false;
    // What was planned before, or came since, is written where it is restored.
    if (isForgotten) return writing;
    nextWriteMs = clock.elapsed() + WRITE_EVERY_MS;
    writing = writing.then(keepChanged);
    return writing;
  };
  /** At once where the last write is long ago, with all that is told in the same breath. */
  const plan = (): void => {
    if (isPlanned || isClosed) return;
    isPlanned = true;
    const inMs = nextWriteMs - clock.elapsed();
    if (inMs > 0) cancel = clock.afterElapsed(inMs, () => void begin());
    else queueMicrotask(() => void begin());
  };
  const touch = (batch: Batch): void => {
    changed.add(batch);
    plan();
  };
  const growing = (): Batch => {
    if (newest?.state === "new" && newest.deliveries.size < MOST_PER_BATCH) return newest;
    newest = { id: newId(), deliveries: new Map(), state: "new" };
    batches.add(newest);
    return newest;
  };

  return {
    stored,
    add: (delivery) => {
      const batch = growing();
      batch.deliveries.set(delivery.id, delivery);
      batchOf.set(delivery.id, batch);
      touch(batch);
    },
    change: (delivery) => {
      const batch = batchOf.get(delivery.id);
      if (batch === undefined) return;
      batch.deliveries.set(delivery.id, delivery);
      touch(batch);
    },
    remove: (id) => {
      const batch = batchOf.get(id);
      if (batch === undefined) return;
      batchOf.delete(id);
      batch.deliveries.delete(id);
      touch(batch);
    },
    isWritten: (id) => batchOf.get(id)?.state === "written",
    close: async () => {
      isClosed = true;
      cancel?.();
      await begin();
    },
    forget: async () => {
      isForgotten = true;
      cancel?.();
      isPlanned = false;
      await writing;
      // Those too that are empty, which the disk refused to take away.
      const removed = [...new Set([...batches, ...changed])].map(({ id }) =>
        documents.remove(collection, id),
      );
      // None is left under way: what is restored would be taken away.
      const failed = (await Promise.allSettled(removed)).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
    restore: () => {
      isForgotten = false;
      // In the order in which they came, as they are read by that.
      const all = [...batches, ...changed];
      changed.clear();
      for (const batch of all) changed.add(batch);
      if (changed.size > 0) plan();
    },
  };
};

/** A delivery that stands alone is of before there were batches. */
const readBatch = (stored: unknown): readonly Batch[] => {
  const alone = deliverySchema.safeParse(stored).data;
  const read =
    alone === undefined ? deliveryBatchSchema.safeParse(stored).data : { id: alone.id, deliveries: [alone] };
  if (read === undefined) return [];
  const deliveries = read.deliveries.flatMap((one) => deliverySchema.safeParse(one).data ?? []);
  return [{ id: read.id, deliveries: new Map(deliveries.map((one) => [one.id, one])), state: "written" }];
};
