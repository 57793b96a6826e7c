import type { Decimal } from "../../domain/money.js";
import { parseDecimal, rounded, times } from "./decimal.js";

/** Of a total, in whole units of its last digit. */
interface Part {
  readonly index: number;
  readonly units: bigint;
  /** What of a unit it lacks, as a numerator over the sum of the shares. */
  readonly remainder: bigint;
}

/**
 * Parts of a total by shares, in whole units of the last of so many digits, so that they sum to the total rounded to
 * these digits: each has what its share rounds down to, and units that are left go to the largest remainders, the first
 * of equal ones first (the method of Hamilton). Shares are not negative and one at least is not zero, else a RangeError;
 * who has none gets none.
 */
export const allocate = (total: Decimal, shares: readonly Decimal[], digits: number): readonly Decimal[] => {
  const weights = wholeWeights(shares);
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  if (all <= 0n || weights.some((weight) => weight < 0n)) throw new RangeError("shares of nothing");
  const units = wholeUnits(total, digits);
  const isNegative = units < 0n;
  const size = isNegative ? -units : units;
  const parts = weights.map((weight, index) => partOf(index, size * weight, all));
  const left = Number(size - parts.reduce((sum, part) => sum + part.units, 0n));
  const raised = new Set(
    parts
      .toSorted((a, b) =>
        a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
      )
      .slice(0, left)
      .map(({ index }) => index),
  );
  return parts.map((part) => {
    const count = part.units + (raised.has(part.index) ? 1n : 0n);
    return ofUnits(isNegative ? -count : count, digits);
  });
};

const partOf = (index: number, product: bigint, all: bigint): Part => ({
  index,
  units: product / all,
  remainder: product % all,
});

/** Shares in the same proportion as whole numbers. */
const wholeWeights = (shares: readonly Decimal[]): bigint[] => {
  const digits = Math.max(0, ...shares.map((share) => (share.split(".")[1] ?? "").length));
  return shares.map((share) => wholeUnits(share, digits));
};

const wholeUnits = (amount: Decimal, digits: number): bigint =>
  BigInt(times(rounded(amount, { digits, mode: "half-even" }), unitsInOne(digits)));

const unitsInOne = (digits: number): Decimal => textOf(`1${"0".repeat(digits)}`);

const ofUnits = (units: bigint, digits: number): Decimal => times(textOf(`${units}`), textOf(`1e-${digits}`));

const textOf = (text: string): Decimal => {
  const decimal = parseDecimal(text);
  if (decimal === null) throw new RangeError(`more digits than an amount has: ${text}`);
  return decimal;
};
