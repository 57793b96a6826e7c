import type { WarmRows, WarmSession, WarmStart } from "../../../../../domain/warm-start.js";
import type { Formulation } from "../../../../formulation/index.js";
import { at } from "../../../../tree.js";
import type { Arrow } from "../../rows/arrow.js";
import type { StandardForm } from "../../rows/standard-form.js";
import type { Cars } from "../cars.js";
import type { Fleet } from "../fleet.js";
import type { FleetPart } from "../fleet-part.js";
import type { Nothing } from "../read.js";
import { readCar } from "../read.js";
import { rowTables } from "./row-tables.js";

/**
 * Relative gap at which a solve is remembered. Sooner, little is won; later, the point is so near its bounds
 * that what has changed since cannot be mended in steps of any length.
 */
const REMEMBERED_GAP = 3e-2;
/**
 * Least products to begin the next solve with, as a share of the objective over all ends of boxes. A solve that
 * began warm has its rows far off until its products are small: remembered with these, one solve after the other
 * would begin nearer to its bounds than the last.
 */
const LEAST_SHARE = 0.04;

/** Numbers of a point, copied from where the method goes on with them. */
interface Point {
  readonly product: number;
  readonly above: Float64Array;
  readonly y: Float64Array;
  readonly network: { readonly above: Float64Array; readonly y: Float64Array };
}

/** What the method works on. */
export interface Watched {
  readonly formulation: Formulation;
  readonly arrow: Arrow;
  readonly form: StandardForm;
  readonly cars: Cars;
  readonly fleet: Fleet;
  readonly fleetPart: FleetPart;
  readonly network: { readonly point: { readonly above: Float64Array; readonly y: Float64Array } };
}

const copyOf = ({ fleetPart, network: { point } }: Watched): Point => {
  const { above, y, products } = fleetPart.now();
  return {
    product: products / Math.max(1, 2 * above.length),
    above,
    y,
    network: { above: point.above.slice(), y: point.y.slice() },
  };
};

const sessionsOf = ({ formulation, cars, fleet }: Watched, point: Point): WarmSession[] => {
  const { problem, weights } = formulation;
  const nothing: Nothing = weights.hours.map(() => 0);
  return cars.all
    .filter(({ isIdle }) => !isIdle)
    .map((car) => {
      const { firstSlot, slots, isChain, session } = car;
      const { chargeKw, dischargeKw, worthPerKwh } = readCar(fleet, point, car, nothing);
      const last = firstSlot + slots;
      return {
        id: problem.sessions[session]?.id ?? "",
        firstSlot,
        chargeKw: chargeKw.slice(firstSlot, last),
        dischargeKw: car.discharge === null ? [] : dischargeKw.slice(firstSlot, last),
        worthPerKwh: Array.from({ length: slots }, (_, k) => worthPerKwh[isChain ? k : 0]!),
      };
    });
};

/** Sessions and storages that are planned among rows and columns. */
const sessionsAmongRows = ({ formulation, form }: Watched, { network }: Point): WarmSession[] => {
  const { problem, sessionColumns, apart, model } = formulation;
  const value = new Float64Array(model.cost.length);
  for (const [place, column] of form.modelColumn.entries())
    if (column >= 0) value[column] = form.lower[place]! + network.above[place]!;
  const total = (columns: readonly number[]): number =>
    columns.reduce((sum, column) => sum + value[column]!, 0);
  return problem.sessions.flatMap(({ id }, index) => {
    const columns = sessionColumns[index];
    if (apart[index] === true || columns === undefined) return [];
    const [chargeKw, dischargeKw] = [columns.charge.map(total), columns.discharge.map(total)];
    return [{ id, firstSlot: 0, chargeKw, dischargeKw, worthPerKwh: [] }];
  });
};

const rowsOf = ({ formulation, arrow }: Watched, { network }: Point): WarmRows[] => {
  const dual = new Map<number, number>();
  for (const [place, row] of arrow.order.entries()) dual.set(row, network.y[place]!);
  return rowTables(formulation).map(({ kind, id, rows, isPerKw }) => ({
    kind,
    id,
    dual: rows.map((row, slot) => {
      const own = dual.get(row);
      return own === undefined ? null : own / (isPerKw ? at(formulation.weights.hours, slot) : 1);
    }),
  }));
};

export interface Memory {
  /** Told at every point, copies the first that is near enough to the end. */
  look(gap: number): void;
  /** What was copied, as plain data; null where nothing was. Called before anything else is solved. */
  recalled(objective: number): WarmStart | null;
}

/** Remembers a solve some way before its end. */
export const memoryOf = (watched: Watched): Memory => {
  let point: Point | null = null;
  return {
    look(gap) {
      if (point === null && gap <= REMEMBERED_GAP) point = copyOf(watched);
    },
    recalled(objective) {
      if (point === null || watched.fleet.sessions === 0) return null;
      const ends = 2 * (point.above.length + point.network.above.length);
      const { startsMs, endMs } = watched.formulation.problem.horizon;
      return {
        product: Math.max(point.product, (LEAST_SHARE * Math.max(1, Math.abs(objective))) / ends),
        startsMs,
        endMs,
        sessions: [...sessionsOf(watched, point), ...sessionsAmongRows(watched, point)],
        rows: rowsOf(watched, point),
      };
    },
  };
};
