import type { Session } from "../domain/session.js";
import type { Site } from "../domain/site.js";
import { type EpochMs, SLOT_MS } from "../domain/units.js";
import type { DaySavings, Savings } from "../domain/views.js";
import { DEFAULT_EFFICIENCY } from "../planning/needs.js";
import {
  NOTHING_TALLIED,
  type SavingsPricing,
  sessionTally,
  type SessionTally,
  sumTallies,
} from "../settlement/savings.js";
import { meterOfStation } from "../planning/tree.js";
import { localMidnightMs, quarterStartMs } from "../signals/calendar.js";
import type { PriceBook } from "./price-book.js";
import {
  drawnSteps,
  noteRegisters,
  openAccount,
  partsUntil,
  type SessionAccount,
} from "./session-account.js";
import { maxChargeKw } from "./site-money.js";

/** Days whose savings are kept one by one. */
const MOST_DAYS = 31;

export interface SavingsParts {
  readonly site: Site;
  readonly prices: PriceBook;
  readonly sinceMs: EpochMs;
  /** Mean base load less PV by quarter of an hour, kWh, where a meter sees them; else empty. */
  readonly backgroundKwh: (meterId: string | null) => ReadonlyMap<EpochMs, number>;
  /** Lowest price at which a kWh can still be bought before the car leaves; null: none is known. */
  readonly cheapestToCome: (session: Session, nowMs: EpochMs) => number | null;
}

/** Keeps count of the money saved at a site since the program started. */
export interface SavingsBook {
  /** Registers of a session as of a moment. */
  note(session: Session, atMs: EpochMs): void;
  read(nowMs: EpochMs): Savings;
}

/**
 * Sessions are tallied as they run. Once one has ended and the quarter of an hour it ended in is over,
 * nothing of it can change any more: it goes into the sum of its day, and is forgotten.
 */
export const createSavingsBook = (parts: SavingsParts): SavingsBook => {
  const { site, prices, sinceMs } = parts;
  const accounts = new Map<string, SessionAccount>();
  /** Moved by the cars of each meter, by quarter of an hour. */
  const carsKwh = new Map<string | null, Map<EpochMs, number>>();
  const settledDays = new Map<EpochMs, SessionTally>();
  let settled = NOTHING_TALLIED;

  const meterOf = ({ stationId }: Session): string | null => meterOfStation(site, stationId)?.id ?? null;

  const pricingOf = (meterId: string | null, nowMs: EpochMs): SavingsPricing => {
    const background = parts.backgroundKwh(meterId);
    const cars = carsKwh.get(meterId);
    const buyPriceAt = (atMs: EpochMs): number => prices.at(meterId, atMs, nowMs)?.buyPerKwh ?? 0;
    const exports = (startMs: EpochMs): boolean =>
      (cars?.get(startMs) ?? 0) + (background.get(startMs) ?? 0) < 0;
    return {
      buyPriceAt,
      // A kWh given back is not bought while the meter still imports, and sold once it exports.
      dischargeValueAt: (atMs) =>
        exports(quarterStartMs(atMs)) ? (prices.at(meterId, atMs, nowMs)?.sellPerKwh ?? 0) : buyPriceAt(atMs),
      wearPerKwh: site.wearPerKwh,
      roundTripEfficiency: DEFAULT_EFFICIENCY ** 2,
    };
  };
  /** Pricings as of one moment, made once for each meter. */
  const pricingAt = (nowMs: EpochMs): ((session: Session) => SavingsPricing) => {
    const made = new Map<string | null, SavingsPricing>();
    return (session) => {
      const meterId = meterOf(session);
      const pricing = made.get(meterId) ?? pricingOf(meterId, nowMs);
      made.set(meterId, pricing);
      return pricing;
    };
  };
  const tallyOf = (account: SessionAccount, nowMs: EpochMs, pricing: SavingsPricing): SessionTally => {
    const { session, fromMs } = account;
    const metered = {
      startedMs: fromMs,
      maxChargeKw: maxChargeKw(site, session),
      drawn: drawnSteps(account),
      owedPricePerKwh: session.endedMs === null ? parts.cheapestToCome(session, nowMs) : null,
    };
    return sessionTally(metered, pricing);
  };
  const dayOf = ({ fromMs }: SessionAccount): EpochMs => localMidnightMs(fromMs, site.timeZone);

  const settle = (nowMs: EpochMs): void => {
    const over = [...accounts.values()].filter(({ session }) => isOver(session, nowMs));
    if (over.length === 0) return;
    const pricing = pricingAt(nowMs);
    for (const account of over) {
      const tally = tallyOf(account, nowMs, pricing(account.session));
      settled = sumTallies([settled, tally]);
      addTo(settledDays, dayOf(account), tally);
      accounts.delete(account.session.id);
    }
    const neededMs = Math.min(nowMs, ...[...accounts.values()].map(({ fromMs }) => fromMs));
    prices.forgetBefore(neededMs);
    for (const moved of carsKwh.values())
      for (const startMs of moved.keys()) if (startMs + SLOT_MS <= neededMs) moved.delete(startMs);
    for (const startMs of [...settledDays.keys()].toSorted((a, b) => a - b).slice(0, -MOST_DAYS))
      settledDays.delete(startMs);
  };

  return {
    note: (session, atMs) => {
      settle(atMs);
      const known = accounts.get(session.id);
      if (known === undefined && session.endedMs !== null) return;
      const before = known ?? openAccount(session, sinceMs);
      accounts.set(session.id, noteRegisters(before, session, atMs));
      const { importedKwh, exportedKwh } = before.registers;
      const movedKwh = session.importedKwh - importedKwh - (session.exportedKwh - exportedKwh);
      const meterId = meterOf(session);
      const moved = carsKwh.get(meterId) ?? new Map<EpochMs, number>();
      for (const { quarterMs, share } of partsUntil(before, atMs))
        moved.set(quarterMs, (moved.get(quarterMs) ?? 0) + share * movedKwh);
      carsKwh.set(meterId, moved);
    },
    read: (nowMs) => {
      settle(nowMs);
      const pricing = pricingAt(nowMs);
      const days = new Map(settledDays);
      const open = [...accounts.values()].map((account) => {
        const tally = tallyOf(account, nowMs, pricing(account.session));
        addTo(days, dayOf(account), tally);
        return tally;
      });
      const total = sumTallies([settled, ...open]);
      return { currency: site.currency, sinceMs, ...total, saved: savedOf(total), days: daysOf(days) };
    },
  };
};

const isOver = ({ endedMs }: Session, nowMs: EpochMs): boolean =>
  endedMs !== null && quarterStartMs(endedMs) + SLOT_MS <= nowMs;

const addTo = (days: Map<EpochMs, SessionTally>, startMs: EpochMs, tally: SessionTally): void =>
  void days.set(startMs, sumTallies([days.get(startMs) ?? NOTHING_TALLIED, tally]));

const savedOf = ({ uncontrolledCost, actualCost }: SessionTally): number => uncontrolledCost - actualCost;

const daysOf = (days: ReadonlyMap<EpochMs, SessionTally>): DaySavings[] =>
  [...days]
    .toSorted(([a], [b]) => a - b)
    .slice(-MOST_DAYS)
    .map(([startMs, tally]) => ({ startMs, saved: savedOf(tally), deliveredKwh: tally.deliveredKwh }));
