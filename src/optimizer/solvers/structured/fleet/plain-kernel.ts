import { largest } from "../../../../domain/units.js";
import type { Sums } from "../method/part.js";
import { anywhere, arrays, type Fleet } from "./fleet.js";
import { type Kernel, LEAST_PRODUCT, productsOf } from "./kernel.js";
import { seatOf } from "./seat.js";

/** Share of a product of ratios below which what is left of a coupling is rounding. */
const NOTHING = 1e-17;

const WORK = ["theta", "reduced", "dx", "dz", "dw", "affineDx"] as const;
const ROW_WORK = ["dy", "pivot", "ratio", "affine", "centre", "second"] as const;

/** The passes in plain JavaScript: the reference for every other kernel, and what runs where there is none. */
export const plainKernel = (fleet: Fleet, schur: Float64Array): Kernel => {
  const { slots, sessions, main, columns, rows, sums: gates, place, tile } = fleet;
  const { above, under, z, w, cost, gain } = columns;
  const { y, rhs } = rows;
  const { length: all } = above;
  const { theta, reduced, dx, dz, dw, affineDx } = arrays(anywhere, WORK, all);
  const { dy, pivot, ratio, affine, centre, second } = arrays(anywhere, ROW_WORK, y.length);
  const best = { above: above.slice(), y: y.slice() };
  const { pullIn, pullOut } = gates;
  // Room for one session: numbers per place, added up over its stretches.
  const most = 3 * slots;
  const sumA = new Float64Array(most);
  const sumB = new Float64Array(most);
  const sumC = new Float64Array(most);
  const weight = new Float64Array(most);
  const pull = new Float64Array(most);
  const coupled = new Float64Array(largest(tile.width, 0));
  const inverse = new Float64Array(slots);
  // Least product that the last step may leave.
  let least = 0;

  // Where the numbers of the session at hand lie.
  let [n, m, firstRow, number, gate] = [0, 0, 0, 0, 0];
  let [charge, discharge, energy, extras, end, firstExtra] = [0, 0, 0, 0, 0, 0];
  const open = (session: number): void => {
    const seat = seatOf(fleet, session);
    ({ n, m, firstRow, number, gate, charge, discharge, energy, extras, end, firstExtra } = seat);
  };

  /** Place of a column, or of what an extra continues. */
  const placeOf = (column: number): number =>
    (column < extras ? column : main[firstExtra + column - extras]!) - charge;

  /** Solves M·x = values for the session's rows, in place. */
  const solve = (values: Float64Array): void => {
    for (let k = 1; k < m; k++) values[firstRow + k]! += ratio[firstRow + k - 1]! * values[firstRow + k - 1]!;
    let after = 0;
    for (let k = m - 1; k >= 0; k--) {
      const row = firstRow + k;
      after = values[row]! * pivot[row]! + ratio[row]! * after;
      values[row] = after;
    }
  };

  /** into = A·(sum over places), row by row. */
  const addRows = (sum: Float64Array, into: Float64Array): void => {
    const e = energy - charge;
    const d = discharge - charge;
    if (m < n) {
      let total = -sum[e]!;
      for (let k = 0; k < n; k++) total += gain[charge + k]! * sum[k]!;
      into[firstRow]! += total;
      return;
    }
    let before = 0;
    for (let k = 0; k < n; k++) {
      let total = gain[charge + k]! * sum[k]! + before - sum[e + k]!;
      if (discharge >= 0) total += gain[discharge + k]! * sum[d + k]!;
      into[firstRow + k]! += total;
      before = sum[e + k]!;
    }
  };

  /** Adds sums over places that can move to those of the gate. */
  const addSums = (sum: Float64Array, intoIn: Float64Array, intoOut: Float64Array): void => {
    const d = discharge - charge;
    for (let k = 0; k < n; k++) {
      if (gain[charge + k] !== 0) intoIn[gate + k]! += sum[k]!;
      if (discharge >= 0 && gain[discharge + k] !== 0) intoOut[gate + k]! += sum[d + k]!;
    }
  };

  /** Prices at the places by own multipliers and the gate's, Aᵀ·y, and of extras that of their place. */
  const readPull = (own: Float64Array, into: Float64Array): void => {
    const e = energy - charge;
    const d = discharge - charge;
    const isChain = m === n;
    for (let k = 0; k < n; k++) {
      const worth = own[firstRow + (isChain ? k : 0)]!;
      const rate = gain[charge + k]!;
      into[k] = rate === 0 ? 0 : rate * worth + pullIn[gate + k]!;
      if (discharge >= 0) {
        const back = gain[discharge + k]!;
        into[d + k] = back === 0 ? 0 : back * worth + pullOut[gate + k]!;
      }
    }
    for (let k = 0; k < m; k++) into[e + k] = (k + 1 < m ? own[firstRow + k + 1]! : 0) - own[firstRow + k]!;
  };

  /** Adds to the gate what a right-hand side asks of it, own rows (`solved`) eliminated. */
  const addToGate = (
    sum: Float64Array,
    solved: Float64Array,
    intoIn: Float64Array,
    intoOut: Float64Array,
  ): void => {
    const d = discharge - charge;
    const isChain = m === n;
    for (let k = 0; k < n; k++) {
      const known = solved[firstRow + (isChain ? k : 0)]!;
      const rate = gain[charge + k]!;
      if (rate !== 0) intoIn[gate + k]! += sum[k]! - rate * weight[k]! * known;
      if (discharge < 0) continue;
      const back = gain[discharge + k]!;
      if (back !== 0) intoOut[gate + k]! += sum[d + k]! - back * weight[d + k]! * known;
    }
  };

  /** Goes the last step, and weighs: Θ, products, objective. */
  const move = (primal: number, dual: number, proximal: number, total: Sums): void => {
    let products = 0;
    let objective = 0;
    for (let column = charge; column < end; column++) {
      const a = above[column]! + primal * dx[column]!;
      const d = under[column]! - primal * dx[column]!;
      const za = Math.max(z[column]! + dual * dz[column]!, least / a);
      const wd = Math.max(w[column]! + dual * dw[column]!, least / d);
      above[column] = a;
      under[column] = d;
      z[column] = za;
      w[column] = wd;
      theta[column] = 1 / (za / a + wd / d + proximal);
      products += a * za + d * wd;
      objective += cost[column]! * a;
    }
    for (let row = firstRow; row < firstRow + m; row++) y[row]! += dual * dy[row]!;
    total.products += products;
    total.objective += objective;
  };

  /** Reduced costs, the bound they prove, and Θ times them. */
  const price = (total: Sums): void => {
    readPull(y, pull);
    let bound = 0;
    for (const sum of [sumA, weight, sumB]) sum.fill(0, 0, extras - charge);
    for (let column = charge; column < end; column++) {
      const at = placeOf(column);
      const r = cost[column]! - pull[at]!;
      reduced[column] = r;
      if (r < 0) bound += r * (above[column]! + under[column]!);
      sumA[at]! += above[column]!;
      weight[at]! += theta[column]!;
      sumB[at]! += theta[column]! * r;
    }
    total.bound += bound;
  };

  const clearRows = (values: Float64Array): void => {
    for (let row = firstRow; row < firstRow + m; row++) values[row] = 0;
  };

  /** Residuals of the own rows, and what the session has of the gate's sums. */
  const measure = (total: Sums): void => {
    clearRows(affine);
    addRows(sumA, affine);
    for (let row = firstRow; row < firstRow + m; row++) {
      const left = rhs[row]! - affine[row]!;
      affine[row] = left;
      total.bound += y[row]! * rhs[row]!;
      const size = Math.abs(left);
      if (size > total.worst) total.worst = size;
      const share = size / (1 + Math.abs(rhs[row]!));
      if (share > total.worstShare) total.worstShare = share;
    }
    addSums(sumA, gates.takenIn, gates.takenOut);
    addSums(weight, gates.weightIn, gates.weightOut);
  };

  /**
   * M = L·D·Lᵀ and the diagonal of its inverse. Off the diagonal M is minus the weights of the energies, so
   * what is left of a pivot is a sum of what is positive, and nothing cancels.
   */
  const factor = (): void => {
    const e = energy - charge;
    const d = discharge - charge;
    if (m < n) {
      let total = weight[e]!;
      for (let k = 0; k < n; k++) total += gain[charge + k]! * gain[charge + k]! * weight[k]!;
      pivot[firstRow] = 1 / total;
      ratio[firstRow] = 0;
      inverse[0] = 1 / total;
      return;
    }
    let rest = 0;
    for (let k = 0; k < n; k++) {
      rest += gain[charge + k]! * gain[charge + k]! * weight[k]!;
      if (discharge >= 0) rest += gain[discharge + k]! * gain[discharge + k]! * weight[d + k]!;
      const own = 1 / (rest + weight[e + k]!);
      const share = weight[e + k]! * own;
      pivot[firstRow + k] = own;
      ratio[firstRow + k] = k + 1 < n ? share : 0;
      rest *= share;
    }
    let after = 0;
    for (let k = n - 1; k >= 0; k--) {
      const share = ratio[firstRow + k]!;
      after = pivot[firstRow + k]! + share * share * after;
      inverse[k] = after;
    }
  };

  const takeRow = (line: number, part: number, first: number, last: number): void => {
    for (let c = first; c <= last; c++) schur[line + c]! -= part * coupled[c]!;
  };

  /** S −= G·M⁻¹·Gᵀ of the session. */
  const addSchur = (): void => {
    const offset = tile.offset[number]!;
    const width = tile.width[number]!;
    const d = discharge - charge;
    const isChain = m === n;
    let [from, base, to] = [-1, -1, -1];
    for (let k = 0; k < n; k++) {
      const share = k > 0 && isChain ? ratio[firstRow + k - 1]! : 1;
      if (share < NOTHING) from = to;
      else if (share !== 1) for (let c = from; c < to; c++) coupled[c - base]! *= share;
      const net = place.net[gate + k]!;
      const inPlace = net >= 0 ? net : place.charge[gate + k]!;
      const outPlace = net >= 0 ? net : place.discharge[gate + k]!;
      const last = inPlace > outPlace ? inPlace : outPlace;
      if (last < 0) continue;
      if (base < 0) {
        base = inPlace >= 0 && (outPlace < 0 || inPlace < outPlace) ? inPlace : outPlace;
        from = base;
        to = base;
      }
      for (; to <= last; to++) coupled[to - base] = 0;
      const inRate = gain[charge + k]!;
      const outRate = discharge >= 0 ? gain[discharge + k]! : 0;
      const known = inverse[isChain ? k : 0]!;
      let inTie = inRate * weight[k]!;
      let outTie = outRate === 0 ? 0 : outRate * weight[d + k]!;
      if (net >= 0) [inTie, outTie] = [inTie - outTie, 0];
      if (inTie !== 0) {
        coupled[inPlace - base] = inTie;
        takeRow(offset + inPlace * width + base, inTie * known, from - base, inPlace - base);
      }
      if (outTie !== 0) {
        coupled[outPlace - base] = outTie;
        takeRow(offset + outPlace * width + base, outTie * known, from - base, outPlace - base);
      }
    }
  };

  /** Change of the own multipliers for the right-hand side in dy and the change of the gate's. */
  const resolve = (): void => {
    const d = discharge - charge;
    const isChain = m === n;
    for (let k = 0; k < n; k++) {
      const row = firstRow + (isChain ? k : 0);
      dy[row]! -= gain[charge + k]! * weight[k]! * pullIn[gate + k]!;
      if (discharge >= 0) dy[row]! -= gain[discharge + k]! * weight[d + k]! * pullOut[gate + k]!;
    }
    solve(dy);
  };

  const sumWeights = (): void => {
    weight.fill(0, 0, extras - charge);
    for (let column = charge; column < end; column++) weight[placeOf(column)]! += theta[column]!;
  };

  const copyToDy = (values: Float64Array): void => {
    for (let row = firstRow; row < firstRow + m; row++) dy[row] = values[row]!;
  };

  /** A right-hand side of the places: own rows into `own`, and the gate's what is left once they are solved. */
  const reduce = (
    sum: Float64Array,
    own: Float64Array,
    intoIn: Float64Array,
    intoOut: Float64Array,
  ): void => {
    addRows(sum, own);
    copyToDy(own);
    solve(dy);
    addToGate(sum, dy, intoIn, intoOut);
  };

  return {
    columns: all,
    keep() {
      best.above.set(above);
      best.y.set(y);
    },
    kept: () => best,
    now: () => ({ above: above.slice(), y: y.slice(), products: productsOf(columns) }),
    advance({ primal, dual, proximal }, sums) {
      for (let session = 0; session < sessions; session++) {
        open(session);
        move(primal, dual, proximal, sums);
        price(sums);
        measure(sums);
        factor();
        reduce(sumB, affine, gates.affineIn, gates.affineOut);
        addSchur();
      }
    },
    predict(total) {
      let { primal, dual } = total;
      for (let session = 0; session < sessions; session++) {
        open(session);
        sumWeights();
        copyToDy(affine);
        resolve();
        readPull(dy, pull);
        for (const sum of [sumA, sumB, sumC]) sum.fill(0, 0, extras - charge);
        for (let column = charge; column < end; column++) {
          const at = placeOf(column);
          const a = above[column]!;
          const d = under[column]!;
          const perA = 1 / a;
          const perD = 1 / d;
          const t = theta[column]!;
          const step = t * (pull[at]! - reduced[column]!);
          const stepZ = -z[column]! * (1 + step * perA);
          const stepW = -w[column]! * (1 - step * perD);
          if (step < 0) {
            if (a + primal * step < 0) primal = -a / step;
          } else if (d - primal * step < 0) primal = d / step;
          if (z[column]! + dual * stepZ < 0) dual = -z[column]! / stepZ;
          if (w[column]! + dual * stepW < 0) dual = -w[column]! / stepW;
          total.dualChange += a * stepZ + d * stepW;
          total.primalChange += (z[column]! - w[column]!) * step;
          total.bothChange += step * (stepZ - stepW);
          affineDx[column] = step;
          sumA[at]! += step;
          sumB[at]! += t * (perD - perA);
          sumC[at]! += t * (step * stepZ * perA + step * stepW * perD);
        }
        addSums(sumA, gates.takenIn, gates.takenOut);
        clearRows(centre);
        reduce(sumB, centre, gates.centreIn, gates.centreOut);
        clearRows(second);
        reduce(sumC, second, gates.secondIn, gates.secondOut);
      }
      total.primal = primal;
      total.dual = dual;
    },
    correct(mu, total) {
      let { primal, dual } = total;
      least = LEAST_PRODUCT * mu;
      for (let session = 0; session < sessions; session++) {
        open(session);
        sumWeights();
        for (let row = firstRow; row < firstRow + m; row++)
          dy[row] = affine[row]! + mu * centre[row]! + second[row]!;
        resolve();
        readPull(dy, pull);
        sumA.fill(0, 0, extras - charge);
        for (let column = charge; column < end; column++) {
          const at = placeOf(column);
          const a = above[column]!;
          const d = under[column]!;
          const perA = 1 / a;
          const perD = 1 / d;
          const before = affineDx[column]!;
          // mu less the error of second order of the affine step, dx·dz and −dx·dw, per distance.
          const aimA = mu * perA + z[column]! * before * perA * (1 + before * perA);
          const aimD = mu * perD - w[column]! * before * perD * (1 - before * perD);
          const step = theta[column]! * (pull[at]! - reduced[column]! + aimA - aimD);
          const stepZ = aimA - z[column]! * (1 + step * perA);
          const stepW = aimD - w[column]! * (1 - step * perD);
          if (step < 0) {
            if (a + primal * step < 0) primal = -a / step;
          } else if (d - primal * step < 0) primal = d / step;
          if (z[column]! + dual * stepZ < 0) dual = -z[column]! / stepZ;
          if (w[column]! + dual * stepW < 0) dual = -w[column]! / stepW;
          dx[column] = step;
          dz[column] = stepZ;
          dw[column] = stepW;
          sumA[at]! += step;
        }
        addSums(sumA, gates.takenIn, gates.takenOut);
      }
      total.primal = primal;
      total.dual = dual;
    },
  };
};
