import { OPTIMAL_GAP } from "../../../domain/plan.js";
import type { Highs, Model, ModelData } from "highs";
import type { LinearModel } from "../../formulation/index.js";
import { type LinearEngine, type LinearSolution, noSolution } from "../engine.js";

const integrality = (highs: Highs, model: LinearModel, fixed: boolean): Partial<ModelData> => {
  if (model.binary.length === 0 || fixed) return {};
  const types = new Int32Array(model.cost.length);
  for (const column of model.binary) types[column] = highs.constants.variableType.integer;
  return { integrality: types };
};

const dataOf = (
  highs: Highs,
  model: LinearModel,
  fixed: ReadonlyMap<number, number> | undefined,
): ModelData => {
  const lower = Float64Array.from(model.lower);
  const upper = Float64Array.from(model.upper);
  for (const [column, value] of fixed ?? []) lower[column] = upper[column] = value;
  return {
    numCols: model.cost.length,
    numRows: model.rowLower.length,
    offset: model.offset,
    colCost: model.cost,
    colLower: lower,
    colUpper: upper,
    rowLower: model.rowLower,
    rowUpper: model.rowUpper,
    matrix: {
      format: "csr",
      numRows: model.rowLower.length,
      numCols: model.cost.length,
      starts: model.rowStart,
      indices: model.entryColumn,
      values: model.entryValue,
    },
    ...integrality(highs, model, fixed !== undefined),
  };
};

/**
 * Few binaries and a tight relaxation: branching ends at or near the root, and what presolve and the
 * primal heuristics cost is most of the time (measured: 3.1 s with them, 1.0 s without, 27 binaries).
 */
const FEW_BINARIES = {
  presolve: "off",
  mip_heuristic_effort: 0,
  mip_heuristic_run_feasibility_jump: false,
  mip_heuristic_run_rins: false,
  mip_heuristic_run_rens: false,
  mip_heuristic_run_root_reduced_cost: false,
};

interface Effort {
  readonly timeLimitMs: number;
  readonly continuous: boolean;
  readonly nodeLimit?: number | undefined;
  readonly method?: HighsMethod;
}

/** Its own choice, which is its simplex, or its interior point with crossover. */
export type HighsMethod = "choose" | "ipm";

/** Relative gap at which a reference ends, and a search that is cut short anyway: well within what counts as optimal. */
const EXACT_GAP = 1e-7;
const REFINED_GAP = OPTIMAL_GAP / 4;

const configure = (model: Model, { timeLimitMs, continuous, nodeLimit, method = "choose" }: Effort): void =>
  void model.options.set({
    ...(continuous || nodeLimit !== undefined ? {} : FEW_BINARIES),
    ...(nodeLimit === undefined ? {} : { mip_max_nodes: nodeLimit }),
    output_flag: false,
    solver: method,
    time_limit: Math.max(0.001, timeLimitMs / 1000),
    primal_feasibility_tolerance: 1e-9,
    dual_feasibility_tolerance: 1e-9,
    mip_feasibility_tolerance: 1e-9,
    mip_rel_gap: nodeLimit === undefined ? EXACT_GAP : REFINED_GAP,
    mip_abs_gap: 1e-9,
  });

const statusOf = (highs: Highs, model: Model): LinearSolution["status"] => {
  const status = model.getModelStatus();
  const { modelStatus } = highs.constants;
  if (status === modelStatus.optimal) return "optimal";
  if (status === modelStatus.timeLimit || status === modelStatus.solutionLimit) return "time-limit";
  return status === modelStatus.infeasible ? "infeasible" : "failed";
};

const FEASIBLE_POINT = 2;

const read = (highs: Highs, model: Model, continuous: boolean): LinearSolution => {
  const status = statusOf(highs, model);
  if (status === "failed" || status === "infeasible")
    return noSolution(status, `HiGHS model status ${model.getModelStatus()}`);
  const hasPlan = model.info.get("primal_solution_status") === FEASIBLE_POINT;
  const solution = model.getSolution();
  const objective = model.getObjectiveValue();
  const bound = continuous
    ? status === "optimal"
      ? objective
      : -Infinity
    : Number(model.info.get("mip_dual_bound"));
  return {
    status,
    values: hasPlan ? solution.colValue : null,
    duals: continuous && status === "optimal" ? solution.rowDual : null,
    objective,
    bound,
    iterations:
      Number(model.info.get("simplex_iteration_count")) + Number(model.info.get("ipm_iteration_count")),
    detail: null,
  };
};

const NO_TIME: LinearSolution = noSolution("time-limit", "no time left");

/** HiGHS on plain rows and columns. Every native model is disposed, also when a solve fails. */
export const highsEngine = (highs: Highs, method: HighsMethod = "choose"): LinearEngine => ({
  name: method === "ipm" ? "highs, interior point" : "highs",
  open(model) {
    const native = highs.createModel(dataOf(highs, model, undefined));
    return {
      solve({ timeLimitMs }) {
        if (timeLimitMs <= 0) return NO_TIME;
        configure(native, { timeLimitMs, continuous: true });
        native.run();
        return read(highs, native, true);
      },
      bound: (column, lower, upper) => void native.changeColBounds(column, lower, upper),
      add: (lower, entries) =>
        void native.addRow(lower, Infinity, {
          indices: entries.map(([column]) => column),
          values: entries.map(([, coefficient]) => coefficient),
        }),
      close: () => native.dispose(),
    };
  },
  solve(model, { timeLimitMs, fixed, nodeLimit }) {
    if (timeLimitMs <= 0) return NO_TIME;
    const native = highs.createModel(dataOf(highs, model, fixed));
    try {
      const continuous = model.binary.length === 0 || fixed !== undefined;
      configure(native, { timeLimitMs, continuous, nodeLimit, method });
      native.run();
      return read(highs, native, continuous);
    } finally {
      native.dispose();
    }
  },
});
