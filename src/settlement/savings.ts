import { type EpochMs, SLOT_MS, hours } from "../domain/units.js";
import { energyOf, type PowerStep } from "./energy.js";
import { uncontrolledStep } from "./uncontrolled.js";

/** Price per kWh at a moment; constant within a quarter of an hour of UTC, as the market's is. */
type PriceAt = (atMs: EpochMs) => number;

/** A session with the power that was measured at it: signed, negative while discharging. */
export interface MeteredSession {
  readonly startedMs: EpochMs;
  /** Most that it can draw: the power of the counterfactual. */
  readonly maxChargeKw: number;
  /** Power at the grid side, without overlap; time without a step counts as none. */
  readonly drawn: readonly PowerStep[];
  /**
   * Price of a kWh taken from the car and not yet given back: that at which it can still be bought
   * before the car leaves. null, of a car that has left: the price at plug-in, for which its driver
   * had bought it.
   */
  readonly owedPricePerKwh: number | null;
}

export interface SavingsPricing {
  readonly buyPriceAt: PriceAt;
  /**
   * What a kWh discharged is worth: the buy price while the metering point still imports, since it
   * is then not bought; the sell price once it exports.
   */
  readonly dischargeValueAt: PriceAt;
  /** Cost of wear of a kWh discharged. */
  readonly wearPerKwh: number;
  /**
   * Share of a kWh drawn that comes back when it is discharged later. What is lost on the way is
   * bought but not delivered, so that the counterfactual must not be charged for it.
   */
  readonly roundTripEfficiency: number;
}

/** ∫ power · price dt over a step, cut at the quarters of an hour where prices change. */
const costOf = ({ startMs, endMs, powerKw }: PowerStep, priceAt: PriceAt): number => {
  let cost = 0;
  for (let fromMs = startMs; fromMs < endMs; ) {
    const toMs = Math.min((Math.floor(fromMs / SLOT_MS) + 1) * SLOT_MS, endMs);
    cost += powerKw * hours(toMs - fromMs) * priceAt(fromMs);
    fromMs = toMs;
  }
  return cost;
};

/** Money and energy of one session, or of many. Savings are `uncontrolledCost − actualCost`. */
export interface SessionTally {
  readonly actualCost: number;
  readonly uncontrolledCost: number;
  readonly deliveredKwh: number;
  readonly dischargedKwh: number;
}

/** What the same energy would have cost at full power from plug-in on. */
const uncontrolledCostOf = (session: MeteredSession, neededKwh: number, buyPriceAt: PriceAt): number => {
  const { startedMs, maxChargeKw } = session;
  const step = uncontrolledStep({ startedMs, maxChargeKw, energyNeedKwh: neededKwh, endedMs: null });
  return step === null ? 0 : costOf(step, buyPriceAt);
};

/** What it costs to give a car back what was taken of what it came with. */
const owedCostOf = ({ startedMs, owedPricePerKwh }: MeteredSession, owedKwh: number, buyPriceAt: PriceAt) =>
  owedKwh > 0 ? owedKwh * (owedPricePerKwh ?? buyPriceAt(startedMs)) : 0;

/**
 * Money that a session has cost so far, beside what uncontrolled charging would have.
 * - `actualCost`: each kWh drawn at its price when it was drawn, minus the worth of each kWh
 *   discharged when it was, plus wear; and what it costs to give the car back what it came with and
 *   has no longer, so that nothing is earned by emptying it.
 * - `uncontrolledCost`: the energy that the car has got, priced as if drawn at full power from plug-in
 *   on, with no discharge; nothing where it has less than it came with. Only what was delivered counts,
 *   not what is still wanted: a car that waits has saved nothing yet.
 * - `deliveredKwh`: drawn minus discharged, at the grid side.
 * Plain numbers for pages; a bill rounds decimals by its own rule and must not use them.
 */
export const sessionTally = (session: MeteredSession, pricing: SavingsPricing): SessionTally => {
  let [chargedKwh, dischargedKwh, actualCost] = [0, 0, 0];
  for (const step of session.drawn) {
    const moved = energyOf([step]);
    if (moved >= 0) {
      chargedKwh += moved;
      actualCost += costOf(step, pricing.buyPriceAt);
    } else {
      dischargedKwh -= moved;
      actualCost += costOf(step, pricing.dischargeValueAt) - moved * pricing.wearPerKwh;
    }
  }
  const neededKwh = chargedKwh - dischargedKwh / pricing.roundTripEfficiency;
  return {
    actualCost: actualCost + owedCostOf(session, -neededKwh, pricing.buyPriceAt),
    uncontrolledCost: uncontrolledCostOf(session, neededKwh, pricing.buyPriceAt),
    deliveredKwh: chargedKwh - dischargedKwh,
    dischargedKwh,
  };
};

export const NOTHING_TALLIED: SessionTally = {
  actualCost: 0,
  uncontrolledCost: 0,
  deliveredKwh: 0,
  dischargedKwh: 0,
};

export const sumTallies = (tallies: readonly SessionTally[]): SessionTally =>
  tallies.reduce(
    (total, tally) => ({
      actualCost: total.actualCost + tally.actualCost,
      uncontrolledCost: total.uncontrolledCost + tally.uncontrolledCost,
      deliveredKwh: total.deliveredKwh + tally.deliveredKwh,
      dischargedKwh: total.dischargedKwh + tally.dischargedKwh,
    }),
    NOTHING_TALLIED,
  );
