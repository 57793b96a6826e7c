import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import type { Arrow } from "../rows/arrow.js";
import type { Hint } from "../rows/iterate.js";
import type { StandardForm } from "../rows/standard-form.js";
import type { Cars } from "./cars.js";
import type { Fleet } from "./fleet.js";
import { evenLoad, FIRST_PRODUCT, type Load, loadFor, startFleet, startLoad } from "./start.js";
import { crowd, startNetwork } from "./start-network.js";

/** A problem laid out, whose fleet has widths and nothing else yet. */
export interface Ground {
  readonly formulation: Formulation;
  readonly arrow: Arrow;
  readonly form: StandardForm;
  readonly cars: Cars;
  readonly fleet: Fleet;
}

/** Where the method begins, beside the point that the fleet has by then. */
export interface Beginning {
  /** Multipliers of the linking rows. */
  readonly y: Float64Array;
  readonly hint: Hint;
}

/** Rounds in which load is moved from slots where it passes a limit, before the method starts. */
const MOST_ROUNDS = 12;

/** Rows before the linking ones. */
export const ownRows = ({ groupStart }: Arrow): number => groupStart[0]!;

/** Multipliers of the linking rows to begin with: power costs at every gate what it costs at its meter. */
const firstPrices = ({ problem, tree, gates, weights }: Formulation, fleet: Fleet, y: Float64Array): void => {
  for (const [number, gate] of gates.entries()) {
    const meter = problem.meteringPoints[at(tree.meterOfNode, gate.node)];
    for (let slot = 0; slot < fleet.slots; slot++) {
      const price = at(meter?.buyPricePerKwh, slot) * at(weights.hours, slot);
      const place = number * fleet.slots + slot;
      fleet.sums.pullIn[place] = -price;
      fleet.sums.pullOut[place] = price;
      const net = fleet.place.net[place]!;
      const charge = fleet.place.charge[place]!;
      const discharge = fleet.place.discharge[place]!;
      const first = fleet.tile.firstLink[number]!;
      if (net >= 0) y[first + net] = -price;
      if (charge >= 0) y[first + charge] = -price;
      if (discharge >= 0) y[first + discharge] = price;
    }
  }
};

/** What a kW in a slot that counts adds to a price of power, if it is shared by all of them alike. */
const peakPrice = (formulation: Formulation, row: number): number => {
  const { model, problem, demandRows, excessColumns, peakRows, peakColumns } = formulation;
  const meter = model.rowOwner[row]! - problem.sessions.length;
  const slot = model.rowSlot[row]!;
  if (demandRows[meter]?.[slot] === row) return -at(model.cost, at(excessColumns[meter], slot));
  return peakRows[meter]?.[slot] === row ? -at(model.cost, at(peakColumns[meter], slot)) : 0;
};

/** What power costs at the meter of the node that a row is about, per kW over its slot. */
export const rowPrice = (formulation: Formulation, row: number): number => {
  const { model, problem, tree, weights } = formulation;
  if (model.rowOwner[row]! >= problem.sessions.length) return peakPrice(formulation, row);
  const node = -1 - model.rowOwner[row]!;
  const slot = model.rowSlot[row]!;
  if (!(node >= 0) || slot >= weights.hours.length) return 0;
  const meter = problem.meteringPoints[at(tree.meterOfNode, node)];
  const isSided = model.rowLower[row] !== model.rowUpper[row];
  return isSided ? 0 : at(meter?.buyPricePerKwh, slot) * at(weights.hours, slot);
};

/** Least dual that the network begins with, as a share of the price of a kW over a slot. */
const LEAST_DUAL = 0.7;

/** What a kW costs to buy over a slot, on average over the metering points and slots. */
const middlePrice = ({ problem, weights }: Formulation): number => {
  let total = 0;
  for (const { buyPricePerKwh } of problem.meteringPoints)
    for (const [slot, price] of buyPricePerKwh.entries()) total += Math.abs(price) * at(weights.hours, slot);
  return total / Math.max(1, weights.hours.length * problem.meteringPoints.length);
};

/** What the cars that can move need, in slots that all have room. */
export const loadOf = ({ formulation: { problem }, cars, fleet }: Ground): Load => {
  const moving = cars.all.filter(({ isIdle }) => !isIdle);
  const needed = moving.map(({ session }) => {
    const { targetKwh = 0, initialKwh = 0 } = problem.sessions[session] ?? {};
    return targetKwh - initialKwh;
  });
  return loadFor(fleet, Float64Array.from(needed));
};

/** Begins with nothing known: prices of the meters, and every car charges evenly over what its gate has room for. */
export const beginAnew = (ground: Ground): Beginning => {
  const { formulation, arrow, form, fleet } = ground;
  const rows = ownRows(arrow);
  const y = new Float64Array(form.rhs.length - rows);
  firstPrices(formulation, fleet, y);
  const load = loadOf(ground);
  let loads = evenLoad(fleet, load);
  for (let round = 0; round < MOST_ROUNDS && crowd(formulation, loads, load.room); round++)
    loads = evenLoad(fleet, load);
  startFleet(fleet, load);
  const values = startNetwork(formulation, startLoad(fleet, load));
  const hint: Hint = {
    value: (column) => values[form.modelColumn[column]!] ?? Number.NaN,
    multiplier: (row) => (row >= rows ? y[row - rows]! : rowPrice(formulation, arrow.order[row]!)),
    mu: FIRST_PRODUCT,
    leastDual: LEAST_DUAL * middlePrice(formulation),
  };
  return { y, hint };
};
