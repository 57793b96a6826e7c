import { factorBlocks, invertBlock, solveBlocks } from "./blocks.js";
import type { Pattern } from "./pattern.js";
import { addUp } from "./products.js";
import { takeBlock } from "./schur.js";
import { addDiagonal } from "../method/cholesky.js";

/** A·Θ·Aᵀ of rows and columns as a block arrow, the blocks factored. */
export interface NormalEquations {
  /** Takes new weights Θ of the columns, all > 0, and adds what they make of S and of its diagonal. */
  factor(theta: Float64Array, links: { schur: Float64Array; whole: Float64Array }): void;
  /** Eliminates the blocks: solves for their own rows, and takes from the linking rows what those explain. */
  eliminate(values: Float64Array): void;
  /** Own rows of right-hand side `values` once the linking rows, behind them, are known; in place. */
  resolve(values: Float64Array): void;
}

const widestOf = (blockStart: Int32Array): number => {
  let widest = 0;
  for (let block = 0; block + 1 < blockStart.length; block++)
    widest = Math.max(widest, blockStart[block + 1]! - blockStart[block]!);
  return widest;
};

/** Normal equations of a pattern, with room for their numbers. */
export const normalEquations = (pattern: Pattern): NormalEquations => {
  const { blockStart, blocks, touches, tiles } = pattern;
  const { rows } = blocks;
  const numbers = new Float64Array(rows + blocks.lowerRow.length);
  const touch = new Float64Array(touches.link.length);
  const inverse = new Float64Array(widestOf(blockStart) ** 2);
  return {
    factor(theta, { schur, whole }) {
      numbers.fill(0);
      touch.fill(0);
      addUp(pattern.own, theta, numbers);
      addUp(pattern.touch, theta, touch);
      addUp(pattern.link, theta, schur);
      addDiagonal(tiles, schur, whole);
      factorBlocks(blocks, numbers);
      for (let block = 0; block + 1 < blockStart.length; block++) {
        if (touches.start[block] === touches.start[block + 1]) continue;
        const first = blockStart[block]!;
        invertBlock(blocks, numbers, { first, size: blockStart[block + 1]! - first }, inverse);
        takeBlock(pattern, { touch, inverse, schur }, block);
      }
    },
    eliminate(values) {
      solveBlocks(blocks, numbers, values);
      for (let at = 0; at < touch.length; at++)
        values[rows + touches.link[at]!]! -= touch[at]! * values[touches.row[at]!]!;
    },
    resolve(values) {
      for (let at = 0; at < touch.length; at++)
        values[touches.row[at]!]! -= touch[at]! * values[rows + touches.link[at]!]!;
      solveBlocks(blocks, numbers, values);
    },
  };
};
