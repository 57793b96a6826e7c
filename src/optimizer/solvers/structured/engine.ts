import type { LinearModel } from "../../formulation/index.js";
import { type LinearEngine, type LinearSolution, noSolution } from "../engine.js";
import { sided } from "./fleet/result.js";
import { plainCholesky } from "./method/cholesky.js";
import { interiorPoint, type Tied } from "./method/interior-point.js";
import { TooLarge } from "./method/tiles.js";
import { type Arrow, arrange } from "./rows/arrow.js";
import type { Iterate } from "./rows/iterate.js";
import { normalEquations } from "./rows/normal-equations.js";
import { patternOf } from "./rows/pattern.js";
import { restoreDuals } from "./rows/postsolve.js";
import { type ByColumn, byColumn, presolve, type Reduced } from "./rows/presolve.js";
import { type RowsPart, rowsPart } from "./rows/rows-part.js";
import { type StandardForm, standardForm } from "./rows/standard-form.js";

/** Solves a continuous model by interior points on its block arrow. */
const solveContinuous = (
  model: LinearModel,
  { timeLimitMs, fixed }: { timeLimitMs: number; fixed?: ReadonlyMap<number, number> },
): LinearSolution => {
  const startedMs = performance.now();
  const columns = byColumn(model);
  const reduced = presolve(model, columns, fixed);
  if (reduced === null) return noSolution("infeasible", "no point fits all rows");
  const arrow = arrange(model, columns, reduced);
  const form = standardForm(model, { columns, reduced, arrow });
  const { part, tied } = tiedRows(form, arrow);
  const outcome = interiorPoint(tied, () => timeLimitMs - (performance.now() - startedMs));
  if (outcome.status !== "optimal")
    return {
      ...noSolution(outcome.status === "stalled" ? "failed" : "time-limit", "no optimal point"),
      iterations: outcome.iterations,
      bound: outcome.bound,
    };
  return {
    status: "optimal",
    ...readPoint(model, { columns, reduced, arrow, form, point: part.kept }),
    objective: outcome.objective,
    bound: outcome.bound,
    iterations: outcome.iterations,
    detail: null,
  };
};

/** Rows and columns alone, ready for the method. */
const tiedRows = (form: StandardForm, arrow: Arrow): { part: RowsPart; tied: Tied } => {
  const rows = arrow.groupStart[0]!;
  const pattern = patternOf(form, arrow);
  const part = rowsPart(form, normalEquations(pattern), rows);
  const rhs = form.rhs.subarray(rows);
  const [schur, whole] = [new Float64Array(pattern.tiles.size), new Float64Array(rhs.length)];
  return {
    part,
    tied: {
      offset: form.offset,
      rhs,
      y: new Float64Array(rhs.length),
      parts: [part],
      schur,
      whole,
      step: new Float64Array(rhs.length),
      rest: new Float64Array(rhs.length),
      cholesky: plainCholesky(pattern.tiles, { schur, whole }),
    },
  };
};

interface Solved {
  readonly columns: ByColumn;
  readonly reduced: Reduced;
  readonly arrow: Arrow;
  readonly form: StandardForm;
  readonly point: Iterate;
}

/** Values of the columns and duals of the rows of the model itself. */
const readPoint = (
  model: LinearModel,
  { columns, reduced, arrow, form, point }: Solved,
): { values: Float64Array; duals: Float64Array } => {
  const values = reduced.settled.slice();
  for (const [at, column] of form.modelColumn.entries())
    if (column >= 0) values[column] = form.lower[at]! + point.above[at]!;
  const duals = new Float64Array(model.rowLower.length);
  for (const [at, row] of arrow.order.entries()) duals[row] = sided(model, row, point.y[at]!);
  restoreDuals(model, { columns, reduced, duals });
  return { values, duals };
};

/** Prices, boxes and entries are finite; rows may be open at one end. */
const isSound = ({ cost, square, lower, upper, entryValue, rowLower, rowUpper }: LinearModel): boolean =>
  [cost, square, lower, upper, entryValue].every((values) => values.every(Number.isFinite)) &&
  [rowLower, rowUpper].every((values) => !values.some(Number.isNaN));

/** What is too large to be laid out has failed like what stalls. */
const attempted = (...asked: Parameters<typeof solveContinuous>): LinearSolution => {
  try {
    return solveContinuous(...asked);
  } catch (error) {
    if (error instanceof TooLarge) return noSolution("failed", error.message);
    throw error;
  }
};

/** What is said of a solution that the reference found where our method stalled. */
export const STALLED = "the structured method stalled; the reference solved the model";

/**
 * Our own method on plain rows and columns. Models with directions to decide, with few binaries and a
 * tight relaxation, go to the reference; so do those on which rounding stalls the method or that no point fits.
 */
export const structuredEngine = (reference: LinearEngine): LinearEngine => ({
  name: "structured",
  solve(model, options) {
    if (options.timeLimitMs <= 0) return noSolution("time-limit", "no time left");
    if (!isSound(model)) return noSolution("failed", "a price, box or row that is no number");
    if (model.binary.length > 0 && options.fixed === undefined) return reference.solve(model, options);
    const startedMs = performance.now();
    const own = attempted(model, options);
    if (own.status !== "failed") return own;
    const leftMs = options.timeLimitMs - (performance.now() - startedMs);
    const other = reference.solve(model, { ...options, timeLimitMs: leftMs });
    return other.status === "optimal" ? { ...other, detail: STALLED } : other;
  },
});
