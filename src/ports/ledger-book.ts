import type { TransactionEvent, UnclearMessage } from "../domain/fleet.js";
import { type Session, sessionIdOf } from "../domain/session.js";
import { YouxuError } from "../domain/errors.js";
import { continued, countRegisters, isDoubtful, isEndMoved, uncounted } from "./counted-registers.js";
import { meteredBy } from "./metered.js";
import { withMetered } from "./registers-by-rating.js";
import { isUnsettled } from "./register-tail.js";
import type { Recorded, UnstoppedEnd } from "./ledger.js";
import { decide, messageKeyOf } from "./ledger-rules.js";
import { type FreshRow, openingOf, startKeyOf, withUnstoppedEnd } from "./row-rules.js";
import { endOf, type Metered, sessionOf, type TransactionRow } from "./transaction-row.js";

/** What a ledger keeps, whatever it is kept in. One recording at a time, in one transaction. */
export interface LedgerBook {
  nextOrder(): Promise<number>;
  byStartKey(stationId: string, startKey: string): Promise<TransactionRow | null>;
  byTransactionId(stationId: string, transactionId: string): Promise<TransactionRow | null>;
  bySessionId(sessionId: string): Promise<TransactionRow | null>;
  /** Whether any station has a transaction of this id. */
  transactionIdTaken(transactionId: string): Promise<boolean>;
  /** Inserts, or replaces the row of the same order. */
  put(row: TransactionRow): Promise<void>;
  messageKnown(order: number, messageKey: string, event: TransactionEvent): Promise<boolean>;
  addMessage(order: number, messageKey: string, event: TransactionEvent): Promise<void>;
  /** What the stored messages of a transaction metered. */
  metered(order: number): Promise<readonly Metered[]>;
  /** Puts a message into quarantine, once; false when it is there already. */
  setAside(event: TransactionEvent | UnclearMessage, why: string): Promise<boolean>;
  /** The transactions before and after this one on its EVSE, by start, then by order. */
  previousOnEvse(row: TransactionRow): Promise<TransactionRow | null>;
  nextOnEvse(row: TransactionRow): Promise<TransactionRow | null>;
}

/** Records a message in a book: looks up, decides by the pure rules, writes. */
export const recordIn = async (
  book: LedgerBook,
  event: TransactionEvent,
  pickTransactionId: () => number,
): Promise<Recorded> => {
  const { row: before, startKey } = await find(book, event);
  const messageKey = messageKeyOf(event);
  const decision = decide(event, {
    row: before,
    messageKnown: before !== null && (await book.messageKnown(before.order, messageKey, event)),
    fresh: before ?? (await freshRow(book, event, startKey, pickTransactionId)),
  });
  if (decision.kind === "quarantine") {
    await book.setAside(event, decision.why);
    return {
      outcome: "quarantined",
      transactionId: event.transactionId ?? NO_TRANSACTION,
      session: null,
      others: [],
    };
  }
  if (decision.aside !== null) await book.setAside(event, decision.aside);
  const { transactionId } = decision.row;
  if (decision.kind === "duplicate")
    return { outcome: "duplicate", transactionId, session: sessionOf(decision.row), others: [] };
  const after = await recounted(book, { before, row: decision.row }, event);
  await book.put(after);
  await book.addMessage(after.order, messageKey, event);
  const { row, others } = await relink(book, before, after);
  return { outcome: "stored", transactionId, session: sessionOf(row), others: others.map(sessionOf) };
};

/** Of an OCPP 1.6 start that is kept aside: what it begins belongs to no transaction. */
const NO_TRANSACTION = "0";

/** Ends a session in a book though its stop has not come; throws `not-found.session`. */
export const endUnstoppedIn = async (
  book: LedgerBook,
  sessionId: string,
  end: UnstoppedEnd,
): Promise<Session> => {
  const row = await book.bySessionId(sessionId);
  if (row === null) throw new YouxuError("not-found.session", `no session ${sessionId}`, "sessionId");
  const ended = withUnstoppedEnd(row, end);
  if (ended === row) return sessionOf(row);
  const counted = await settled(book, ended);
  await book.put(counted);
  return sessionOf(counted);
};

interface Found {
  readonly row: TransactionRow | null;
  /** Under which an OCPP 1.6 start is kept; null for all else. */
  readonly startKey: string | null;
}

const find = async (book: LedgerBook, event: TransactionEvent): Promise<Found> => {
  const { stationId, transactionId } = event;
  const startKey = event.kind === "transaction-started" ? startKeyOf(event) : null;
  if (event.kind !== "transaction-started" || startKey === null)
    return { row: await book.byTransactionId(stationId, transactionId ?? ""), startKey };
  const row = await book.byStartKey(stationId, startKey);
  return event.unreadTime === undefined ? { row, startKey } : untimed(book, stationId, { row, startKey });
};

/** Without a time a start sent again looks like the next one: it is that once the first is over. */
const untimed = async (book: LedgerBook, stationId: string, first: Found): Promise<Found> => {
  let found = first;
  for (let count = 2; found.row !== null && endOf(found.row) !== null; count++) {
    const startKey = `${first.startKey}.${count}`;
    found = { row: await book.byStartKey(stationId, startKey), startKey };
  }
  return found;
};

/**
 * The row with registers counted anew where one is beyond belief, or where another end decides which lie
 * before it; the message's own, if it does not count, is then put aside.
 */
const recounted = async (
  book: LedgerBook,
  { before, row }: { readonly before: TransactionRow | null; readonly row: TransactionRow },
  event: TransactionEvent,
): Promise<TransactionRow> => {
  const metered = meteredBy(event);
  const told = withMetered(row, metered, event.ratedKw);
  if (!isDoubtful(before, told, metered) && !isEndMoved(before, row)) return told;
  const counted =
    continued(before, told, metered) ?? countRegisters(told, [...(await book.metered(row.order)), metered]);
  const why = uncounted(counted, event);
  if (why !== null) await book.setAside(event, why);
  return counted;
};

/** A row that is over without a stop: what came since its registers were counted counts too. */
const settled = async (book: LedgerBook, row: TransactionRow): Promise<TransactionRow> =>
  isUnsettled(row) ? countRegisters(row, await book.metered(row.order)) : row;

const freshRow = async (
  book: LedgerBook,
  event: TransactionEvent,
  startKey: string | null,
  pickTransactionId: () => number,
): Promise<FreshRow> => {
  return {
    startKey,
    order: await book.nextOrder(),
    sessionId: await freeSessionId(book, event),
    transactionId: event.transactionId ?? (await freeTransactionId(book, pickTransactionId)),
  };
};

const freeSessionId = async (book: LedgerBook, event: TransactionEvent): Promise<string> => {
  const { evseId, startedMs } = openingOf(event);
  const id = sessionIdOf(event.stationId, evseId, startedMs);
  let candidate = id;
  for (let count = 2; (await book.bySessionId(candidate)) !== null; count++) candidate = `${id}.${count}`;
  return candidate;
};

const MOST_PICKS = 1000;

const freeTransactionId = async (book: LedgerBook, pick: () => number): Promise<string> => {
  for (let picks = 0; picks < MOST_PICKS; picks++) {
    const candidate = String(pick());
    if (!(await book.transactionIdTaken(candidate))) return candidate;
  }
  throw new Error(`no free transaction id in ${MOST_PICKS} picks`);
};

interface Relinked {
  readonly row: TransactionRow;
  /** Neighbours that have another successor now. */
  readonly others: readonly TransactionRow[];
}

/** Tells this transaction and its neighbours on the EVSE, old and new, who comes next. */
const relink = async (
  book: LedgerBook,
  before: TransactionRow | null,
  after: TransactionRow,
): Promise<Relinked> => {
  const stayed = before?.evseId === after.evseId && before.startedMs === after.startedMs;
  if (stayed || after.evseId === 0) return { row: after, others: [] };
  const left = before === null || before.evseId === 0 ? null : await book.previousOnEvse(before);
  const joined = await book.previousOnEvse(after);
  const neighbours = new Map([left, joined].flatMap((row) => (row === null ? [] : [[row.order, row]])));
  neighbours.delete(after.order);
  const others: TransactionRow[] = [];
  for (const row of neighbours.values()) {
    const told = await toldNext(book, row);
    if (told !== row) others.push(told);
  }
  return { row: await toldNext(book, after), others };
};

const toldNext = async (book: LedgerBook, row: TransactionRow): Promise<TransactionRow> => {
  const nextStartedMs = (await book.nextOnEvse(row))?.startedMs ?? null;
  if (nextStartedMs === row.nextStartedMs) return row;
  const told = await settled(book, { ...row, nextStartedMs });
  await book.put(told);
  return told;
};

/**
 * The same message again is the same but for when it reached us, which also stands in for an unread time, and what was
 * known of its station's clock then.
 */
export const asideKeyOf = (event: TransactionEvent | UnclearMessage): string =>
  JSON.stringify({
    ...event,
    atMs: null,
    clockAheadMs: undefined,
    ...("unreadTime" in event && event.unreadTime !== undefined ? { stationTimeMs: null } : {}),
  });
