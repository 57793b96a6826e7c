import solverPackage from "javascript-lp-solver";
import type { LinearModel } from "../../formulation/index.js";
import { at } from "../../tree.js";
import { type LinearEngine, noSolution } from "../engine.js";

/** Rows × columns above which the dense tableau is refused. */
const MOST_CELLS = 6_000_000;

type Package = (typeof solverPackage)["default"];

// The types describe the CommonJS build; Node loads the ES module, whose default is the solver itself.
const isSolver = (value: object): value is Package => "Solve" in value;

type Bounds = { min?: number; max?: number; equal?: number };
type Coefficients = Record<string, number>;
type Translated = { constraints: Record<string, Bounds>; variables: Record<string, Coefficients> };

const COST = "cost";

/** Every column shifted to start at 0, its upper bound as a row. */
const translate = (model: LinearModel, fixed: ReadonlyMap<number, number> | undefined): Translated => {
  const constraints: Record<string, Bounds> = {};
  const variables: Record<string, Coefficients> = {};
  for (const [column, cost] of model.cost.entries()) {
    const own: Coefficients = { [COST]: cost };
    variables[`x${column}`] = own;
    own[`b${column}`] = 1;
    const at0 = at(model.lower, column);
    const value = fixed?.get(column);
    constraints[`b${column}`] =
      value === undefined ? { max: at(model.upper, column) - at0 } : { equal: value - at0 };
  }
  for (const row of model.rowLower.keys()) addRow(model, row, { constraints, variables });
  return { constraints, variables };
};

const addRow = (model: LinearModel, row: number, { constraints, variables }: Translated): void => {
  let shift = 0;
  for (let entry = at(model.rowStart, row); entry < at(model.rowStart, row + 1); entry++) {
    const column = at(model.entryColumn, entry);
    const value = at(model.entryValue, entry);
    shift += value * at(model.lower, column);
    const own = variables[`x${column}`];
    if (own !== undefined) own[`r${row}`] = (own[`r${row}`] ?? 0) + value;
  }
  const lower = at(model.rowLower, row) - shift;
  const upper = at(model.rowUpper, row) - shift;
  if (lower === upper) constraints[`r${row}`] = { equal: lower };
  else
    constraints[`r${row}`] = {
      ...(Number.isFinite(lower) ? { min: lower } : {}),
      ...(Number.isFinite(upper) ? { max: upper } : {}),
    };
};

const objectiveOf = (model: LinearModel, values: readonly number[]): number =>
  model.cost.reduce((total, cost, column) => total + cost * at(values, column), model.offset);

export const simplexEngine: LinearEngine = {
  name: "simplex",
  solve(model, { timeLimitMs, fixed }) {
    if (timeLimitMs <= 0) return noSolution("time-limit", "no time left");
    const cells = (model.rowLower.length + model.cost.length) * model.cost.length;
    if (cells > MOST_CELLS)
      return noSolution("failed", `too large for a dense tableau: ${cells} cells, at most ${MOST_CELLS}`);
    const startedMs = performance.now();
    const { constraints, variables } = translate(model, fixed);
    const binaries =
      fixed === undefined ? Object.fromEntries(model.binary.map((column) => [`x${column}`, 1 as const])) : {};
    if (!isSolver(solverPackage))
      return noSolution("failed", "javascript-lp-solver is not what was expected");
    const solution: unknown = solverPackage.Solve({
      optimize: COST,
      opType: "min",
      constraints,
      variables,
      binaries,
      timeout: timeLimitMs,
    });
    if (typeof solution !== "object" || solution === null) return noSolution("failed", "no solution object");
    const read = (name: string): unknown => Reflect.get(solution, name);
    if (read("feasible") !== true)
      return noSolution("infeasible", "javascript-lp-solver found no feasible point");
    if (read("bounded") === false) return noSolution("failed", "javascript-lp-solver says unbounded");
    const late = performance.now() - startedMs >= timeLimitMs;
    const values = model.lower.map((lower, column) => lower + Number(read(`x${column}`) ?? 0));
    const objective = objectiveOf(model, values);
    return {
      status: late ? "time-limit" : "optimal",
      values,
      duals: null,
      objective,
      bound: late ? -Infinity : objective,
      iterations: 0,
      detail: null,
    };
  },
};
