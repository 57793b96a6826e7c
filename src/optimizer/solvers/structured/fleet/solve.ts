import type { Problem } from "../../../../domain/problem.js";
import { slotCount } from "../../../../domain/horizon.js";
import { type Formulation, formulate, type Gate } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import { interiorPoint, type OnIteration, type Outcome } from "../method/interior-point.js";
import { type Arrow, arrange } from "../rows/arrow.js";
import { normalEquations } from "../rows/normal-equations.js";
import { patternOf } from "../rows/pattern.js";
import { type ByColumn, byColumn, presolve, type Reduced } from "../rows/presolve.js";
import { type RowsPart, rowsPart } from "../rows/rows-part.js";
import { type StandardForm, standardForm } from "../rows/standard-form.js";
import type { Fleet } from "./fleet.js";
import { type FleetPart, fleetPart } from "./fleet-part.js";
import { kernelsFor } from "./kernels.js";
import { type Car, carOf, fitsFleet, type Freedom } from "./layout.js";
import { type Packing, packing } from "./pack.js";
import { restingCost } from "./read.js";
import { evenLoad, FIRST_PRODUCT, startFleet, startLoad, widthsOf } from "./start.js";
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
  readonly cars: readonly Car[];
  readonly fleet: Fleet;
  readonly network: RowsPart;
  readonly fleetPart: FleetPart;
  readonly outcome: Outcome;
}

/** How much room a settled sum of sessions leaves each of them. */
const freedomOf = (
  { model }: Formulation,
  { settled }: Reduced,
  column: number,
): "free" | "least" | "most" => {
  const value = column < 0 ? Number.NaN : settled[column]!;
  if (Number.isNaN(value)) return "free";
  if (value === model.lower[column]) return "least";
  return value === model.upper[column] ? "most" : "free";
};

const opposite = (freedom: Freedom): Freedom =>
  freedom === "free" ? "free" : freedom === "least" ? "most" : "least";

type Freedoms = Readonly<Record<"charge" | "discharge", readonly Freedom[]>>;

/** What a gate leaves of both directions, slot by slot; its rows that have settled for good are dropped. */
const settleGate = (
  formulation: Formulation,
  reduced: Reduced,
  { net, charge, discharge }: Gate,
): Freedoms => {
  const of = ({ column }: Gate["net"]): Freedom[] =>
    column.map((place) => freedomOf(formulation, reduced, place));
  const [byNet, byCharge, byDischarge] = [of(net), of(charge), of(discharge)];
  for (const [sum, freedoms] of [
    [net, byNet],
    [charge, byCharge],
    [discharge, byDischarge],
  ] as const)
    for (const [slot, freedom] of freedoms.entries())
      if (freedom !== "free") reduced.kept[at(sum.row, slot)] = 0;
  const isNet = (slot: number): boolean => at(net.column, slot) >= 0;
  return {
    charge: byCharge.map((own, slot) => (isNet(slot) ? byNet[slot]! : own)),
    discharge: byDischarge.map((own, slot) => (isNet(slot) ? opposite(byNet[slot]!) : own)),
  };
};

/** All sessions that the kernels know, as cars, and those that can move laid into `packed`. */
const carsOf = (formulation: Formulation, reduced: Reduced, packed: Packing): Car[] => {
  const { problem, gates } = formulation;
  const inForce = new Map(problem.previous?.map(({ sessionId, powerKw }) => [sessionId, powerKw]));
  const cars: Car[] = [];
  for (const [number, gate] of gates.entries()) {
    // Worked out now: places are asked for again when the boxes that say it have been widened.
    const freedom = settleGate(formulation, reduced, gate);
    for (const index of gate.sessions) {
      const before = inForce.get(problem.sessions[index]?.id ?? "");
      const { car, placed } = carOf(formulation, { index, gate: number, inForce: before, freedom });
      cars.push(car);
      if (!car.isIdle) packed.add(car, placed);
    }
  }
  return cars;
};

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

/** Solves the relaxation of a problem; null: no point fits all rows. */
export const solveSplit = (
  problem: Problem,
  remainingMs: () => number,
  isPlain = false,
  onIteration?: OnIteration,
): Split | null => {
  const slots = slotCount(problem.horizon);
  const apart = problem.sessions.map((session) => fitsFleet(session, slots));
  const formulation = formulate(problem, { apart });
  const { model } = formulation;
  const columns = byColumn(model);
  const reduced = presolve(model, columns);
  if (reduced === null) return null;
  const packed = packing();
  const cars = carsOf(formulation, reduced, packed);
  widenGates(formulation);
  const arrow = arrange(model, columns, reduced);
  const form = standardForm(model, { columns, reduced, arrow });
  const pattern = patternOf(form, arrow);
  const rows = arrow.groupStart[0]!;
  const moving = cars.filter(({ isIdle }) => !isIdle);
  const size = packed.sizeFor({ slots, gates: formulation.gates.length });
  const kernels = kernelsFor(size, pattern.tiles, isPlain);
  const { store } = kernels;
  const schur = store.floats(pattern.tiles.size);
  const whole = store.floats(form.rhs.length - rows);
  const fleet = packed.into(size, store);
  tie({ formulation, arrow }, fleet, pattern.tiles);
  const y = new Float64Array(form.rhs.length - rows);
  firstPrices(formulation, fleet, y);
  const neededKwh = Float64Array.from(moving, ({ session }) => {
    const { targetKwh = 0, initialKwh = 0 } = problem.sessions[session] ?? {};
    return targetKwh - initialKwh;
  });
  const load = { width: widthsOf(fleet), neededKwh, room: new Float64Array(fleet.gates * slots).fill(1) };
  let loads = evenLoad(fleet, load);
  for (let round = 0; round < MOST_ROUNDS && crowd(formulation, loads, load.room); round++)
    loads = evenLoad(fleet, load);
  startFleet(fleet, load);
  const values = startNetwork(formulation, startLoad(fleet));
  const network = rowsPart(form, normalEquations(pattern), rows, {
    value: (column) => values[form.modelColumn[column]!] ?? Number.NaN,
    multiplier: (row) => (row >= rows ? y[row - rows]! : rowPrice(formulation, arrow.order[row]!)),
    mu: FIRST_PRODUCT,
  });
  const part = fleetPart(fleet, kernels.kernelOf(fleet, schur));
  const offset =
    form.offset + cars.reduce((total, car) => total + car.offset + (car.isIdle ? restingCost(car) : 0), 0);
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
