import type { Session } from "../domain/session.js";
import { DAY_MS, type EpochMs, SLOT_MS, hours } from "../domain/units.js";
import type { PowerStep } from "../settlement/energy.js";
import { quarterStartMs } from "../signals/calendar.js";

interface Energy {
  readonly importedKwh: number;
  readonly exportedKwh: number;
}

/** A session's energy by quarter of an hour, from the increments of its registers. */
export interface SessionAccount {
  readonly session: Session;
  /** From when on it is counted. */
  readonly fromMs: EpochMs;
  readonly registers: Energy;
  /** When they were told. */
  readonly notedMs: EpochMs;
  readonly byQuarter: ReadonlyMap<EpochMs, Energy>;
}

/**
 * A session first seen. One that began before the program, or is over already, counts from what its
 * registers show now.
 */
export const openAccount = (session: Session, sinceMs: EpochMs): SessionAccount => {
  const isOld = session.startedMs < sinceMs || session.endedMs !== null;
  const fromMs = Math.max(session.startedMs, sinceMs);
  return {
    session,
    fromMs,
    notedMs: fromMs,
    registers: isOld ? session : { importedKwh: 0, exportedKwh: 0 },
    byQuarter: new Map(),
  };
};

interface Part {
  readonly quarterMs: EpochMs;
  readonly share: number;
}

/**
 * The quarters of an hour since the registers were told last, a day at most, with the share of each in
 * what was moved since: evenly in time, since nothing more is known.
 */
export const partsUntil = ({ fromMs, notedMs }: SessionAccount, atMs: EpochMs): Part[] => {
  if (atMs <= notedMs) return [{ quarterMs: quarterStartMs(Math.max(fromMs, atMs - 1)), share: 1 }];
  const sinceMs = Math.max(notedMs, atMs - DAY_MS);
  const parts: Part[] = [];
  for (let quarterMs = quarterStartMs(sinceMs); quarterMs < atMs; quarterMs += SLOT_MS) {
    const heldMs = Math.min(quarterMs + SLOT_MS, atMs) - Math.max(quarterMs, sinceMs);
    parts.push({ quarterMs, share: heldMs / (atMs - sinceMs) });
  }
  return parts;
};

/** The account after the registers were told. */
export const noteRegisters = (account: SessionAccount, session: Session, atMs: EpochMs): SessionAccount => {
  const { importedKwh, exportedKwh } = session;
  const drawnKwh = Math.max(0, importedKwh - account.registers.importedKwh);
  const givenKwh = Math.max(0, exportedKwh - account.registers.exportedKwh);
  const byQuarter = new Map(account.byQuarter);
  for (const { quarterMs, share } of partsUntil(account, atMs)) {
    const before = byQuarter.get(quarterMs) ?? { importedKwh: 0, exportedKwh: 0 };
    byQuarter.set(quarterMs, {
      importedKwh: before.importedKwh + share * drawnKwh,
      exportedKwh: before.exportedKwh + share * givenKwh,
    });
  }
  const notedMs = Math.max(account.notedMs, atMs);
  return { ...account, session, registers: { importedKwh, exportedKwh }, notedMs, byQuarter };
};

/** Power at the grid side, a step per quarter; negative while discharging. */
export const drawnSteps = ({ byQuarter }: SessionAccount): PowerStep[] =>
  [...byQuarter].map(([startMs, { importedKwh, exportedKwh }]) => ({
    startMs,
    endMs: startMs + SLOT_MS,
    powerKw: (importedKwh - exportedKwh) / hours(SLOT_MS),
  }));
