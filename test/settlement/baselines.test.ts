/**
 * Baselines by hand: an event of an hour (four quarters) on a workday, 14 days before it. A row of a table is a day, the
 * latest first: its load in the event's hour, and whether it counts.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BaselineInput, BaselineRule, DayLoad, QuarterKw } from "../../src/domain/baseline.js";
import { baselineOf } from "../../src/settlement/baselines/baseline.js";
import { BASELINE_RULES } from "../../src/settlement/baselines/rules.js";

const QUARTERS = 4;

const dayOf = (back: number, kw: QuarterKw, part: Partial<DayLoad> = {}): DayLoad => ({
  date: `day −${back}`,
  dayType: "workday",
  excluded: null,
  windowKw: Array.from({ length: QUARTERS }, () => kw),
  beforeKw: Array.from({ length: 12 }, () => (kw === null ? null : kw / 2)),
  ...part,
});

const inputOf = (days: readonly DayLoad[], part: Partial<BaselineInput> = {}): BaselineInput => ({
  dayType: "workday",
  days,
  todayBeforeKw: Array.from({ length: 12 }, () => null),
  lastKw: null,
  quarters: QUARTERS,
  ...part,
});

/** Two weeks: `W` a weekend, `x` excluded, `g` with a gap of two quarters. */
const weeks = (drawing: string): DayLoad[] =>
  drawing
    .trim()
    .split(/\s+/)
    .map((mark, index) => {
      const kw = Number(mark.replaceAll(/[Wxg]/g, ""));
      return dayOf(index + 1, kw, {
        ...(mark.includes("W") ? { dayType: "weekend" } : {}),
        ...(mark.includes("x") ? { excluded: "an event" } : {}),
        ...(mark.includes("g") ? { windowKw: [kw, null, null, kw] } : {}),
      });
    });

//           −1 −2 −3  −4  −5 −6 −7 −8 −9 −10  −11 −12 −13 −14
const DAYS = "10 12 99x 50W 50W 8 20 11 9 77g  60W 60W 14 16";

const shown = (rule: BaselineRule, input: BaselineInput) => {
  const { unadjustedKw, adjustedKw, adjustment, days, missing } = baselineOf(rule, input);
  return {
    kw: [...new Set(unadjustedKw)],
    adjusted: [...new Set(adjustedKw)],
    adjustment,
    days: days.map((date) => Number(date.replace("day −", ""))),
    missing,
  };
};

describe("a baseline of similar days", () => {
  it.each<[keyof typeof BASELINE_RULES, number[], number[]]>([
    ["10-in-10", [1, 2, 6, 7, 8, 9, 13, 14], [(10 + 12 + 8 + 20 + 11 + 9 + 14 + 16) / 8]],
    ["high-5-of-10", [2, 7, 8, 13, 14], [(12 + 20 + 11 + 14 + 16) / 5]],
    ["low-5-of-10", [1, 2, 6, 8, 9], [(10 + 12 + 8 + 11 + 9) / 5]],
    ["mean-of-5-workdays", [1, 2, 6, 7, 8], [(10 + 12 + 8 + 20 + 11) / 5]],
    ["high-5-of-days-2-to-12", [2, 6, 7, 8, 9], [(12 + 8 + 20 + 11 + 9) / 5]],
  ])("%s takes the days %j", (name, days, kw) => {
    expect(shown(BASELINE_RULES[name], inputOf(weeks(DAYS)))).toMatchObject({ days, kw, missing: null });
  });

  it("says of each day that it leaves out why", () => {
    const { leftOut } = baselineOf(BASELINE_RULES["mean-of-5-workdays"], inputOf(weeks(DAYS)));
    expect(leftOut.map(({ date, why }) => `${date} ${why}`)).toEqual([
      "day −3 excluded",
      "day −4 day-type",
      "day −5 day-type",
      "day −9 not-taken",
      "day −10 gaps",
      "day −11 day-type",
      "day −12 day-type",
      "day −13 not-taken",
      "day −14 not-taken",
    ]);
  });

  it("of a weekend's event takes weekends, unless the rule asks for workdays", () => {
    const input = inputOf(weeks("10 50W 60W 40W 30W 20W 12 14 16 18"), { dayType: "weekend" });
    expect(shown(BASELINE_RULES["10-in-10"], input)).toMatchObject({ days: [2, 3, 4, 5, 6], kw: [40] });
    expect(shown(BASELINE_RULES["mean-of-5-workdays"], input)).toMatchObject({
      days: [1, 7, 8, 9, 10],
      kw: [14],
    });
  });

  it("is none with too few days", () => {
    for (const rule of [BASELINE_RULES["10-in-10"], BASELINE_RULES["mean-of-5-workdays"]])
      expect(shown(rule, inputOf(weeks("10 12 14 16 99x 50W")))).toEqual({
        kw: [null],
        adjusted: [null],
        adjustment: null,
        days: [],
        missing: "days",
      });
  });

  it("looks no further back than it may", () => {
    const days = Array.from({ length: 60 }, (_, index) =>
      dayOf(index + 1, 10, { dayType: index < 41 ? "weekend" : "workday" }),
    );
    expect(shown(BASELINE_RULES["10-in-10"], inputOf(days)).missing).toBe("days");
  });

  it("is quarter by quarter, of the days that tell it", () => {
    const profiles: QuarterKw[][] = [
      [1, 2, 3, 4],
      [3, 4, 5, 6],
      [5, 6, 7, 8],
      [7, 8, 9, 10],
      [9, 10, 11, 12],
    ];
    const days = profiles.map((windowKw, index) => dayOf(index + 1, 0, { windowKw }));
    const { unadjustedKw } = baselineOf(BASELINE_RULES["10-in-10"], inputOf(days));
    expect(unadjustedKw).toEqual([5, 6, 7, 8]);
  });
});

describe("an adjustment", () => {
  const FIVE = "10 10 10 10 10";
  const withToday = (kw: QuarterKw) =>
    inputOf(weeks(FIVE), { todayBeforeKw: Array.from({ length: 12 }, () => kw) });

  // In the hours before, those days drew 5 kW.
  it.each<[keyof typeof BASELINE_RULES, QuarterKw, number, { value: number; isClipped: boolean } | null]>([
    ["10-in-10", 5.5, 11, { value: 1.1, isClipped: false }],
    ["10-in-10", 50, 12, { value: 1.2, isClipped: true }],
    ["10-in-10", 0, 8, { value: 0.8, isClipped: true }],
    ["10-in-10", null, 10, null],
    ["high-5-of-10", 6, 11, { value: 1, isClipped: false }],
    ["high-5-of-10", 50, 12, { value: 2, isClipped: true }],
    ["high-5-of-10", 0, 8, { value: -2, isClipped: true }],
    ["mean-of-5-workdays", 50, 10, null],
  ])("%s, %s kW before the event: %s kW", (name, todayKw, kw, adjustment) => {
    const told = shown(BASELINE_RULES[name], withToday(todayKw));
    expect(told.kw).toEqual([10]);
    expect(told.adjusted[0]).toBeCloseTo(kw, 9);
    if (adjustment === null) expect(told.adjustment).toBeNull();
    else {
      expect(told.adjustment?.value).toBeCloseTo(adjustment.value, 9);
      expect(told.adjustment?.isClipped).toBe(adjustment.isClipped);
    }
  });

  it("compares the quarters that both sides tell alone", () => {
    const days = [1, 2, 3, 4, 5].map((back) => dayOf(back, 10, { beforeKw: [5, 5, null, 5] }));
    const input = inputOf(days, { todayBeforeKw: [6, 6, 90, null] });
    expect(baselineOf(BASELINE_RULES["high-5-of-10"], input).adjustment).toEqual({
      value: 1,
      isClipped: false,
    });
  });

  it("of days that drew nothing before is none by ratio, and nothing falls below zero", () => {
    const idle = [1, 2, 3, 4, 5].map((back) => dayOf(back, 10, { beforeKw: [0, 0] }));
    expect(
      baselineOf(BASELINE_RULES["10-in-10"], inputOf(idle, { todayBeforeKw: [3, 3] })).adjustment,
    ).toBeNull();
    const wide = {
      ...BASELINE_RULES["high-5-of-10"],
      adjustment: { kind: "additive", fromHours: 4, toHours: 1, least: -9, most: 9 },
    } as const;
    const busy = [1, 2, 3, 4, 5].map((back) => dayOf(back, 10, { beforeKw: [60, 60] }));
    expect(baselineOf(wide, inputOf(busy, { todayBeforeKw: [0, 0] })).adjustedKw).toEqual([0, 0, 0, 0]);
  });
});

describe("a baseline without days", () => {
  it("is the last quarter before the dispatch, or a constant", () => {
    expect(shown(BASELINE_RULES["last-point"], inputOf([], { lastKw: 7 }))).toMatchObject({
      kw: [7],
      missing: null,
    });
    expect(shown(BASELINE_RULES["last-point"], inputOf([]))).toMatchObject({
      kw: [null],
      missing: "last-point",
    });
    expect(shown(BASELINE_RULES["meter-output"], inputOf([]))).toMatchObject({ kw: [0], missing: null });
  });
});

describe("every baseline", () => {
  const kw = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null, freq: 8 });
  const someDays = fc
    .array(
      fc.record({
        dayType: fc.constantFrom("workday", "weekend", "holiday"),
        excluded: fc.option(fc.constant("an event"), { nil: null, freq: 4 }),
        windowKw: fc.array(kw, { minLength: QUARTERS, maxLength: QUARTERS }),
        beforeKw: fc.array(kw, { minLength: 12, maxLength: 12 }),
      }),
      { maxLength: 50 },
    )
    .map((days) => days.map((day, index): DayLoad => ({ date: `day −${index + 1}`, ...day })));
  const someInput = fc.record({
    days: someDays,
    todayBeforeKw: fc.array(kw, { minLength: 12, maxLength: 12 }),
  });
  const rules: BaselineRule[] = Object.values(BASELINE_RULES);

  it("lies within its days, names each of those looked at once, and is moved within its bounds", () => {
    fc.assert(
      fc.property(someInput, fc.constantFrom(...rules), ({ days, todayBeforeKw }, rule) => {
        const told = baselineOf(rule, inputOf(days, { todayBeforeKw, lastKw: 1 }));
        const taken = days.filter(({ date }) => told.days.includes(date));
        const named = [...told.days, ...told.leftOut.map(({ date }) => date)];
        expect(new Set(named).size).toBe(named.length);
        for (const [quarter, value] of told.unadjustedKw.entries()) {
          const known = taken.flatMap(({ windowKw }) => windowKw[quarter] ?? []);
          if (value === null || known.length === 0) continue;
          expect(value).toBeGreaterThanOrEqual(Math.min(...known) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...known) + 1e-9);
          const { adjustment } = rule;
          if (adjustment?.kind === "ratio")
            expect(told.adjustedKw[quarter]).toBeLessThanOrEqual(value * adjustment.most + 1e-9);
        }
        for (const { dayType, excluded } of taken) {
          expect(excluded).toBeNull();
          expect(dayType).toBe("workday");
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is not changed by what is not taken", () => {
    fc.assert(
      fc.property(
        someInput,
        fc.constantFrom(...rules),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (some, rule, other) => {
          const before = baselineOf(rule, inputOf(some.days, { todayBeforeKw: some.todayBeforeKw }));
          const gone = new Set(
            before.leftOut.flatMap(({ date, why }) =>
              why === "excluded" || why === "day-type" ? [date] : [],
            ),
          );
          const changed = some.days.map((day) =>
            gone.has(day.date) ? { ...day, windowKw: day.windowKw.map(() => other), beforeKw: [other] } : day,
          );
          expect(baselineOf(rule, inputOf(changed, { todayBeforeKw: some.todayBeforeKw }))).toEqual(before);
        },
      ),
      { numRuns: 200 },
    );
  });
});
