import type { Problem } from "../../domain/problem.js";
import { addComfort } from "./comfort.js";
import { contextOf, type Formulation } from "./context.js";
import { addDemandCharges } from "./demand-charge.js";
import { addDischargeLimits } from "./discharge-limit.js";
import { addTargets } from "./dispatch-target.js";
import { addEnergies } from "./energy.js";
import { addFailsafes } from "./failsafe.js";
import { addGates } from "./gates.js";
import { addMeters } from "./metering.js";
import { addBalances, addRanges } from "./node-balance.js";
import { addPayments } from "./payment.js";
import { addPhaseLimits } from "./phase-limit.js";
import { addPowers } from "./power.js";
import { addVoltageLimits } from "./voltage-limit.js";

export type { Formulation } from "./context.js";
export {
  addDirection,
  tradesWithItself,
  type TwoWay,
  twoWays,
  usesBoth,
  weakerColumns,
} from "./direction.js";
export type { Gate } from "./gates.js";
export type { LinearModel } from "./linear-model.js";
export { addMinimumPowers, minimumPorts, type Port } from "./minimum-power.js";
export { readMultipliers, readPowers } from "./read.js";

interface FormulateOptions {
  /** Sessions that the solver has columns of its own for, by index; their rows and columns are left out. */
  readonly apart?: readonly boolean[];
}

/**
 * The problem as rows and columns, one family of rows per file; solvers only translate. Minimise, in the
 * site's currency, with Δ the slot's hours and powers at the grid side of the port:
 *
 * - energy: Σ buy·bought·Δ − Σ sell·sold·Δ per metering point, each without the meters below it;
 * - demand: Σ pricePerKw·max(0, highest bought power in the slots that count − billed peak) per metering
 *   point;
 * - peak: Σ weights.peak·(highest bought power) per metering point;
 * - carbon: Σ weights.carbon·carbonKgPerKwh·bought·Δ, by the price of buying;
 * - wear: Σ wearPerKwh·discharge·Δ;
 * - time: Σ timePerKwhHour·(hours from now to the slot)·charge·Δ;
 * - change: Σ changePerKwh·|charge − discharge − power in force|·Δ;
 * - reserve: Σ reservePerKwhHour·(kWh missing at the end of the slot)·Δ, up to what could be reached;
 * - lag of urgent sessions: Σ lagPerKwhSlot·(kWh missing from the target at the end of the slot), a
 *   price above every difference between two slots, so that no slot is waited out;
 * - departure: a kWh below the target costs 100·shortfallPerPercent / max(1 kWh, target − initial), and
 *   weights.fairness more for every tenth of the need that is missing before it; one
 *   beyond it earns salvagePerKwh. A car that stays past the horizon pays for a missing kWh only what
 *   charging it costs in the cheapest quarter of the horizon (so it charges there, and not dearer). What
 *   the battery cannot hold is missing in every plan;
 * - stock-outs of swap stations: a kWh missing from a battery that is lent costs its share of stockOutPrice, a
 *   battery that is refused or that cannot be there all of it;
 * - dispatch targets: Σ pricePerKwh·|net − wanted|·Δ;
 * - flattening: Σ flatteningPerKw2h·net²·Δ per node, net power with all that is below it;
 * - smooth change: Σ smoothChange.perKw2h·(net − in force)²·Δ per node;
 * - payments for reduction: −Σ price·reduction·Δ, segment by segment of what the net power is below the
 *   baseline, and + excessPricePerKwh·Δ for what it is above; of one that is all or nothing, which `events/` decides,
 *   its concave hull;
 * - broken limits: at least limitSlackPerKwh and twice all that a kWh could earn otherwise; only base
 *   load can break a limit at all. A kWh beyond the limit of one phase counts as three; what a
 *   voltage is beyond its limit counts as the load at the topmost line that would take it there.
 *
 * All this of the problem as `weighted` has it: with its weights in its prices.
 *
 * PV is curtailed at no cost. Every column is boxed. `verify` states the same objective on its own.
 */
export const formulate = (problem: Problem, { apart = [] }: FormulateOptions = {}): Formulation => {
  const formulation = contextOf(problem, apart);
  addPowers(formulation);
  addEnergies(formulation);
  addComfort(formulation);
  addRanges(formulation);
  addGates(formulation);
  addBalances(formulation);
  addMeters(formulation);
  addDemandCharges(formulation);
  addTargets(formulation);
  addPayments(formulation);
  addFailsafes(formulation);
  addDischargeLimits(formulation);
  addPhaseLimits(formulation);
  addVoltageLimits(formulation);
  return formulation;
};
