import { slotCount } from "../../../../domain/horizon.js";
import type { Problem } from "../../../../domain/problem.js";
import { type Formulation, formulate } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import { interiorPoint, type OnIteration, type Outcome } from "../method/interior-point.js";
import { type Arrow, arrange } from "../rows/arrow.js";
import { normalEquations } from "../rows/normal-equations.js";
import { patternOf } from "../rows/pattern.js";
import { type ByColumn, byColumn, presolve, type Reduced } from "../rows/presolve.js";
import { type RowsPart, rowsPart } from "../rows/rows-part.js";
import { type StandardForm, standardForm } from "../rows/standard-form.js";
import { type Cars, carsOf } from "./cars.js";
import type { Fleet } from "./fleet.js";
import { type FleetPart, fleetPart } from "./fleet-part.js";
import { kernelsFor, type Runner } from "./kernels.js";
import { fleetOf, sizeOf } from "./laid.js";
import { fitsFleet } from "./layout.js";
import { restingCost } from "./read.js";
import { evenLoad, FIRST_PRODUCT, loadOf, startFleet, startLoad } from "./start.js";
import { crowd, startNetwork } from "./start-network.js";

/** Rounds in which load is moved from slots where it passes a limit, before the method starts. */
const MOST_ROUNDS = 12;

/** A problem split into a network of plain rows and a fleet of cars, ready for the method. */
export interface Split {
  readonly formulation: Formulation;
  readonly columns: ByColumn;
  readonly reduced: Reduced;
  readonly arrow: Arrow;
  readonly form: StandardForm;
  readonly cars: Cars;
  readonly fleet: Fleet;
  readonly network: RowsPart;
  readonly fleetPart: FleetPart;
  readonly outcome: Outcome;
}

/** Boxes of sums a little wider than what the sessions can do, so that no dual ever sits on them. */
const MARGIN_KW = 1;

const widenGates = ({ gates, model }: Formulation): void => {
  for (const { net, charge, discharge } of gates)
    for (const column of [...net.column, ...charge.column, ...discharge.column]) {
      if (column < 0) continue;
      model.lower[column] = at(model.lower, column) - MARGIN_KW;
      model.upper[column] = at(model.upper, column) + MARGIN_KW;
    }
};

/** Tells the fleet where the rows of its gates stand among the linking rows. */
const tie = (
  { formulation, arrow }: Pick<Split, "formulation" | "arrow">,
  fleet: Fleet,
  tiles: {
    groupOf: Int32Array;
    groupStart: Int32Array;
    diagonal: Int32Array;
  },
): void => {
  const rows = arrow.groupStart[0]!;
  const placeOf = new Map<number, number>();
  for (let link = rows; link < arrow.order.length; link++) placeOf.set(arrow.order[link]!, link - rows);
  for (const [number, gate] of formulation.gates.entries())
    for (const kind of ["net", "charge", "discharge"] as const)
      for (const [slot, row] of gate[kind].row.entries()) {
        const link = row < 0 ? undefined : placeOf.get(row);
        if (link === undefined) continue;
        const group = tiles.groupOf[link]!;
        fleet.place[kind][number * fleet.slots + slot] = link - tiles.groupStart[group]!;
        fleet.tile.firstLink[number] = tiles.groupStart[group]!;
        fleet.tile.offset[number] = tiles.diagonal[group]!;
        fleet.tile.width[number] = tiles.groupStart[group + 1]! - tiles.groupStart[group]!;
      }
};

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
const rowPrice = (formulation: Formulation, row: number): number => {
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

/** Solves the relaxation of a problem; null: no point fits all rows. */
export const solveSplit = (
  problem: Problem,
  remainingMs: () => number,
  by: Runner = "threads",
  onIteration?: OnIteration,
): Split | null => {
  const slots = slotCount(problem.horizon);
  const apart = problem.sessions.map((session) => fitsFleet(session, slots));
  const formulation = formulate(problem, { apart });
  const { model } = formulation;
  const columns = byColumn(model);
  const reduced = presolve(model, columns);
  if (reduced === null) return null;
  const cars = carsOf(formulation, reduced);
  widenGates(formulation);
  const arrow = arrange(model, columns, reduced);
  const form = standardForm(model, { columns, reduced, arrow });
  const pattern = patternOf(form, arrow);
  const rows = arrow.groupStart[0]!;
  const moving = cars.all.filter(({ isIdle }) => !isIdle);
  const size = sizeOf(cars.moving, { slots, gates: formulation.gates.length });
  const seated = { field: cars.moving.field, slots, sessions: cars.moving.sessions };
  const kernels = kernelsFor(seated, size, pattern.tiles, by);
  const { store } = kernels;
  const schur = store.floats(pattern.tiles.size);
  const whole = store.floats(form.rhs.length - rows);
  const fleet = fleetOf(cars.moving, size, store);
  tie({ formulation, arrow }, fleet, pattern.tiles);
  const y = new Float64Array(form.rhs.length - rows);
  firstPrices(formulation, fleet, y);
  const neededKwh = Float64Array.from(moving, ({ session }) => {
    const { targetKwh = 0, initialKwh = 0 } = problem.sessions[session] ?? {};
    return targetKwh - initialKwh;
  });
  const load = loadOf(fleet, neededKwh);
  let loads = evenLoad(fleet, load);
  for (let round = 0; round < MOST_ROUNDS && crowd(formulation, loads, load.room); round++)
    loads = evenLoad(fleet, load);
  startFleet(fleet, load);
  const values = startNetwork(formulation, startLoad(fleet, load));
  const network = rowsPart(form, normalEquations(pattern), rows, {
    value: (column) => values[form.modelColumn[column]!] ?? Number.NaN,
    multiplier: (row) => (row >= rows ? y[row - rows]! : rowPrice(formulation, arrow.order[row]!)),
    mu: FIRST_PRODUCT,
    leastDual: LEAST_DUAL * middlePrice(formulation),
  });
  const part = fleetPart(fleet, kernels.kernelOf(fleet, schur));
  const offset =
    form.offset +
    cars.all.reduce(
      (total, car) => total + car.offset + (car.isIdle ? restingCost(cars.resting, slots, car) : 0),
      0,
    );
  const outcome = interiorPoint(
    {
      offset,
      tiles: pattern.tiles,
      rhs: form.rhs.subarray(rows),
      y,
      parts: [network, part],
      schur,
      whole,
      kernel: kernels.tiles,
    },
    remainingMs,
    onIteration,
  );
  return { formulation, columns, reduced, arrow, form, cars, fleet, network, fleetPart: part, outcome };
};
