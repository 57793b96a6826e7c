import type { Baseline, BaselineInput, BaselineRule, QuarterKw } from "../../domain/baseline.js";
import { adjusted } from "./adjustment.js";
import { meanOfDays, pickDays } from "./similar-days.js";

/**
 * The baseline of an event by a rule. Pure: the same loads give the same baseline. A quarter of an hour that no day
 * tells has none; nothing is filled in.
 */
export const baselineOf = (rule: BaselineRule, input: BaselineInput): Baseline => {
  const { from } = rule;
  if (from.kind === "similar-days") return ofSimilarDays(rule, input);
  const kw = from.kind === "constant" ? from.powerKw : input.lastKw;
  const flat = Array.from({ length: input.quarters }, (): QuarterKw => kw);
  return {
    unadjustedKw: flat,
    adjustedKw: flat,
    adjustment: null,
    days: [],
    leftOut: [],
    missing: kw === null ? "last-point" : null,
  };
};

const ofSimilarDays = (rule: BaselineRule, input: BaselineInput): Baseline => {
  const { taken, leftOut } = pickDays(rule, input);
  const nothing = Array.from({ length: input.quarters }, (): QuarterKw => null);
  if (taken === null)
    return {
      unadjustedKw: nothing,
      adjustedKw: nothing,
      adjustment: null,
      days: [],
      leftOut,
      missing: "days",
    };
  const unadjustedKw = meanOfDays(taken.map(({ windowKw }) => windowKw));
  const beforeKw = meanOfDays(taken.map((day) => day.beforeKw));
  return {
    unadjustedKw,
    ...adjusted(rule.adjustment, { unadjustedKw, beforeKw, todayBeforeKw: input.todayBeforeKw }),
    days: taken.map(({ date }) => date),
    leftOut,
    missing: null,
  };
};
