import type { CarRoom } from "./car-room.js";

/** Share of the way to the end of a box that a step may take. */
const STEP = 0.99;
/** A term in Θ, as the method has it. */
const PROXIMAL = 1e-9;
/** Products within this factor of the one that is aimed at, and rows met to this share, are near enough. */
const NEAR = 4;
const MET = 1e-6;
const MOST_STEPS = 3;

/** Sums and factors of one car, by place and by row. */
export interface Workshop {
  readonly theta: Float64Array;
  readonly h: Float64Array;
  readonly dx: Float64Array;
  readonly weight: Float64Array;
  readonly total: Float64Array;
  readonly sum: Float64Array;
  readonly pull: Float64Array;
  readonly dy: Float64Array;
  readonly pivot: Float64Array;
  readonly ratio: Float64Array;
}

const floats = (length: number): Float64Array => new Float64Array(length);

export const workshopFor = ({ above, gain, y }: CarRoom): Workshop => {
  const [columns, places, slots] = [above.length, gain.length, y.length];
  return {
    theta: floats(columns),
    h: floats(columns),
    dx: floats(columns),
    weight: floats(places),
    total: floats(places),
    sum: floats(places),
    pull: floats(places),
    dy: floats(slots),
    pivot: floats(slots),
    ratio: floats(slots),
  };
};

/** Aᵀ·y over the own rows, place by place. */
const pullOf = (car: CarRoom, y: Float64Array, pull: Float64Array): void => {
  const { n, m, gain, discharge, energy } = car;
  const isChain = m === n;
  for (let k = 0; k < n; k++) {
    const worth = y[isChain ? k : 0]!;
    pull[k] = gain[k]! * worth;
    if (discharge >= 0) pull[discharge + k] = gain[discharge + k]! * worth;
  }
  for (let k = 0; k < m; k++) pull[energy + k] = (k + 1 < m ? y[k + 1]! : 0) - y[k]!;
};

/** into += A·sum over the own rows. */
const addRows = (car: CarRoom, sum: Float64Array, into: Float64Array): void => {
  const { n, m, gain, discharge, energy } = car;
  if (m < n) {
    into[0]! -= sum[energy]!;
    for (let k = 0; k < n; k++) into[0]! += gain[k]! * sum[k]!;
    return;
  }
  let before = 0;
  for (let k = 0; k < n; k++) {
    let total = gain[k]! * sum[k]! + before - sum[energy + k]!;
    if (discharge >= 0) total += gain[discharge + k]! * sum[discharge + k]!;
    into[k]! += total;
    before = sum[energy + k]!;
  }
};

/** Factors A·Θ·Aᵀ, as the kernels do, and solves for `dy` in place. */
const solve = (car: CarRoom, { weight, pivot, ratio, dy }: Workshop): void => {
  const { n, m, gain, discharge, energy } = car;
  if (m < n) {
    let total = weight[energy]!;
    for (let k = 0; k < n; k++) total += gain[k]! * gain[k]! * weight[k]!;
    dy[0]! /= total;
    return;
  }
  let rest = 0;
  for (let k = 0; k < n; k++) {
    rest += gain[k]! * gain[k]! * weight[k]!;
    if (discharge >= 0) rest += gain[discharge + k]! * gain[discharge + k]! * weight[discharge + k]!;
    const own = 1 / (rest + weight[energy + k]!);
    const share = weight[energy + k]! * own;
    pivot[k] = own;
    ratio[k] = k + 1 < n ? share : 0;
    rest *= share;
    if (k > 0) dy[k]! += ratio[k - 1]! * dy[k - 1]!;
  }
  let after = 0;
  for (let k = n - 1; k >= 0; k--) {
    after = dy[k]! * pivot[k]! + ratio[k]! * after;
    dy[k] = after;
  }
};

/** Weighs the columns; returns the furthest that a product is from `mu`, as a factor. */
const weigh = (car: CarRoom, mu: number, { theta, h, weight, total, sum, pull }: Workshop): number => {
  const { columns, places, place, above, under, z, w, cost } = car;
  weight.fill(0, 0, places);
  total.fill(0, 0, places);
  sum.fill(0, 0, places);
  let furthest = 1;
  for (let column = 0; column < columns; column++) {
    const at = place[column]!;
    const [a, d] = [above[column]!, under[column]!];
    const t = 1 / (z[column]! / a + w[column]! / d + PROXIMAL);
    const gap = cost[column]! - pull[at]! - car.pull[at]! - mu / a + mu / d;
    theta[column] = t;
    h[column] = gap;
    weight[at]! += t;
    total[at]! += a;
    sum[at]! += t * gap;
    const [az, dw] = [(a * z[column]!) / mu, (d * w[column]!) / mu];
    furthest = Math.max(furthest, az, dw, 1 / az, 1 / dw);
  }
  return furthest;
};

/** Goes the step in `dy`. */
const go = (car: CarRoom, mu: number, { theta, h, dx, pull, dy }: Workshop): void => {
  const { columns, place, above, under, z, w } = car;
  let [primal, dual] = [1, 1];
  for (let column = 0; column < columns; column++) {
    const [a, d] = [above[column]!, under[column]!];
    const step = theta[column]! * (pull[place[column]!]! - h[column]!);
    dx[column] = step;
    const stepZ = (mu - z[column]! * step) / a - z[column]!;
    const stepW = (mu + w[column]! * step) / d - w[column]!;
    if (step < 0) primal = Math.min(primal, (-STEP * a) / step);
    else if (step > 0) primal = Math.min(primal, (STEP * d) / step);
    if (stepZ < 0) dual = Math.min(dual, (-STEP * z[column]!) / stepZ);
    if (stepW < 0) dual = Math.min(dual, (-STEP * w[column]!) / stepW);
  }
  for (let column = 0; column < columns; column++) {
    const [a, d, step] = [above[column]!, under[column]!, dx[column]!];
    z[column]! += dual * ((mu - z[column]! * step) / a - z[column]!);
    w[column]! += dual * ((mu + w[column]! * step) / d - w[column]!);
    above[column] = a + primal * step;
    under[column] = d - primal * step;
  }
  for (let row = 0; row < car.m; row++) car.y[row]! += dual * dy[row]!;
};

/** Right-hand side of the normal equations into `dy`; returns the largest relative residual of a row. */
const ask = (car: CarRoom, { dy, total, sum }: Workshop): number => {
  dy.fill(0, 0, car.m);
  addRows(car, total, dy);
  let worst = 0;
  for (let row = 0; row < car.m; row++) {
    dy[row] = car.rhs[row]! - dy[row]!;
    worst = Math.max(worst, Math.abs(dy[row]!) / (1 + Math.abs(car.rhs[row]!)));
  }
  addRows(car, sum, dy);
  return worst;
};

/**
 * Brings a car to the central path at the prices of its gate: Newton steps of its own towards products of
 * `mu`, until they are near and its rows are met. False: it comes to no numbers.
 */
export const centre = (car: CarRoom, mu: number, shop: Workshop): boolean => {
  for (let step = 0; ; step++) {
    pullOf(car, car.y, shop.pull);
    const furthest = weigh(car, mu, shop);
    const worst = ask(car, shop);
    if (Number.isNaN(furthest + worst)) return false;
    if (step >= MOST_STEPS || (furthest <= NEAR && worst <= MET)) return true;
    solve(car, shop);
    pullOf(car, shop.dy, shop.pull);
    go(car, mu, shop);
  }
};
