import { factorBlocks, invertBlock, solveBlocks } from "./blocks.js";
import { factorTiles, readDiagonal, solveTiles } from "./cholesky.js";
import type { Pattern } from "./pattern.js";
import { addUp } from "./products.js";
import { takeBlock } from "./schur.js";

/** A·Θ·Aᵀ of a block arrow, factored. */
export interface NormalEquations {
  /** Takes new weights Θ of the columns, all > 0. */
  factor(theta: Float64Array): void;
  /** Solves for a right-hand side over all rows, in place. */
  solve(values: Float64Array): void;
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
  const schur = new Float64Array(tiles.size);
  const whole = new Float64Array(tiles.groupOf.length);
  const inverse = new Float64Array(widestOf(blockStart) ** 2);
  const alone = new Float64Array(rows);
  return {
    factor(theta) {
      addUp(pattern.own, theta, numbers);
      addUp(pattern.touch, theta, touch);
      addUp(pattern.link, theta, schur);
      readDiagonal(tiles, schur, whole);
      factorBlocks(blocks, numbers);
      for (let block = 0; block + 1 < blockStart.length; block++) {
        if (touches.start[block] === touches.start[block + 1]) continue;
        const first = blockStart[block]!;
        invertBlock(blocks, numbers, { first, size: blockStart[block + 1]! - first }, inverse);
        takeBlock(pattern, { touch, inverse, schur }, block);
      }
      factorTiles(tiles, schur, whole);
    },
    solve(values) {
      const linked = values.subarray(rows);
      alone.set(values.subarray(0, rows));
      solveBlocks(blocks, numbers, alone);
      for (let at = 0; at < touch.length; at++)
        linked[touches.link[at]!]! -= touch[at]! * alone[touches.row[at]!]!;
      solveTiles(tiles, schur, linked);
      for (let at = 0; at < touch.length; at++)
        values[touches.row[at]!]! -= touch[at]! * linked[touches.link[at]!]!;
      solveBlocks(blocks, numbers, values);
    },
  };
};
