import {
  addDirection,
  type Formulation,
  type TwoWay,
  twoWays,
  usesBoth,
  weakerColumns,
} from "../formulation/index.js";
import { relative } from "../gap.js";
import { at } from "../tree.js";
import type { LinearEngine, LinearSolution } from "./engine.js";

/** What a search needs: a package, a model and a clock. */
export interface Search {
  readonly engine: LinearEngine;
  readonly formulation: Formulation;
  readonly remainingMs: () => number;
  /** Most nodes of one branching; a limit that does not depend on the clock. */
  readonly nodeLimit?: number | undefined;
}

export interface Found {
  /** The best solution with one direction everywhere; null when there was no time for one. */
  readonly solution: LinearSolution | null;
  /** Duals of the continuous model around the solution. */
  readonly duals: ArrayLike<number> | null;
  /** Duals of the first relaxation: they prove the most of what duals can. */
  readonly relaxationDuals: ArrayLike<number> | null;
  readonly bound: number;
  readonly iterations: number;
}

/** Relative distance from the bound at which a solution counts as optimal. */
const OPTIMAL_GAP = 1e-6;

/** Share of the time that is left which one branching may use; the rest is for making a plan of it. */
const BRANCHING_SHARE = 0.7;

/** Rounds in which places that use both directions are met one after the other. */
const MOST_ROUNDS = 8;

const wrongPlaces = (places: readonly TwoWay[], { values }: LinearSolution): TwoWay[] =>
  values === null ? [] : places.filter((place) => usesBoth(place, values));

/** Every binary with its value in a solution. */
const binariesOf = ({ formulation }: Search, { values }: LinearSolution): Map<number, number> =>
  new Map(formulation.model.binary.map((column) => [column, Math.round(at(values ?? [], column))]));

/**
 * Closes the weaker direction wherever both are used and solves again: a good plan after a few linear
 * models, often as good as the relaxation itself. Null when time runs out.
 */
const dive = (
  search: Search,
  relaxation: LinearSolution,
  places: readonly TwoWay[],
): LinearSolution | null => {
  const fixed = new Map<number, number>();
  let solution = relaxation;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const wrong = wrongPlaces(places, solution);
    if (wrong.length === 0) return solution;
    for (const place of wrong)
      for (const column of weakerColumns(place, solution.values ?? [])) fixed.set(column, 0);
    solution = search.engine.solve(search.formulation.model, { timeLimitMs: search.remainingMs(), fixed });
    if (solution.status !== "optimal") return null;
  }
  return null;
};

/** Duals of the continuous model with every binary as the solution has it. */
const dualsOf = (search: Search, solution: LinearSolution): LinearSolution["duals"] => {
  const { engine, formulation, remainingMs } = search;
  if (formulation.model.binary.length === 0 || solution.values === null) return solution.duals;
  const fixed = binariesOf(search, solution);
  return engine.solve(formulation.model, { timeLimitMs: remainingMs(), fixed }).duals;
};

/**
 * Gives a binary to every place that uses both directions and solves again until there is none. Each
 * model relaxes the true one, so its bound holds for the true one.
 */
const branch = (search: Search, relaxation: LinearSolution, places: readonly TwoWay[]): Found => {
  const { engine, formulation, remainingMs } = search;
  const branched = new Set<TwoWay>();
  let solution = relaxation;
  let bound = relaxation.bound;
  let iterations = 0;
  for (let round = 1; ; round++) {
    const wrong = wrongPlaces(places, solution);
    if (solution.values === null || wrong.length === 0) break;
    const chosen = round > MOST_ROUNDS ? places : wrong;
    for (const place of chosen) {
      if (!branched.has(place)) addDirection(formulation.model, place);
      branched.add(place);
    }
    solution = engine.solve(formulation.model, {
      timeLimitMs: BRANCHING_SHARE * remainingMs(),
      nodeLimit: search.nodeLimit,
    });
    bound = Math.max(bound, solution.bound);
    iterations += solution.iterations;
    if (solution.status !== "optimal") break;
  }
  const kept = solution.values === null ? null : dive(search, solution, places);
  const duals = kept === null ? null : dualsOf(search, kept);
  return { solution: kept, duals, relaxationDuals: relaxation.duals, bound, iterations };
};

const better = (a: LinearSolution | null, b: LinearSolution | null): LinearSolution | null => {
  if (a === null || b === null) return a ?? b;
  return a.objective <= b.objective ? a : b;
};

/**
 * From the first relaxation to the best solution that uses one direction everywhere, with a bound that no
 * such solution goes below.
 */
export const findExact = (search: Search, relaxation: LinearSolution): Found => {
  const { formulation } = search;
  const places = twoWays(formulation);
  const { bound, iterations } = relaxation;
  const relaxationDuals = relaxation.duals;
  if (relaxation.status !== "optimal" || wrongPlaces(places, relaxation).length === 0)
    return { solution: relaxation, duals: dualsOf(search, relaxation), relaxationDuals, bound, iterations };
  const continuous = formulation.model.binary.length === 0;
  const dived = continuous ? dive(search, relaxation, places) : null;
  if (dived !== null && relative(dived.objective - bound, dived.objective) <= OPTIMAL_GAP)
    return { solution: dived, duals: relaxationDuals, relaxationDuals, bound, iterations };
  const found = branch(search, relaxation, places);
  const solution = better(found.solution, dived);
  const duals = solution === dived ? (dived?.duals ?? null) : found.duals;
  return { ...found, solution, duals, iterations: iterations + found.iterations };
};

/** Optimal within tolerance, or stopped with a solution. */
export const statusOf = ({ solution, bound }: Found): LinearSolution["status"] => {
  if (solution === null) return "time-limit";
  if (solution.status !== "optimal") return solution.status;
  if (!Number.isFinite(bound)) return "optimal";
  return relative(solution.objective - bound, solution.objective) <= OPTIMAL_GAP ? "optimal" : "time-limit";
};
