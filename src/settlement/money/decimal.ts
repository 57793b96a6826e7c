import LooseBig from "big.js";
import type { Decimal, Rounding } from "../../domain/money.js";

/** Takes text only: a binary number that slips in throws. */
const Big = LooseBig();
Big.strict = true;

const WRITTEN = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;
/** Longer than any price or sum; bounds what arithmetic may cost. */
const MOST_CHARACTERS = 64;

const canonical = (big: LooseBig): Decimal => {
  // Big keeps the sign of a zero apart, and `toFixed` does not show it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place in which a Decimal is made
  return big.toFixed() as Decimal;
};

/** A number as people and files write it, in the one form; null for anything else. */
export const parseDecimal = (written: string): Decimal | null =>
  written.length <= MOST_CHARACTERS && WRITTEN.test(written)
    ? canonical(new Big(written.replace("+", "")))
    : null;

/**
 * The one gate from a binary number: its shortest text, so that 0.1 is 0.1. Throws a RangeError for what is not finite;
 * meters, prices and durations that were checked at the edges always are.
 */
export const decimalOf = (value: number): Decimal => {
  const decimal = parseDecimal(String(value));
  if (decimal === null) throw new RangeError(`not a finite number: ${value}`);
  return decimal;
};

export const ZERO: Decimal = decimalOf(0);

/** Exact. */
export const sumOf = (terms: readonly Decimal[]): Decimal =>
  canonical(terms.reduce((sum, term) => sum.plus(new Big(term)), new Big("0")));

/** a − b, exact. */
export const minus = (a: Decimal, b: Decimal): Decimal => canonical(new Big(a).minus(new Big(b)));

/** Exact. */
export const times = (a: Decimal, b: Decimal): Decimal => canonical(new Big(a).times(new Big(b)));

/** Negative: a < b; 0: equal; positive: a > b. */
export const compare = (a: Decimal, b: Decimal): -1 | 0 | 1 => new Big(a).cmp(new Big(b));

const MODES: Readonly<Record<Rounding["mode"], LooseBig.RoundingMode>> = {
  down: 0,
  "half-up": 1,
  "half-even": 2,
};

/** Halves by the mode; `half-up` rounds them away from zero, so that a payment and its return stay opposite. */
export const rounded = (a: Decimal, { digits, mode }: Rounding): Decimal =>
  canonical(new Big(a).round(digits, MODES[mode]));
