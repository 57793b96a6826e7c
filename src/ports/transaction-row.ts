import type { MeterSample, TransactionEnded, TransactionEvent } from "../domain/fleet.js";
import type { ChargingNeeds, Estimate, EstimateReason, Preference, Session } from "../domain/session.js";
import type { EpochMs } from "../domain/units.js";
import type { Told } from "./register-chain.js";

/**
 * A transaction as the ledger keeps it. Energies are whole Wh as metered, never kWh, so that sums are
 * exact. Every field is filled by a rule that does not depend on the order of the messages (first
 * known, minimum, maximum, latest by the station's time); that is why any order of retries,
 * duplicates and late messages gives the same bill.
 */
export interface TransactionRow {
  /** Order of recording, for ties. */
  readonly order: number;
  readonly sessionId: string;
  readonly stationId: string;
  /** 0 while unknown: an OCPP 2.x `ended` came first and did not name its EVSE. */
  readonly evseId: number;
  readonly transactionId: string;
  /** Idempotency key of an OCPP 1.6 start; null for 2.x. */
  readonly startKey: string | null;
  /** False while the start message has not been seen. */
  readonly startSeen: boolean;
  readonly idToken: string | null;
  readonly startedMs: EpochMs;
  /** When the station said that it ended. */
  readonly endedMs: EpochMs | null;
  /** When the next transaction on this EVSE began: the end of one whose stop never came. */
  readonly nextStartedMs: EpochMs | null;
  /** When it must have ended though no stop came; null again once the station speaks of it as running. */
  readonly unstoppedMs: EpochMs | null;
  readonly unstoppedReason: UnstoppedReason | null;
  /** Latest time at which the station spoke of it as running. */
  readonly heardMs: EpochMs | null;
  readonly startWh: number | null;
  /** Least and most of the registers that count; see `counted-registers.ts`. */
  readonly lowWh: number | null;
  readonly highWh: number | null;
  readonly endWh: number | null;
  /** How much the end's time is worth, by `endTimeRankOf`; a fuller end replaces it. */
  readonly endTimeRank: number;
  readonly exportStartWh: number | null;
  readonly exportLowWh: number | null;
  readonly exportHighWh: number | null;
  /** A register told is further from the others than any car can draw: it does not count. */
  readonly implausible: boolean;
  readonly socPercent: number | null;
  readonly socAtMs: EpochMs | null;
  readonly endReason: string | null;
  readonly preference: Preference | null;
  readonly needs: ChargingNeeds | null;
  readonly chargeNow: boolean;
  /** Standing of the id token that was shown last, at `tokenAtMs` by the station; true while none was. */
  readonly authorized: boolean;
  readonly tokenAtMs: EpochMs | null;
  readonly registers: RegisterState;
}

/** By what a register is judged. */
export interface RegisterState {
  /** The most that its EVSE was rated when a message came; null: not told. */
  readonly ratedKw: number | null;
  /** Of the messages that told a register the first, and the last with the newest of each register. */
  readonly first: Metered | null;
  readonly newest: Metered | null;
  /** Set where a register told cannot be: the energy then, instead of the last register less the first. */
  readonly counted: Counted | null;
  /** Set while not all count: how they go on since they were counted over all messages. */
  readonly tail?: Tail | null;
}

/** What came of registers that do not all count since they were counted; see `register-tail.ts`. */
export interface Tail {
  /** Of so many messages that count was made, and so many came since. */
  readonly countedMessages: number;
  readonly messagesSince: number;
  /** null: the rating of the EVSE is not known, and nothing but the number is kept. */
  readonly energy: { readonly imported: TailEnergy; readonly exported: TailEnergy } | null;
}

/** What one register makes so far, Wh, not rounded, and where it stands. */
export interface TailEnergy {
  readonly wh: number;
  readonly estimatedWh: number;
  /** The message at which it came to stand where it is; null: none told it. */
  readonly standing: Told | null;
  readonly factor: number;
}

export const UNMETERED: RegisterState = { ratedKw: null, first: null, newest: null, counted: null };

/** What one stored message metered, to a thousandth of a Wh. */
export interface Metered extends Omit<Told, "wh"> {
  readonly importedWh: number | null;
  readonly exportedWh: number | null;
  /** Signed; null where none was told. */
  readonly powerKw: number | null;
}

/** Energy of a transaction whose registers do not all hang together; whole Wh. */
export interface Counted {
  readonly importedWh: number;
  readonly exportedWh: number;
  /** What of it no register says. */
  readonly estimatedWh: number;
  readonly exportEstimatedWh: number;
  readonly reason: EstimateReason;
}

/** Why a transaction counts as ended though its stop has not come. */
export type UnstoppedReason = "evse-available" | "ended-by-operator";

/** What is odd about a transaction: shown to the operator, never silently repaired. */
export interface TransactionFlags {
  readonly sessionId: string;
  readonly stationId: string;
  readonly transactionId: string;
  /** It is over, since the next one began or the EVSE is free, and no stop ever came. */
  readonly lost: boolean;
  readonly startUnseen: boolean;
  /** The closing register is below one metered before. */
  readonly registerWentBack: boolean;
  /** A register told is beyond what any car draws in the time, and was not counted. */
  readonly implausibleRegister: boolean;
  /** OCPP 2.x messages missing between the first and the last seqNo. */
  readonly missingMessages: number;
}

/** The start's register where it counts, else the least that does. */
const baseWh = (startWh: number | null, lowWh: number | null, highWh: number | null): number =>
  startWh !== null && startWh >= (lowWh ?? Infinity) && startWh <= (highWh ?? -Infinity)
    ? startWh
    : (lowWh ?? 0);

const importBaseWh = (row: TransactionRow): number => baseWh(row.startWh, row.lowWh, row.highWh);

/** Whether the closing register, if any, is one that cannot be: below the start's, or not counted. */
export const isEndBroken = (row: TransactionRow): boolean =>
  row.endWh !== null && (row.endWh < importBaseWh(row) || row.endWh > (row.highWh ?? Infinity));

/** Nothing was drawn beyond the closing register, unless that is broken: below the start. */
const importedWh = (row: TransactionRow): number => {
  if (row.registers.counted !== null) return row.registers.counted.importedWh;
  const base = importBaseWh(row);
  const high = row.highWh ?? base;
  return Math.max(0, (row.endWh !== null && row.endWh >= base ? Math.min(row.endWh, high) : high) - base);
};

const exportedWh = (row: TransactionRow): number =>
  row.registers.counted?.exportedWh ??
  Math.max(0, (row.exportHighWh ?? 0) - baseWh(row.exportStartWh, row.exportLowWh, row.exportHighWh));

const KWH_PER_WH = 1000;

/** When it ended: by its stop, else by the first that tells that it must have ended; null while it runs. */
export const endOf = (row: TransactionRow): EpochMs | null => {
  if (row.endedMs !== null) return row.endedMs;
  const ends = [row.nextStartedMs, row.unstoppedMs].filter((ms) => ms !== null);
  return ends.length === 0 ? null : Math.max(row.startedMs, Math.min(...ends));
};

const endReasonOf = (row: TransactionRow): string | null => {
  if (row.endedMs !== null) return row.endReason;
  if (row.unstoppedMs !== null && row.unstoppedMs <= (row.nextStartedMs ?? Infinity))
    return row.unstoppedReason;
  return row.nextStartedMs === null ? null : "next-transaction";
};

/** The session that a row stands for. */
export const sessionOf = (row: TransactionRow): Session => ({
  id: row.sessionId,
  stationId: row.stationId,
  evseId: row.evseId,
  transactionId: row.transactionId,
  idToken: row.idToken,
  startedMs: row.startedMs,
  endedMs: endOf(row),
  endReason: endReasonOf(row),
  authorized: row.authorized,
  importedKwh: importedWh(row) / KWH_PER_WH,
  exportedKwh: exportedWh(row) / KWH_PER_WH,
  meterStartWh: importBaseWh(row),
  socPercent: row.socPercent,
  needs: row.needs,
  preference: row.preference,
  chargeNow: row.chargeNow,
  ...(row.registers.counted === null ? {} : { estimate: estimateOf(row.registers.counted) }),
});

const estimateOf = ({ estimatedWh, exportEstimatedWh, reason }: Counted): Estimate => ({
  importedKwh: estimatedWh / KWH_PER_WH,
  exportedKwh: exportEstimatedWh / KWH_PER_WH,
  reason,
});

/** Flags of a transaction, or null where nothing is odd. */
export const flagsOf = (row: TransactionRow, missingMessages: number): TransactionFlags | null => {
  const flags = {
    sessionId: row.sessionId,
    stationId: row.stationId,
    transactionId: row.transactionId,
    lost: row.endedMs === null && endOf(row) !== null,
    startUnseen: !row.startSeen,
    registerWentBack:
      row.registers.counted?.reason === "register-went-back" ||
      (row.endWh !== null && row.endWh < (row.highWh ?? row.endWh)),
    implausibleRegister: row.implausible,
    missingMessages,
  };
  const { lost, startUnseen, registerWentBack, implausibleRegister } = flags;
  const odd = lost || startUnseen || registerWentBack || implausibleRegister || missingMessages > 0;
  return odd ? flags : null;
};

/** Messages missing among the sequence numbers seen of one transaction. */
export const missingIn = (seqNos: ReadonlySet<number>): number =>
  seqNos.size === 0 ? 0 : Math.max(...seqNos) - Math.min(...seqNos) + 1 - seqNos.size;

/** The registers that a message tells, as they came. */
export const registersOf = (
  event: TransactionEvent,
): { readonly importedWh: number | null; readonly exportedWh: number | null } =>
  event.kind === "transaction-updated"
    ? toldBy(event.sample)
    : { importedWh: event.meterWh, exportedWh: event.exportedWh ?? null };

/** As the meter told them, believed or not. */
const toldBy = (sample: MeterSample | null) => ({
  importedWh: sample?.unbelieved?.importedWh ?? sample?.importedWh ?? null,
  exportedWh: sample?.unbelieved?.exportedWh ?? sample?.exportedWh ?? null,
});

/** A register in whole Wh; null for one that no ledger could keep exactly. */
export const wholeWh = (value: number | null): number | null => {
  const whole = Math.round(value ?? Number.NaN);
  return Number.isSafeInteger(whole) ? whole : null;
};

/** The same to a thousandth: one that counts kWh and calls them Wh says the rest there. */
export const finelyWh = (value: number | null): number | null =>
  value === null || wholeWh(value) === null ? null : Math.round(value * 1000) / 1000;

const DAY_MS = 86_400_000;
const AHEAD_MS = 5 * 60_000;
const UNSET_CLOCK_MS = 400 * DAY_MS;

/**
 * The station's own time of a message, or ours where the station's clock is unset (years behind) or
 * ahead: a session cannot begin in the future.
 */
export const plausibleMs = (event: Pick<TransactionEvent, "atMs" | "stationTimeMs">): EpochMs => {
  const lag = event.atMs - event.stationTimeMs;
  return lag >= -AHEAD_MS && lag <= UNSET_CLOCK_MS ? event.stationTimeMs : event.atMs;
};

/** 0: the time of an end is only when it reached us; 1: the station told it; 2: and the register beside it. */
export const endTimeRankOf = (event: TransactionEnded): number => {
  if (event.unreadTime !== undefined || plausibleMs(event) !== event.stationTimeMs) return 0;
  return wholeWh(event.meterWh) === null ? 1 : 2;
};
