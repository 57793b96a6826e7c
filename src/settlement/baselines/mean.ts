import type { QuarterKw } from "../../domain/baseline.js";

/** Of what was measured; null where nothing was. */
export const meanKnown = (values: readonly QuarterKw[]): number | null => {
  const known = values.filter((kw) => kw !== null);
  return known.length === 0 ? null : known.reduce((sum, kw) => sum + kw, 0) / known.length;
};
