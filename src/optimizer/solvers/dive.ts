import {
  type Formulation,
  minimumPorts,
  type Port,
  type TwoWay,
  twoWays,
  usesBoth,
  weakerColumns,
} from "../formulation/index.js";
import { at } from "../tree.js";
import type { LinearSolution, OpenModel } from "./engine.js";

/** Solves after the relaxation; each is a few milliseconds, since it starts from the last. */
const MOST_ROUNDS = 10;

const TOLERANCE_KW = 1e-6;

const powerOf = ({ columns }: Port, values: ArrayLike<number>): number =>
  columns.reduce((total, column) => total + at(values, column), 0);

const isSmall = (port: Port, values: ArrayLike<number>): boolean => {
  const power = powerOf(port, values);
  return power > TOLERANCE_KW && power < port.leastKw - TOLERANCE_KW;
};

/** The columns of a port meet at the power in force; they fill in turn. */
const raise = (open: OpenModel, { model }: Formulation, { columns, leastKw }: Port): void => {
  let left = leastKw;
  for (const column of columns) {
    const upper = at(model.upper, column);
    const lower = Math.min(left, upper);
    open.bound(column, lower, upper);
    left -= lower;
  }
};

const close = (open: OpenModel, columns: readonly number[]): void => {
  for (const column of columns) open.bound(column, 0, 0);
};

export interface Dive {
  readonly open: OpenModel;
  readonly formulation: Formulation;
  readonly remainingMs: () => number;
}

/** What keeps a solution from being a plan: both directions at once, and powers below a minimum. */
interface Flaws {
  readonly ways: readonly TwoWay[];
  readonly ports: readonly Port[];
}

/** Closes the weaker of two directions; a small power is raised when it is half the minimum, or closed. */
const decide = (
  { open, formulation }: Dive,
  { ways, ports }: Flaws,
  { values, mayRaise }: { values: ArrayLike<number>; mayRaise: boolean },
): Port[] => {
  const closed = new Set(ways.flatMap((way) => weakerColumns(way, values)));
  close(open, [...closed]);
  const small = ports.filter(({ columns }) => !columns.some((column) => closed.has(column)));
  const raised = small.filter((port) => mayRaise && powerOf(port, values) >= port.leastKw / 2);
  for (const port of small) {
    if (raised.includes(port)) raise(open, formulation, port);
    else close(open, port.columns);
  }
  return raised;
};

/** Solves with what was decided; where that cannot be, what was raised is closed instead. */
const solveAgain = ({ open, remainingMs }: Dive, raised: readonly Port[]): LinearSolution => {
  const next = open.solve({ timeLimitMs: remainingMs() });
  if (next.status !== "infeasible" || raised.length === 0) return next;
  for (const { columns } of raised) close(open, columns);
  return open.solve({ timeLimitMs: remainingMs() });
};

/**
 * From a relaxation to powers that are 0 or at least the port's minimum, in one direction: what is small
 * is raised or closed, and the model solved again, round after round. What is still small at the end is
 * left to rounding. The relaxation must be the last solve of the open model. Returns the values of the
 * columns; null where the relaxation is a plan already or nothing could be decided.
 */
export const dive = (diving: Dive, relaxation: LinearSolution): ArrayLike<number> | null => {
  const places = { ways: twoWays(diving.formulation), ports: minimumPorts(diving.formulation) };
  let values = relaxation.values;
  for (let round = 1; values !== null && round <= MOST_ROUNDS; round++) {
    const found: ArrayLike<number> = values;
    const flaws = {
      ways: places.ways.filter((way) => usesBoth(way, found)),
      ports: places.ports.filter((port) => isSmall(port, found)),
    };
    if (flaws.ways.length + flaws.ports.length === 0) break;
    const raised = decide(diving, flaws, { values: found, mayRaise: round < MOST_ROUNDS });
    const next = solveAgain(diving, raised);
    if (next.status !== "optimal") break;
    values = next.values;
  }
  return values === relaxation.values ? null : values;
};
