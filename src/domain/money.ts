/**
 * A decimal number as text, in one form only: no plus sign, no exponent, no superfluous zeros, no negative zero. Money is
 * never a binary floating-point number; arithmetic with it lives in `src/settlement/money`.
 */
export type Decimal = string & { readonly decimal: true };

export const ROUNDING_MODES = ["half-even", "half-up", "down"] as const;

/** To how many digits behind the point an amount is rounded, and what becomes of a half; `down` is towards zero. */
export interface Rounding {
  readonly digits: number;
  readonly mode: (typeof ROUNDING_MODES)[number];
}
