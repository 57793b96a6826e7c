import type { Baseline, BaselineAdjustment, QuarterKw } from "../../domain/baseline.js";
import { meanKnown } from "./mean.js";

interface Compared {
  readonly unadjustedKw: readonly QuarterKw[];
  /** The baseline in the hours that are compared. */
  readonly beforeKw: readonly QuarterKw[];
  /** What was drawn in them on the event's own day. */
  readonly todayBeforeKw: readonly QuarterKw[];
}

/**
 * A baseline by how the event's own day went before it: multiplied by the ratio of the two loads, or raised by their
 * difference, within bounds; never below zero. Where nothing can be compared it stays as it is.
 */
export const adjusted = (
  rule: BaselineAdjustment | null,
  compared: Compared,
): Pick<Baseline, "adjustedKw" | "adjustment"> => {
  const value = rule === null ? null : valueOf(rule, compared);
  if (rule === null || value === null) return { adjustedKw: compared.unadjustedKw, adjustment: null };
  const apply = (kw: number): number =>
    Math.max(0, rule.kind === "ratio" ? kw * value.value : kw + value.value);
  return {
    adjustedKw: compared.unadjustedKw.map((kw) => (kw === null ? null : apply(kw))),
    adjustment: value,
  };
};

const valueOf = (
  { kind, least, most }: BaselineAdjustment,
  { unadjustedKw, beforeKw, todayBeforeKw }: Compared,
): Baseline["adjustment"] => {
  // Of quarters that both tell: a gap of one side is no difference.
  const both = beforeKw.map((kw, quarter) => kw !== null && (todayBeforeKw[quarter] ?? null) !== null);
  const [baselineKw, todayKw] = [beforeKw, todayBeforeKw].map((side) =>
    meanKnown(side.filter((_, q) => both[q])),
  );
  if (baselineKw == null || todayKw == null) return null;
  if (kind === "additive") {
    const mean = meanKnown(unadjustedKw) ?? 0;
    return clipped(todayKw - baselineKw, least * mean, most * mean);
  }
  return baselineKw === 0 ? null : clipped(todayKw / baselineKw, least, most);
};

const clipped = (value: number, least: number, most: number): NonNullable<Baseline["adjustment"]> => {
  const inside = Math.min(most, Math.max(least, value));
  return { value: inside, isClipped: inside !== value };
};
