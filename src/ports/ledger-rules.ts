import {
  LARGEST_EVSE_ID,
  type MeterSample,
  type TransactionEnded,
  type TransactionEvent,
  type TransactionStarted,
} from "../domain/fleet.js";
import { endMsOf, type FreshRow, opened, withEnd, withSample, withStart } from "./row-rules.js";
import { endTimeRankOf, plausibleMs, registersOf, type TransactionRow, wholeWh } from "./transaction-row.js";

/**
 * Which message does what to which transaction: pure, and shared by every ledger.
 *
 * A second start on an EVSE closes the first there, since an EVSE holds one car:
 *
 *     A  |--- samples ---            no stop came → lost, ends where B begins
 *     B                 |--- samples --- stop|
 *
 * The closing is derived from the starts alone. If A's stop comes after all, out of a station's
 * offline queue, it replaces the derived end; if B's start comes before A's, the outcome is the same.
 *
 * A station may also say that the EVSE is free, or an operator that the session is over:
 *
 *     A  |--- samples --- free              no stop came → ended there, until
 *     A  |--- samples --- free --- samples  A is heard of again: it runs
 */

/** What the ledger knows when a message comes in. */
export interface Known {
  /** The transaction that the message names; for an OCPP 1.6 start the one of the same key. */
  readonly row: TransactionRow | null;
  /** A message of the same key is stored. */
  readonly messageKnown: boolean;
  /** For the row that may have to be opened. */
  readonly fresh: FreshRow;
}

/** `aside`: why the message is also put into quarantine: it contradicts the one that counts, or is absurd. */
export type Decision =
  | { readonly kind: "store"; readonly row: TransactionRow; readonly aside: string | null }
  | { readonly kind: "duplicate"; readonly row: TransactionRow; readonly aside: string | null }
  | { readonly kind: "quarantine"; readonly why: string };

/**
 * Key of a message within its transaction. There is one start, the first wins; ends are told apart by what
 * they tell, since they complete one another. The time stands beside seqNo because some stations send seqNo 0 for ever, and what was metered beside both
 * because some tell power and energy of one moment in two messages.
 */
export const messageKeyOf = (event: TransactionEvent): string => {
  if (event.kind === "transaction-started") return "started";
  if (event.kind === "transaction-ended") return endKey(event);
  return `${event.seqNo ?? ""}@${event.stationTimeMs}${event.sample === null ? "" : meteredKey(event.sample)}`;
};

const endKey = (event: TransactionEnded): string => {
  const { stationTimeMs, meterWh, exportedWh, reason, evseId } = event;
  const timeMs = endTimeRankOf(event) > 0 ? stationTimeMs : null;
  return `ended@${JSON.stringify([timeMs, meterWh, exportedWh, reason, evseId])}`;
};

/** Power counts only where nothing else was told: beside a register it may be derived, and differ next time. */
const meteredKey = ({ importedWh, exportedWh, socPercent, powerKw, unbelieved }: MeterSample): string => {
  const told =
    unbelieved !== undefined
      ? [unbelieved.importedWh, unbelieved.exportedWh, socPercent]
      : [importedWh, exportedWh, socPercent];
  return JSON.stringify(told.every((value) => value === null) ? powerKw : told);
};

export const decide = (event: TransactionEvent, known: Known): Decision => {
  const why = unusable(event, known.row);
  if (why !== null) return { kind: "quarantine", why };
  if (event.kind === "transaction-started") return decideStart(event, known);
  const row = known.row ?? opened(event, known.fresh);
  if (known.messageKnown) return { kind: "duplicate", row, aside: null };
  return event.kind === "transaction-ended" ? decideEnd(event, row) : stored(event, withSample(row, event));
};

const stored = (event: TransactionEvent, row: TransactionRow): Decision => ({
  kind: "store",
  row,
  aside: absurdity(event),
});

/** Why a message can belong to no transaction at all; null when it can. */
const unusable = (event: TransactionEvent, row: TransactionRow | null): string | null => {
  const { evseId, transactionId } = event;
  if (transactionId === "") return "it names no transaction";
  if (evseId !== null && (evseId < 1 || evseId > LARGEST_EVSE_ID)) return `there is no EVSE ${evseId}`;
  const unknown = row === null && event.kind !== "transaction-started" && event.seqNo === null;
  return unknown ? `this station has no transaction ${transactionId}` : null;
};

/** Registers that no meter can show are not counted: the transaction goes on without them. */
const absurdity = (event: TransactionEvent): string | null => {
  const { importedWh, exportedWh } = registersOf(event);
  const absurd = [importedWh, exportedWh].find((value) => value !== null && wholeWh(value) === null);
  return absurd === undefined ? null : `no meter shows ${absurd} Wh: it was not counted`;
};

const decideStart = (event: TransactionStarted, known: Known): Decision => {
  const { row } = known;
  if (row === null) return stored(event, withStart(opened(event, known.fresh), event));
  if (!row.startSeen) return stored(event, withStart(row, event));
  const same = row.startedMs === plausibleMs(event) && row.startWh === wholeWh(event.meterWh);
  if (same || row.startKey !== null) return { kind: "duplicate", row, aside: null };
  const why = `transaction ${event.transactionId ?? ""} was started before, with another time or meter`;
  return row.endedMs === null ? { kind: "duplicate", row, aside: why } : { kind: "quarantine", why };
};

const decideEnd = (event: TransactionEnded, row: TransactionRow): Decision => {
  if (row.endedMs === null) return stored(event, withEnd(row, event));
  const meterWh = wholeWh(event.meterWh);
  const merged = withEnd(row, event);
  const otherMeter = meterWh !== null && meterWh !== merged.endWh;
  const completed = otherMeter ? row : merged;
  if (JSON.stringify(completed) !== JSON.stringify(row)) return stored(event, completed);
  const otherTime = endTimeRankOf(event) > 0 && endMsOf(row, event) !== row.endedMs;
  const aside =
    otherMeter || otherTime
      ? `transaction ${event.transactionId} was ended before, with another time or meter`
      : null;
  return { kind: "duplicate", row, aside };
};
