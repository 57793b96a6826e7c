import type { Problem } from "../../domain/problem.js";
import { at, treeOf } from "../tree.js";

interface Relaxed {
  readonly netKw: readonly (readonly number[])[];
  readonly peaks: readonly { readonly peakKw: number; readonly highestKw: number }[];
}

/** Power above the peak of the relaxation that rounding is tried with, in least powers of the largest port. */
const ALLOWANCES = [0, 0.5, 1, 2];

/** The problem with import limits that keep each billed peak where the relaxation has it, or a little above. */
const heldAt = (problem: Problem, { netKw, peaks }: Relaxed, allowedKw: number): Problem => {
  const { parent, ownMeter, meterOfNode } = treeOf(problem);
  const nodes = problem.nodes.map((node, index) => {
    const meter = at(ownMeter, index);
    if (meter < 0) return node;
    const charge = problem.meteringPoints[meter]?.demandCharge ?? null;
    const { peakKw = 0, highestKw = 0 } = peaks[meter] ?? {};
    const billedKw = charge === null ? Infinity : Math.max(charge.billedPeakKw, peakKw);
    const weighedKw = problem.weights.peak > 0 ? highestKw : Infinity;
    const submetered = [...problem.nodes.keys()].filter(
      (below) =>
        at(ownMeter, below) >= 0 && at(parent, below) >= 0 && at(meterOfNode, at(parent, below)) === meter,
    );
    const importLimitKw = problem.horizon.startsMs.map((_, slot) => {
      const own = node.importLimitKw?.[slot] ?? null;
      const heldKw = Math.min(charge?.countsInSlot?.[slot] === false ? Infinity : billedKw, weighedKw);
      if (heldKw === Infinity) return own;
      const elsewhereKw = submetered.reduce((total, below) => total + at(netKw[below], slot), 0);
      return Math.min(own ?? Infinity, Math.max(0, heldKw + allowedKw + elsewhereKw));
    });
    return { ...node, importLimitKw };
  });
  return { ...problem, nodes };
};

/**
 * Variants of a problem to round under: power that is concentrated in cheap slots must not pass the peak that
 * the relaxation pays for. Looser ones follow, of which
 * the first that brings nothing ends the search; the problem itself is last, and the only one where peaks
 * cost nothing.
 */
export const heldToPeaks = (problem: Problem, relaxed: () => Relaxed): Problem[] => {
  const isCharged = problem.meteringPoints.some(({ demandCharge }) => demandCharge !== null);
  if (!isCharged && problem.weights.peak === 0) return [problem];
  const seen = relaxed();
  const leastKw = problem.sessions.reduce((most, { minChargeKw }) => Math.max(most, minChargeKw), 0);
  return [...ALLOWANCES.map((share) => heldAt(problem, seen, share * leastKw)), problem];
};
