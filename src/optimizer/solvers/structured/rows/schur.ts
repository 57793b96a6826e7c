import type { Pattern } from "./pattern.js";
import { groupSize, tileOffset } from "../method/tiles.js";

interface Numbers {
  /** Entries of the Gᵢ. */
  readonly touch: Float64Array;
  /** Mᵢ⁻¹ of the block at hand, by rows. */
  readonly inverse: Float64Array;
  readonly schur: Float64Array;
}

/** S −= Gᵢ·Mᵢ⁻¹·Gᵢᵀ for one block; only the half at or below the diagonal. */
export const takeBlock = (
  { touches, tiles, blockStart }: Pattern,
  { touch, inverse, schur }: Numbers,
  block: number,
): void => {
  const first = blockStart[block]!;
  const size = blockStart[block + 1]! - first;
  const end = touches.start[block + 1]!;
  for (let a = touches.start[block]!; a < end; a++) {
    const link = touches.link[a]!;
    const upper = tiles.groupOf[link]!;
    const width = groupSize(tiles, upper);
    const row = (touches.row[a]! - first) * size - first;
    const own = touch[a]!;
    let lower = -1;
    let base = 0;
    for (let b = a; b < end; b++) {
      const other = touches.link[b]!;
      if (tiles.groupOf[other]! !== lower) {
        lower = tiles.groupOf[other]!;
        base =
          tileOffset(tiles, lower, upper) -
          tiles.groupStart[lower]! * width +
          link -
          tiles.groupStart[upper]!;
      }
      const part = own * touch[b]! * inverse[row + touches.row[b]!]!;
      // Two touches of one linking row stand for both of their products.
      schur[base + other * width]! -= other === link && b > a ? 2 * part : part;
    }
  }
};
