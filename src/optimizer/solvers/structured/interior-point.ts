import { aimAtOutliers, aimPastError } from "./aims.js";
import {
  type Aim,
  type Direction,
  directionTo,
  emptyDirection,
  factorAt,
  type NewtonSystem,
} from "./direction.js";
import { copyInto, emptyResiduals, type Iterate, measure, type Residuals, startingPoint } from "./iterate.js";
import type { NormalEquations } from "./normal-equations.js";
import type { StandardForm } from "./standard-form.js";
import { complementarity, complementarityAfter, longestSteps, move, type Steps } from "./steps.js";

export interface Outcome {
  readonly status: "optimal" | "time-limit" | "stalled";
  readonly point: Iterate;
  readonly objective: number;
  readonly bound: number;
  readonly iterations: number;
}

/** Relative gap between objective and bound, and residual of the rows, at which a point is optimal. */
const OPTIMAL = 1e-9;
/** What counts as optimal when rounding lets nothing better through. */
const ACCEPTABLE = 1e-7;
const MOST_ITERATIONS = 200;
/** Iterations without a better point after which rounding has won. */
const PATIENCE = 15;
/** Share of the way to the end of a box that a step may take. */
const STEP = 0.9995;
/** Least complementarity that is aimed at, as a share of the objective over all columns: below is only rounding. */
const FLOOR = 1e-10;
/**
 * A proximal term in Θ: without it the Schur complement cancels where a car's both directions are open. It
 * is raised until a step solves the rows to `UNSOLVED`, and slows the method, so it is lowered again.
 */
const LEAST_PROXIMAL = 1e-9;
const MOST_PROXIMAL = 1e-3;
const MORE_PROXIMAL = 100;
const UNSOLVED = 1e-9;
/** Gondzio's correctors: at most so many, while steps are short and each lengthens them. */
const MOST_CORRECTORS = 2;
const LONG_STEP = 0.9;
const LONGER = 0.02;

/** What gaps are relative to: the objective without what no decision changes. */
const sizeOf = ({ objective }: Residuals, { offset }: StandardForm): number =>
  Math.max(1, Math.abs(objective - offset));

/** Distance of a point from what is asked of it; at most 1 when it is optimal. */
const lackOf = (residuals: Residuals, form: StandardForm): number =>
  Math.max((residuals.objective - residuals.bound) / sizeOf(residuals, form), residuals.worstShare) / OPTIMAL;

/** All that one iteration works with, made once. */
interface Work extends NewtonSystem {
  readonly point: Iterate;
  readonly residuals: Residuals;
  readonly aim: Aim;
  direction: Direction;
  spare: Direction;
  proximal: number;
}

const workOn = (form: StandardForm, equations: NormalEquations): Work => ({
  form,
  equations,
  theta: new Float64Array(form.cost.length),
  point: startingPoint(form),
  residuals: emptyResiduals(form),
  aim: { z: new Float64Array(form.cost.length), w: new Float64Array(form.cost.length) },
  direction: emptyDirection(form),
  spare: emptyDirection(form),
  proximal: LEAST_PROXIMAL,
});

/** The affine step, aimed at the ends themselves, from normal equations that solve the rows well enough. */
const predict = (work: Work): void => {
  const { point, residuals, aim, direction } = work;
  aim.z.fill(0);
  aim.w.fill(0);
  work.proximal = Math.max(LEAST_PROXIMAL, work.proximal / 10);
  const enough = Math.max(UNSOLVED, residuals.worst / 2);
  for (; ; work.proximal *= MORE_PROXIMAL) {
    factorAt(work, point, work.proximal);
    directionTo(work, work, direction);
    if (direction.unsolved <= enough || work.proximal * MORE_PROXIMAL > 1.001 * MOST_PROXIMAL) return;
  }
};

/** Mehrotra's corrector with the same factors, then Gondzio's; returns the steps that the last one allows. */
const correct = (work: Work): Steps => {
  const { point, residuals, aim } = work;
  const mu = complementarity(point);
  const affine = complementarityAfter(point, work.direction, longestSteps(point, work.direction));
  const least = (FLOOR * sizeOf(residuals, work.form)) / (2 * point.above.length);
  const aimed = Math.max(Math.min(1, affine / mu) ** 3 * mu, least);
  aimPastError(aim, aimed, work.direction);
  directionTo(work, work, work.direction);
  let steps = longestSteps(point, work.direction);
  for (let k = 0; k < MOST_CORRECTORS && Math.min(steps.primal, steps.dual) < LONG_STEP; k++) {
    aimAtOutliers(aim, { point, direction: work.direction, steps, mu: aimed });
    directionTo(work, work, work.spare);
    const longer = longestSteps(point, work.spare);
    if (!(longer.primal + longer.dual >= steps.primal + steps.dual + LONGER)) break;
    [work.direction, work.spare] = [work.spare, work.direction];
    steps = longer;
  }
  return { primal: STEP * steps.primal, dual: STEP * steps.dual };
};

/**
 * Mehrotra's predictor-corrector method: from a point inside every box towards the ends, each step aimed
 * first at the ends themselves and then, by what that shows, at the central path and past the error of
 * second order. The best point seen is what comes back.
 */
export const interiorPoint = (
  form: StandardForm,
  equations: NormalEquations,
  remainingMs: () => number,
): Outcome => {
  const work = workOn(form, equations);
  const best = { point: startingPoint(form), lack: Infinity, at: 0, objective: Number.NaN, bound: -Infinity };
  for (let iterations = 0; ; iterations++) {
    measure(form, work.point, work.residuals);
    const lack = lackOf(work.residuals, form);
    if (lack < best.lack) {
      const { objective, bound } = work.residuals;
      Object.assign(best, { lack, at: iterations, objective, bound });
      copyInto(work.point, best.point);
    }
    const { point, objective, bound } = best;
    const ended = (status: Outcome["status"]): Outcome => ({ status, point, objective, bound, iterations });
    const isLate = remainingMs() <= 0;
    const isStuck = Number.isNaN(lack) || iterations >= MOST_ITERATIONS || iterations - best.at >= PATIENCE;
    if (best.lack <= 1 || ((isLate || isStuck) && best.lack * OPTIMAL <= ACCEPTABLE)) return ended("optimal");
    if (isLate || isStuck) return ended(isLate ? "time-limit" : "stalled");
    predict(work);
    const steps = correct(work);
    move(work.point, work.direction, steps);
  }
};
