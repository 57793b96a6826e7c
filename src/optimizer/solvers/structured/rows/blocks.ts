import type { BlockPattern } from "./block-pattern.js";

/** Relative size under which a pivot is what rounding left of nothing. */
const NO_PIVOT = 1e-13;
/** What stands for such a pivot: the multiplier of its row, which follows from others, then does not move. */
const HUGE = 1e128;

/** L·D·Lᵀ of every block, in place of its numbers. */
export const factorBlocks = (
  { rows, lowerStart, updateStart, updateTarget }: BlockPattern,
  numbers: Float64Array,
): void => {
  const whole = numbers.slice(0, rows);
  for (let row = 0; row < rows; row++) {
    if (!(numbers[row]! > NO_PIVOT * whole[row]!)) numbers[row] = HUGE;
    const pivot = numbers[row]!;
    const end = rows + lowerStart[row + 1]!;
    let update = updateStart[row]!;
    for (let a = rows + lowerStart[row]!; a < end; a++) {
      const share = numbers[a]! / pivot;
      for (let b = a; b < end; b++) numbers[updateTarget[update++]!]! -= share * numbers[b]!;
      numbers[a] = share;
    }
  }
};

/** Solves M·x = values for all blocks, in place. */
export const solveBlocks = (
  { rows, lowerStart, lowerRow }: BlockPattern,
  numbers: Float64Array,
  values: Float64Array,
): void => {
  for (let row = 0; row < rows; row++)
    for (let entry = lowerStart[row]!; entry < lowerStart[row + 1]!; entry++)
      values[lowerRow[entry]!]! -= numbers[rows + entry]! * values[row]!;
  for (let row = rows - 1; row >= 0; row--) {
    let value = values[row]! / numbers[row]!;
    for (let entry = lowerStart[row]!; entry < lowerStart[row + 1]!; entry++)
      value -= numbers[rows + entry]! * values[lowerRow[entry]!]!;
    values[row] = value;
  }
};

/**
 * The inverse of one block of `size` rows, row by row from the last: M⁻¹ = D⁻¹·L⁻¹ − (Lᵀ − I)·M⁻¹, so
 * that each row follows from those its column of L reaches. For a chain of battery rows that is one
 * product per entry: the recurrence of a semiseparable matrix.
 */
export const invertBlock = (
  { rows, lowerStart, lowerRow }: BlockPattern,
  numbers: Float64Array,
  { first, size }: { first: number; size: number },
  inverse: Float64Array,
): void => {
  for (let a = size - 1; a >= 0; a--) {
    const own = a * size;
    const entries = lowerStart[first + a]!;
    const end = lowerStart[first + a + 1]!;
    inverse.fill(0, own + a, own + size);
    for (let entry = entries; entry < end; entry++) {
      const share = numbers[rows + entry]!;
      const other = (lowerRow[entry]! - first) * size;
      for (let b = a + 1; b < size; b++) inverse[own + b]! -= share * inverse[other + b]!;
    }
    let corner = 1 / numbers[first + a]!;
    for (let entry = entries; entry < end; entry++)
      corner -= numbers[rows + entry]! * inverse[own + lowerRow[entry]! - first]!;
    inverse[own + a] = corner;
    for (let b = a + 1; b < size; b++) inverse[b * size + a] = inverse[own + b]!;
  }
};
