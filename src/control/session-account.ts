import type { Session } from "../domain/session.js";
import { type EpochMs, SLOT_MS, hours } from "../domain/units.js";
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
  readonly byQuarter: ReadonlyMap<EpochMs, Energy>;
}

/**
 * A session first seen. One that began before the program, or is over already, counts from what its
 * registers show now.
 */
export const openAccount = (session: Session, sinceMs: EpochMs): SessionAccount => {
  const isOld = session.startedMs < sinceMs || session.endedMs !== null;
  return {
    session,
    fromMs: Math.max(session.startedMs, sinceMs),
    registers: isOld ? session : { importedKwh: 0, exportedKwh: 0 },
    byQuarter: new Map(),
  };
};

/** The account after the registers were told; what was drawn since the last time is booked on the quarter before `atMs`. */
export const noteRegisters = (account: SessionAccount, session: Session, atMs: EpochMs): SessionAccount => {
  const quarterMs = quarterStartMs(Math.max(account.fromMs, atMs - 1));
  const sum = account.byQuarter.get(quarterMs) ?? { importedKwh: 0, exportedKwh: 0 };
  const { importedKwh, exportedKwh } = session;
  const booked = {
    importedKwh: sum.importedKwh + Math.max(0, importedKwh - account.registers.importedKwh),
    exportedKwh: sum.exportedKwh + Math.max(0, exportedKwh - account.registers.exportedKwh),
  };
  return {
    ...account,
    session,
    registers: { importedKwh, exportedKwh },
    byQuarter: new Map([...account.byQuarter, [quarterMs, booked]]),
  };
};

/** Power at the grid side, a step per quarter; negative while discharging. */
export const drawnSteps = ({ byQuarter }: SessionAccount): PowerStep[] =>
  [...byQuarter].map(([startMs, { importedKwh, exportedKwh }]) => ({
    startMs,
    endMs: startMs + SLOT_MS,
    powerKw: (importedKwh - exportedKwh) / hours(SLOT_MS),
  }));
