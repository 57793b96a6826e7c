import type { EpochMs } from "../domain/units.js";

/** A stretch of time with one price. */
export interface PriceStep {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly pricePerKwh: number;
}

/** What a session has cost up to its newest register. */
export interface CostAccount {
  readonly notedMs: EpochMs;
  /** Drawn since the session began, kWh. */
  readonly importedKwh: number;
  /** In the currency of the prices, not rounded. */
  readonly cost: number;
}

export const openCost = (startedMs: EpochMs): CostAccount => ({
  notedMs: startedMs,
  importedKwh: 0,
  cost: 0,
});

/** A register as it was told, kWh since the session began. */
export interface ToldEnergy {
  readonly atMs: EpochMs;
  readonly importedKwh: number;
}

/**
 * The account after a register was told: what was drawn since the one before counts evenly over the time
 * between, each part at its price, so that the cost is the sum of energies times prices. `prices` gives the
 * steps of a span, without a gap. A register that fell back adds nothing, and what is given back is not paid
 * here.
 */
export const addEnergy = (
  account: CostAccount,
  { atMs, importedKwh }: ToldEnergy,
  prices: (fromMs: EpochMs, toMs: EpochMs) => readonly PriceStep[],
): CostAccount => {
  const drawnKwh = importedKwh - account.importedKwh;
  const notedMs = Math.max(account.notedMs, atMs);
  if (drawnKwh <= 0) return { ...account, notedMs };
  const untilMs = Math.max(notedMs, account.notedMs + 1);
  const steps = prices(account.notedMs, untilMs);
  const price = steps.reduce(
    (sum, step) => sum + (step.pricePerKwh * (step.endMs - step.startMs)) / (untilMs - account.notedMs),
    0,
  );
  return { notedMs, importedKwh, cost: account.cost + drawnKwh * price };
};

/**
 * The account by a bill that was judged anew, from the energy that it has now: what it no longer has was paid for at
 * the mean of all prices.
 */
export const billEnergy = (
  account: CostAccount,
  billed: ToldEnergy,
  prices: (fromMs: EpochMs, toMs: EpochMs) => readonly PriceStep[],
): CostAccount => {
  const { importedKwh } = billed;
  if (importedKwh >= account.importedKwh) return addEnergy(account, billed, prices);
  const cost = (account.cost * importedKwh) / account.importedKwh;
  return { notedMs: Math.max(account.notedMs, billed.atMs), importedKwh, cost };
};

/** As it is shown and sent: to a hundredth of a cent. */
export const shownCost = ({ cost }: CostAccount): number => Math.round(cost * 10_000) / 10_000;
