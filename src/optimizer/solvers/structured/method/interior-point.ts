import type { Cholesky } from "./cholesky.js";
import type { Links, Part, Steps, Sums } from "./part.js";

export interface Outcome {
  readonly status: "optimal" | "time-limit" | "stalled";
  readonly objective: number;
  readonly bound: number;
  readonly iterations: number;
}

/** Relative gap between objective and bound, and residual of the rows, at which a point is optimal. */
const OPTIMAL = 1e-9;
/** What counts as optimal when rounding lets nothing better through. */
const ACCEPTABLE = 1e-7;
/** What is worth keeping in case nothing better comes. */
const PROMISING = 1e-3;
const MOST_ITERATIONS = 200;
/** Iterations without a better point after which rounding has won. */
const PATIENCE = 15;
/** Share of the way to the end of a box that a step may take. */
const STEP = 0.9995;
/** Least complementarity that is aimed at, as a share of the objective over all columns: below is only rounding. */
const FLOOR = 1e-10;
/** Share of the terms of an objective that it may be smaller than and still be known to as many digits. */
const CANCELLED = 1e-3;
/**
 * A proximal term in Θ: without it the Schur complement cancels where a car's both directions are open. It
 * is raised until a step solves the rows to `UNSOLVED`, and slows the method, so it is lowered again.
 */
const LEAST_PROXIMAL = 1e-9;
const MOST_PROXIMAL = 1e-3;
const MORE_PROXIMAL = 100;
const UNSOLVED = 1e-9;
/** Rounds in which what rounding left of the linking rows' residuals is solved for again, and when that is enough. */
const MOST_REFINED = 3;
const REFINED = 1e-10;
/** Far from the end the next step mends what one leaves: so much per unit of the relative gap is enough. */
const REFINED_PER_GAP = 1e-7;

/** Told at every point: how many steps led there, and its relative gap. */
export type OnIteration = (iterations: number, gap: number) => void;

const NO_STEP: Steps = { primal: 0, dual: 0 };

/** A problem as parts and the linking rows that tie them together. */
export interface Tied {
  readonly offset: number;
  /** Right-hand sides of the linking rows. */
  readonly rhs: Float64Array;
  /** Multipliers of the linking rows to begin with. */
  readonly y: Float64Array;
  readonly parts: readonly Part[];
  /** Room for S and for its diagonal, where a kernel reaches it. */
  readonly schur: Float64Array;
  readonly whole: Float64Array;
  /** Room for two right-hand sides over the linking rows, likewise. */
  readonly step: Float64Array;
  readonly rest: Float64Array;
  /** Factor of S, in its place. */
  readonly cholesky: Cholesky;
}

/** All that one iteration works with, made once. */
interface Work extends Tied {
  readonly links: Links;
  readonly sums: Sums;
  readonly ends: number;
  proximal: number;
}

const emptySums = (): Sums => ({
  objective: 0,
  bound: 0,
  products: 0,
  worst: 0,
  worstShare: 0,
  primal: 1,
  dual: 1,
  dualChange: 0,
  primalChange: 0,
  bothChange: 0,
});

const workOn = (tied: Tied): Work => {
  const zeros = (): Float64Array => new Float64Array(tied.rhs.length);
  const links = {
    y: tied.y,
    dy: tied.step,
    residual: zeros(),
    affine: zeros(),
    centre: zeros(),
    second: zeros(),
    taken: zeros(),
    schur: tied.schur,
    whole: tied.whole,
  };
  const ends = tied.parts.reduce((total, part) => total + part.ends, 0);
  return { ...tied, links, sums: emptySums(), ends, proximal: LEAST_PROXIMAL };
};

/** Goes the last step, measures where it ended, and factors the normal equations there. */
const advance = (work: Work, steps: Steps): void => {
  const { links, sums, parts, rhs, offset, proximal } = work;
  Object.assign(sums, emptySums(), { objective: offset, bound: offset });
  for (let row = 0; row < rhs.length; row++) {
    links.y[row]! += steps.dual * links.dy[row]!;
    sums.bound += rhs[row]! * links.y[row]!;
  }
  links.residual.set(rhs);
  links.affine.fill(0);
  links.whole.fill(0);
  links.schur.fill(0);
  for (const part of parts) part.advance(steps, proximal, work);
  for (let row = 0; row < rhs.length; row++) {
    const size = Math.abs(links.residual[row]!);
    sums.worst = Math.max(sums.worst, size);
    sums.worstShare = Math.max(sums.worstShare, size / (1 + Math.abs(rhs[row]!)));
  }
  work.cholesky.factor();
};

/**
 * What gaps are relative to: the objective, or a share of what its terms add up to before what no decision
 * changes is taken off, of which rounding leaves no more digits.
 */
const sizeOf = ({ sums: { objective }, offset }: Work): number =>
  Math.max(1, Math.abs(objective), CANCELLED * Math.abs(objective - offset));

const gapOf = (work: Work): number => Math.abs(work.sums.objective - work.sums.bound) / sizeOf(work);

/**
 * Distance of the point from what is asked of it; at most 1 when it is optimal. A bound above the objective
 * is as far: rows that are nearly met then hide behind large multipliers.
 */
const lackOf = (work: Work): number => Math.max(gapOf(work), work.sums.worstShare) / OPTIMAL;

/** What a step may leave of the linking rows' residuals before it is refined. */
const refinedOf = (work: Work): number =>
  Math.max(REFINED, 0.01 * work.sums.worst, REFINED_PER_GAP * Math.min(1, gapOf(work)));

/** Passes of all parts over their columns, with the sums about directions begun anew. */
const pass = ({ links, sums, parts }: Work, one: (part: Part) => void): void => {
  links.taken.fill(0);
  links.centre.fill(0);
  links.second.fill(0);
  Object.assign(sums, { primal: 1, dual: 1, dualChange: 0, primalChange: 0, bothChange: 0 });
  for (const part of parts) one(part);
};

const measureRest = ({ links, rest }: Work): number => {
  let most = 0;
  for (let row = 0; row < rest.length; row++) {
    rest[row] = links.residual[row]! - links.taken[row]!;
    most = Math.max(most, Math.abs(rest[row]!));
  }
  return most;
};

/**
 * A direction: the normal equations solved for the right-hand side in `links.dy`, and again for what
 * rounding left of the linking rows. Returns what is then still left.
 */
const directionOf = (work: Work, one: (part: Part) => void): number => {
  const { links, rest, cholesky } = work;
  cholesky.solve(links.dy);
  pass(work, one);
  const enough = refinedOf(work);
  let left = measureRest(work);
  for (let round = 0; round < MOST_REFINED && left > enough; round++) {
    cholesky.solve(rest);
    for (let row = 0; row < rest.length; row++) links.dy[row]! += rest[row]!;
    pass(work, one);
    left = measureRest(work);
  }
  return left;
};

/** The affine step, aimed at the ends themselves, from normal equations that solve the rows well enough. */
const predict = (work: Work): void => {
  const { links, sums } = work;
  const enough = Math.max(UNSOLVED, sums.worst / 2, 2 * refinedOf(work));
  for (;;) {
    for (let row = 0; row < links.dy.length; row++) links.dy[row] = links.residual[row]! + links.affine[row]!;
    const left = directionOf(work, (part) => part.predict(work));
    if (left <= enough || work.proximal * MORE_PROXIMAL > 1.001 * MOST_PROXIMAL) return;
    work.proximal *= MORE_PROXIMAL;
    advance(work, NO_STEP);
  }
};

/** Mehrotra's corrector with the same factors; returns the steps that it allows. */
const correct = (work: Work): Steps => {
  const { links, sums, ends } = work;
  const mu = sums.products / ends;
  const { primal, dual, dualChange, primalChange, bothChange } = sums;
  const after =
    (sums.products + dual * dualChange + primal * primalChange + primal * dual * bothChange) / ends;
  const least = (FLOOR * sizeOf(work)) / ends;
  const aimed = Math.max(Math.min(1, after / mu) ** 3 * mu, least);
  for (let row = 0; row < links.dy.length; row++)
    links.dy[row] =
      links.residual[row]! + links.affine[row]! + aimed * links.centre[row]! + links.second[row]!;
  directionOf(work, (part) => part.correct(aimed, work));
  return { primal: STEP * sums.primal, dual: STEP * sums.dual };
};

/**
 * Mehrotra's predictor-corrector method: from a point inside every box towards the ends, each step aimed
 * first at the ends themselves and then, by what that shows, at the central path and past the error of
 * second order. The parts keep the best point seen.
 */
export const interiorPoint = (tied: Tied, remainingMs: () => number, onIteration?: OnIteration): Outcome => {
  const work = workOn(tied);
  const best = { lack: Infinity, at: 0, objective: Number.NaN, bound: -Infinity };
  let steps = NO_STEP;
  for (let iterations = 0; ; iterations++) {
    work.proximal = Math.max(LEAST_PROXIMAL, work.proximal / 10);
    advance(work, steps);
    const lack = lackOf(work);
    onIteration?.(iterations, gapOf(work));
    if (lack < best.lack) {
      const { objective, bound } = work.sums;
      Object.assign(best, { lack, at: iterations, objective, bound });
      if (lack * OPTIMAL < PROMISING) for (const part of work.parts) part.keep();
    }
    const { objective, bound } = best;
    const ended = (status: Outcome["status"]): Outcome => ({ status, objective, bound, iterations });
    const isLate = remainingMs() <= 0;
    const isStuck = Number.isNaN(lack) || iterations >= MOST_ITERATIONS || iterations - best.at >= PATIENCE;
    if (best.lack <= 1 || ((isLate || isStuck) && best.lack * OPTIMAL <= ACCEPTABLE)) return ended("optimal");
    if (isLate || isStuck) return ended(isLate ? "time-limit" : "stalled");
    predict(work);
    steps = correct(work);
  }
};
