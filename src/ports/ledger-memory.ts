import type { TransactionEvent, UnclearMessage } from "../domain/fleet.js";
import { YouxuError } from "../domain/errors.js";
import { meteredBy } from "./metered.js";
import type { Ledger, QuarantinedMessage } from "./ledger.js";
import { asideKeyOf, endUnstoppedIn, type LedgerBook, recordIn } from "./ledger-book.js";
import {
  endOf,
  flagsOf,
  type Metered,
  missingIn,
  sessionOf,
  type TransactionFlags,
  type TransactionRow,
} from "./transaction-row.js";

/** A ledger that also shows what is odd about its transactions. */
export interface FlaggingLedger extends Ledger {
  /** Transactions that are lost, without a start, with a register that went back or with gaps. */
  flagged(): Promise<readonly TransactionFlags[]>;
}

interface Kept {
  readonly rows: Map<number, TransactionRow>;
  readonly byKey: Map<string, number>;
  readonly bySession: Map<string, number>;
  readonly transactionIds: Set<string>;
  readonly onEvse: Map<string, Set<number>>;
  readonly messages: Map<number, Map<string, Metered>>;
  readonly seqNos: Map<number, Set<number>>;
  readonly aside: Map<string, QuarantinedMessage>;
}

/**
 * A ledger that forgets with the process: for simulations and tests. `pickTransactionId` gives 31-bit
 * ids for OCPP 1.6; by default they count from 1, so that a run can be repeated.
 */
export const createMemoryLedger = ({
  pickTransactionId,
}: {
  pickTransactionId?: () => number;
} = {}): FlaggingLedger => {
  const kept: Kept = {
    rows: new Map(),
    byKey: new Map(),
    bySession: new Map(),
    transactionIds: new Set(),
    onEvse: new Map(),
    messages: new Map(),
    seqNos: new Map(),
    aside: new Map(),
  };
  const book = memoryBook(kept);
  let count = 0;
  const pick = pickTransactionId ?? (() => ++count);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    record: (event) => inTurn(() => recordIn(book, event, pick)),
    keepAside: (message, why) => inTurn(() => book.setAside(message, why)),
    endUnstopped: (sessionId, end) => inTurn(() => endUnstoppedIn(book, sessionId, end)),
    savePreference: (sessionId, preference) => inTurn(() => change(kept, sessionId, { preference })),
    saveNeeds: (sessionId, needs) => inTurn(() => change(kept, sessionId, { needs })),
    saveChargeNow: (sessionId, chargeNow) => inTurn(() => change(kept, sessionId, { chargeNow })),
    ...reads(kept, inTurn),
    close: () => inTurn(() => Promise.resolve()),
  };
};

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

const reads = (kept: Kept, inTurn: InTurn) => {
  const sessions = (wanted: (row: TransactionRow) => boolean) =>
    inTurn(async () => [...kept.rows.values()].filter(wanted).sort(byStart).map(sessionOf));
  return {
    openSessions: () => sessions((row) => endOf(row) === null),
    session: (sessionId: string) =>
      inTurn(async () => {
        const row = kept.rows.get(kept.bySession.get(sessionId) ?? -1);
        return row === undefined ? null : sessionOf(row);
      }),
    sessionsBetween: (fromMs: number, toMs: number) =>
      sessions((row) => {
        const endedMs = endOf(row) ?? Infinity;
        return row.startedMs < toMs && (endedMs > fromMs || row.startedMs >= fromMs);
      }),
    quarantined: () => inTurn(async () => [...kept.aside.values()]),
    flagged: () =>
      inTurn(async () =>
        [...kept.rows.values()].flatMap(
          (row) => flagsOf(row, missingIn(kept.seqNos.get(row.order) ?? new Set())) ?? [],
        ),
      ),
  };
};

const change = async (kept: Kept, sessionId: string, changes: Partial<TransactionRow>): Promise<void> => {
  const row = kept.rows.get(kept.bySession.get(sessionId) ?? -1);
  if (row === undefined) throw new YouxuError("not-found.session", `no session ${sessionId}`, "sessionId");
  kept.rows.set(row.order, { ...row, ...changes });
};

const byStart = (a: TransactionRow, b: TransactionRow): number =>
  a.startedMs - b.startedMs || a.order - b.order;

const evseKey = (row: TransactionRow): string => JSON.stringify([row.stationId, row.evseId]);

const added = <K, V>(sets: Map<K, Set<V>>, key: K, value: V): void => {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
};

const memoryBook = (kept: Kept): LedgerBook => {
  const at = (order: number | undefined) => kept.rows.get(order ?? -1) ?? null;
  const neighbours = (row: TransactionRow) =>
    [...(kept.onEvse.get(evseKey(row)) ?? [])].flatMap((order) => at(order) ?? []).sort(byStart);
  return {
    nextOrder: async () => kept.rows.size + 1,
    byStartKey: async (stationId, startKey) =>
      at(kept.byKey.get(JSON.stringify(["start", stationId, startKey]))),
    byTransactionId: async (stationId, id) => at(kept.byKey.get(JSON.stringify(["id", stationId, id]))),
    transactionIdTaken: async (transactionId) => kept.transactionIds.has(transactionId),
    bySessionId: async (sessionId) => at(kept.bySession.get(sessionId)),
    put: async (row) => put(kept, row),
    messageKnown: async (order, messageKey) => kept.messages.get(order)?.has(messageKey) ?? false,
    addMessage: async (order, messageKey, event) => {
      const messages = kept.messages.get(order) ?? new Map<string, Metered>();
      kept.messages.set(order, messages.set(messageKey, meteredBy(event)));
      if (event.seqNo !== null) added(kept.seqNos, order, event.seqNo);
    },
    metered: async (order) => [...(kept.messages.get(order)?.values() ?? [])],
    setAside: async (event, why) => setAside(kept, event, why),
    previousOnEvse: async (row) => neighbours(row).findLast((other) => byStart(other, row) < 0) ?? null,
    nextOnEvse: async (row) => neighbours(row).find((other) => byStart(other, row) > 0) ?? null,
  };
};

const put = (kept: Kept, row: TransactionRow): void => {
  const before = kept.rows.get(row.order);
  if (before !== undefined) kept.onEvse.get(evseKey(before))?.delete(row.order);
  kept.rows.set(row.order, row);
  added(kept.onEvse, evseKey(row), row.order);
  kept.bySession.set(row.sessionId, row.order);
  kept.transactionIds.add(row.transactionId);
  kept.byKey.set(JSON.stringify(["id", row.stationId, row.transactionId]), row.order);
  if (row.startKey !== null)
    kept.byKey.set(JSON.stringify(["start", row.stationId, row.startKey]), row.order);
};

const setAside = (kept: Kept, event: TransactionEvent | UnclearMessage, why: string): boolean => {
  const key = asideKeyOf(event);
  const { stationId, atMs } = event;
  if (kept.aside.has(key)) return false;
  kept.aside.set(key, { stationId, atMs, event, why });
  return true;
};
