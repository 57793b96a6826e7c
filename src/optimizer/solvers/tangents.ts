import type { LinearModel } from "../formulation/index.js";
import { addColumn, addRow, type Entries } from "../formulation/linear-model.js";
import { at } from "../tree.js";
import { type LinearEngine, type LinearSolution, noSolution, type OpenModel } from "./engine.js";

/** Distance of the tangents from the squares, relative to the objective, at which a solution is taken. */
const CLOSE = 1e-8;
/** What counts as optimal when rounding lets nothing better through. */
const ACCEPTABLE = 1e-7;
const MOST_ROUNDS = 60;
/** Tangents per square to begin with, evenly over its box. */
const FIRST = 5;
const LEAST_REACH = 1e-3;

/**
 * A square of the model and the column that stands for it above its tangents: height ≥ x²/reach, so that
 * rows have coefficients of at most 2 whatever prices and powers are.
 */
interface Square {
  readonly column: number;
  readonly factor: number;
  readonly height: number;
  /** Largest |x| in the box. */
  readonly reach: number;
}

interface Linear {
  readonly model: LinearModel;
  readonly squares: readonly Square[];
}

interface Tangent {
  readonly lower: number;
  readonly entries: Entries;
}

/** reach·height ≥ 2·p·x − p², the tangent at x = p. */
const tangentAt = ({ column, height, reach }: Square, point: number): Tangent => ({
  lower: (-point * point) / reach,
  entries: [
    [height, 1],
    [column, (-2 * point) / reach],
  ],
});

const copyOf = (model: LinearModel): LinearModel => ({
  ...model,
  cost: [...model.cost],
  square: model.cost.map(() => 0),
  lower: [...model.lower],
  upper: [...model.upper],
  rowLower: [...model.rowLower],
  rowUpper: [...model.rowUpper],
  rowOwner: [...model.rowOwner],
  rowSlot: [...model.rowSlot],
  rowStart: [...model.rowStart],
  entryColumn: [...model.entryColumn],
  entryValue: [...model.entryValue],
});

const put = ({ model }: Linear, { lower, entries }: Tangent): void => void addRow(model, { lower }, entries);

/** The model with a column above a few tangents in place of every square. */
const linearised = (given: LinearModel): Linear => {
  const model = copyOf(given);
  const squares: Square[] = [];
  for (const [column, factor] of given.square.entries()) {
    if (factor === 0) continue;
    const [lower, upper] = [at(given.lower, column), at(given.upper, column)];
    const reach = Math.max(Math.abs(lower), Math.abs(upper), LEAST_REACH);
    const height = addColumn(model, { cost: factor * reach, lower: 0, upper: reach + 1 });
    squares.push({ column, factor, height, reach });
  }
  for (const square of squares)
    for (let step = 0; step < FIRST; step++) {
      const [lower, upper] = [at(given.lower, square.column), at(given.upper, square.column)];
      put({ model, squares }, tangentAt(square, lower + ((upper - lower) * step) / (FIRST - 1)));
    }
  return { model, squares };
};

/** How far a solution lies below the squares, and the tangents that cut it off. */
const cutsAt = (
  { squares }: Linear,
  { values, objective }: LinearSolution,
): { below: number; cuts: Tangent[] } => {
  let below = 0;
  const cuts: Tangent[] = [];
  const noticeable = (CLOSE * Math.max(1, Math.abs(objective))) / Math.max(1, squares.length) / 4;
  for (const square of squares) {
    const x = at(values ?? [], square.column);
    const missing = square.factor * (x * x - square.reach * at(values ?? [], square.height));
    below += Math.max(0, missing);
    if (missing > noticeable) cuts.push(tangentAt(square, x));
  }
  return { below, cuts };
};

interface Rounds {
  readonly linear: Linear;
  readonly solve: () => LinearSolution;
  readonly cut: (tangent: Tangent) => void;
  readonly of: LinearModel;
}

const objectiveOf = ({ cost, square, offset }: LinearModel, values: ArrayLike<number>): number =>
  cost.reduce((total, one, column) => {
    const x = at(values, column);
    return total + (one + at(square, column) * x) * x;
  }, offset);

/** A solution of the tangents as one of the squares: its own columns and rows, and what it truly costs. */
const trueOne = (of: LinearModel, solution: LinearSolution, iterations: number): LinearSolution => {
  const { values, duals } = solution;
  return {
    ...solution,
    values: values === null ? null : Array.from(values).slice(0, of.cost.length),
    duals: duals === null ? null : Array.from(duals).slice(0, of.rowLower.length),
    objective: values === null ? solution.objective : objectiveOf(of, values),
    iterations,
  };
};

/** Solves, cuts off what lies below the squares, and solves again, until nothing does. */
const refined = ({ linear, solve, cut, of }: Rounds): LinearSolution => {
  let iterations = 0;
  for (let round = 0; ; round++) {
    const solution = solve();
    iterations += solution.iterations;
    if (solution.values === null || solution.status !== "optimal") return trueOne(of, solution, iterations);
    const { below, cuts } = cutsAt(linear, solution);
    const gap = below / Math.max(1, Math.abs(solution.objective));
    const isLast = round >= MOST_ROUNDS || cuts.length === 0;
    if (gap <= CLOSE || (isLast && gap <= ACCEPTABLE)) return trueOne(of, solution, iterations);
    if (isLast) return noSolution("failed", `tangents come no nearer than ${gap} to the squares`);
    for (const tangent of cuts) cut(tangent);
  }
};

const timer = (timeLimitMs: number): (() => number) => {
  const startedMs = performance.now();
  return () => timeLimitMs - (performance.now() - startedMs);
};

const hasSquares = ({ square }: LinearModel): boolean => square.some((factor) => factor > 0);

type Open = NonNullable<LinearEngine["open"]>;

const openOn = (open: Open, of: LinearModel): OpenModel => {
  const linear = linearised(of);
  const inner = open(linear.model);
  const cut = ({ lower, entries }: Tangent): void => inner.add(lower, entries);
  return {
    ...inner,
    solve({ timeLimitMs }) {
      const leftMs = timer(timeLimitMs);
      return refined({ linear, of, cut, solve: () => inner.solve({ timeLimitMs: leftMs() }) });
    },
  };
};

type Options = Parameters<LinearEngine["solve"]>[1];

/** A continuous model, each round from where the last ended; what is cut off is told to `also`, too. */
const solveOpen = (
  open: Open,
  { linear, of, also }: { linear: Linear; of: LinearModel; also?: (tangent: Tangent) => void },
  { timeLimitMs, fixed = new Map<number, number>() }: Options,
): LinearSolution => {
  const leftMs = timer(timeLimitMs);
  const inner = open({ ...linear.model, binary: [] });
  try {
    for (const [column, value] of fixed) inner.bound(column, value, value);
    const cut = (tangent: Tangent): void => {
      inner.add(tangent.lower, tangent.entries);
      also?.(tangent);
    };
    return refined({ linear, of, cut, solve: () => inner.solve({ timeLimitMs: leftMs() }) });
  } finally {
    inner.close();
  }
};

/**
 * Makes a package for linear models solve convex squares, with binaries or without, by outer linearisation:
 * a column per square lies above tangents (every one of them a bound of the square from below), and where a
 * solution lies below its square, the tangent there is added. What the package proves for the tangents holds
 * for the squares, and so do its duals.
 */
export const withSquares = (engine: LinearEngine): LinearEngine => {
  const open = engine.open?.bind(engine);
  return {
    ...engine,
    ...(open === undefined
      ? {}
      : { open: (model) => (hasSquares(model) ? openOn(open, model) : open(model)) }),
    solve(model, options) {
      if (!hasSquares(model)) return engine.solve(model, options);
      const leftMs = timer(options.timeLimitMs);
      const linear = linearised(model);
      const cut = (tangent: Tangent): void => put(linear, tangent);
      const isContinuous = model.binary.length === 0 || options.fixed !== undefined;
      if (open !== undefined && isContinuous) return solveOpen(open, { linear, of: model }, options);
      // Without the binaries tangents are cheap to find, and most are those that are needed with them.
      if (open !== undefined) solveOpen(open, { linear, of: model, also: cut }, options);
      const solve = (): LinearSolution => engine.solve(linear.model, { ...options, timeLimitMs: leftMs() });
      return refined({ linear, of: model, cut, solve });
    },
  };
};
