import { slotCount } from "../../../../domain/horizon.js";
import type { Problem } from "../../../../domain/problem.js";
import type { WarmStarting } from "../../../../domain/warm-start.js";
import { type Formulation, formulate } from "../../../formulation/index.js";
import { MARGIN_KW } from "../../../number-bounds.js";
import { at } from "../../../tree.js";
import { interiorPoint, type OnIteration, type Outcome } from "../method/interior-point.js";
import { type Arrow, arrange } from "../rows/arrow.js";
import { normalEquations } from "../rows/normal-equations.js";
import { patternOf } from "../rows/pattern.js";
import { type ByColumn, byColumn, presolve, type Reduced } from "../rows/presolve.js";
import { type RowsPart, rowsPart } from "../rows/rows-part.js";
import { type StandardForm, standardForm } from "../rows/standard-form.js";
import { beginAnew, ownRows } from "./begin.js";
import { type Cars, carsOf } from "./cars.js";
import type { Fleet } from "./fleet.js";
import { fleetPart } from "./fleet-part.js";
import type { Point } from "./kernel.js";
import { kernelsFor, type Runner } from "./kernels.js";
import { fleetOf, sizeOf } from "./laid.js";
import { fitsFleet } from "./layout.js";
import { restingCost } from "./read.js";
import { beginWarm } from "./warm/begin-warm.js";
import { hopeOf } from "./warm/hope.js";
import { memoryOf } from "./warm/snapshot.js";

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
  /** The point that was kept, of the fleet. */
  readonly point: Point;
  readonly outcome: Outcome;
  /** Whether it began from the last solve. */
  readonly isWarm: boolean;
}

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

/** What is told and remembered on the way, and where to begin. */
export interface Watching extends WarmStarting {
  /** Whether its relaxation is of no use, so that it need not be solved. */
  readonly unless?: (formulation: Formulation) => boolean;
  readonly onIteration?: OnIteration | undefined;
}

/** Solves from a warm start, if there is one that fits, or anew. */
const solveFrom = (
  problem: Problem,
  remainingMs: () => number,
  by: Runner,
  { warmStart, onWarmStart, onIteration, unless }: Watching,
): Split | null => {
  const slots = slotCount(problem.horizon);
  const apart = problem.sessions.map((session) => fitsFleet(session, slots));
  const formulation = formulate(problem, { apart });
  if (unless?.(formulation) === true) return null;
  const { model } = formulation;
  const columns = byColumn(model);
  const reduced = presolve(model, columns);
  if (reduced === null) return null;
  const cars = carsOf(formulation, reduced);
  widenGates(formulation);
  const arrow = arrange(model, columns, reduced);
  const form = standardForm(model, { columns, reduced, arrow });
  const pattern = patternOf(form, arrow);
  const rows = ownRows(arrow);
  const size = sizeOf(cars.moving, { slots, gates: formulation.gates.length });
  const seated = { field: cars.moving.field, slots, sessions: cars.moving.sessions };
  const kernels = kernelsFor(seated, size, pattern.tiles, by);
  const { store } = kernels;
  const schur = store.floats(pattern.tiles.size);
  const perLink = (): Float64Array => store.floats(form.rhs.length - rows);
  const room = { schur, whole: perLink(), step: perLink(), rest: perLink() };
  const fleet = fleetOf(cars.moving, size, store);
  tie({ formulation, arrow }, fleet, pattern.tiles);
  const ground = { formulation, arrow, form, cars, fleet };
  const warm = warmStart === undefined ? null : beginWarm(ground, warmStart);
  const { y, hint } = warm ?? beginAnew(ground);
  const network = rowsPart(form, normalEquations(pattern), rows, hint);
  const part = fleetPart(fleet, kernels.kernelOf(fleet, schur));
  const offset =
    form.offset +
    cars.all.reduce(
      (total, car) => total + car.offset + (car.isIdle ? restingCost(cars.resting, slots, car) : 0),
      0,
    );
  const memory = onWarmStart === undefined ? null : memoryOf({ ...ground, fleetPart: part, network });
  const hope = warm === null ? null : hopeOf(remainingMs);
  const outcome = interiorPoint(
    {
      offset,
      rhs: form.rhs.subarray(rows),
      y,
      parts: [network, part],
      ...room,
      cholesky: kernels.choleskyOf(room),
    },
    hope?.remainingMs ?? remainingMs,
    (iteration, gap) => {
      memory?.look(gap);
      hope?.look(iteration, gap);
      onIteration?.(iteration, gap);
    },
  );
  const recalled = outcome.status === "optimal" ? memory?.recalled(outcome.objective) : null;
  if (recalled != null) onWarmStart?.(recalled);
  const isWarm = warm !== null;
  return {
    formulation,
    columns,
    reduced,
    arrow,
    form,
    cars,
    fleet,
    network,
    // Another solve may use the memory of this one.
    point: part.kept(),
    outcome,
    isWarm,
  };
};

/** Null: it threw, which a snapshot that is none may make it do. */
const solveWarm = (...asked: Parameters<typeof solveFrom>): Split | null => {
  try {
    return solveFrom(...asked);
  } catch {
    return null;
  }
};

/**
 * Solves the relaxation of a problem; null: no point fits all rows, or it need not be solved. What does not end from a warm start, or is
 * given something that is none, is solved anew.
 */
export const solveSplit = (
  problem: Problem,
  remainingMs: () => number,
  by: Runner = "threads",
  watching: Watching = {},
): Split | null => {
  const { warmStart, ...anew } = watching;
  const warm = warmStart === undefined ? null : solveWarm(problem, remainingMs, by, watching);
  if (warm !== null && (warm.outcome.status === "optimal" || !warm.isWarm)) return warm;
  return solveFrom(problem, remainingMs, by, anew);
};
