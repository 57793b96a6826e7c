import type { BaselineRule, SimilarDays } from "../../domain/baseline.js";

const SIMILAR: SimilarDays = {
  kind: "similar-days",
  dayTypes: "same",
  lookBackDays: 45,
  skipDays: 0,
  pool: 10,
  take: null,
  leastDays: 5,
};

/** The three hours that begin four hours before the event. */
const MORNING = { fromHours: 4, toHours: 1 } as const;

/** Rules in use where baselines are settled; a market's own stands in a file of the same form. */
export const BASELINE_RULES = {
  "10-in-10": {
    id: "10-in-10",
    source:
      "CAISO 10-in-10: the ten latest of 45 days, same-day ratio within 0.8 and 1.2 (A); five days at least (C)",
    from: SIMILAR,
    adjustment: { kind: "ratio", ...MORNING, least: 0.8, most: 1.2 },
  },
  "high-5-of-10": {
    id: "high-5-of-10",
    source:
      "high 5 of 10 with additive same-day adjustment, as of North American markets; bounds of a fifth (B)",
    from: { ...SIMILAR, take: { days: 5, by: "highest" } },
    adjustment: { kind: "additive", ...MORNING, least: -0.2, most: 0.2 },
  },
  "low-5-of-10": {
    id: "low-5-of-10",
    source: "low 5 of 10, for events that ask for more load (B)",
    from: { ...SIMILAR, take: { days: 5, by: "lowest" } },
    adjustment: { kind: "additive", ...MORNING, least: -0.2, most: 0.2 },
  },
  "mean-of-5-workdays": {
    id: "mean-of-5-workdays",
    source: "demand response in Jiangsu: mean of the last five normal workdays (B)",
    from: { ...SIMILAR, dayTypes: "workday", pool: 5, leastDays: 5 },
    adjustment: null,
  },
  "high-5-of-days-2-to-12": {
    id: "high-5-of-days-2-to-12",
    source: "demand response in Beijing: of the days 2 to 12 before the event the five highest (B)",
    from: { ...SIMILAR, lookBackDays: 12, skipDays: 1, pool: 11, take: { days: 5, by: "highest" } },
    adjustment: null,
  },
  "last-point": {
    id: "last-point",
    source: "real-time demand response in Jiangsu: the last quarter of an hour before the dispatch (B)",
    from: { kind: "last-point" },
    adjustment: null,
  },
  "meter-output": {
    id: "meter-output",
    source: "CAISO metering generator output: all that is returned counts (A)",
    from: { kind: "constant", powerKw: 0 },
    adjustment: null,
  },
} as const satisfies Readonly<Record<string, BaselineRule>>;
