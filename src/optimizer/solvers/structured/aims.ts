import type { Aim, Direction } from "./direction.js";
import type { Iterate } from "./iterate.js";
import type { Steps } from "./steps.js";

/** Mehrotra's aim: the central path at μ, less the error of second order that the affine step shows. */
export const aimPastError = (aim: Aim, mu: number, { dx, dz, dw }: Direction): void => {
  for (let k = 0; k < dx.length; k++) {
    aim.z[k] = mu - dx[k]! * dz[k]!;
    aim.w[k] = mu + dx[k]! * dw[k]!;
  }
};

/** Products may lie between these shares of μ; what is outside keeps steps short. */
const LEAST_SHARE = 0.1;
const MOST_SHARE = 10;

/** What brings a product back between its bounds, never by more than the upper one. */
const back = (product: number, mu: number): number => {
  if (product < LEAST_SHARE * mu) return LEAST_SHARE * mu - product;
  return product > MOST_SHARE * mu ? Math.max(MOST_SHARE * mu - product, -MOST_SHARE * mu) : 0;
};

/** Gondzio's aim: as before, with every product that a longer step would make an outlier brought back. */
export const aimAtOutliers = (
  aim: Aim,
  { point, direction, steps, mu }: { point: Iterate; direction: Direction; steps: Steps; mu: number },
): void => {
  const primal = Math.min(1, 1.1 * steps.primal + 0.1);
  const dual = Math.min(1, 1.1 * steps.dual + 0.1);
  const { above, under, z, w } = point;
  const { dx, dz, dw } = direction;
  for (let k = 0; k < dx.length; k++) {
    const dual1 = z[k]! + dual * dz[k]!;
    const dual2 = w[k]! + dual * dw[k]!;
    aim.z[k]! += back((above[k]! + primal * dx[k]!) * dual1, mu);
    aim.w[k]! += back((under[k]! - primal * dx[k]!) * dual2, mu);
  }
};
