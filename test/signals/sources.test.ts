import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { SLOT_MS } from "../../src/domain/units.js";
import { decodeTable, parsePrices } from "../../src/signals/sources/read-prices.js";
import type { PriceFileOptions } from "../../src/signals/sources/reading.js";

const options = (part: Partial<PriceFileOptions> = {}): PriceFileOptions => ({
  id: "spot",
  file: "p.csv",
  currency: "CNY",
  timeZone: "Asia/Shanghai",
  unit: null,
  ...part,
});

const LABELS = Array.from(
  { length: 96 },
  (_, index) =>
    `${String(Math.floor((index + 1) / 4)).padStart(2, "0")}:${String(((index + 1) % 4) * 15).padStart(2, "0")}`,
);
const columnsTable = (
  days: readonly (readonly [string, readonly (number | string)[]])[],
  first = "日期(元/MWh)",
) => [[first, ...LABELS].join(","), ...days.map(([date, cells]) => [date, ...cells].join(","))].join("\n");

const errorsOf = (text: string, part: Partial<PriceFileOptions> = {}): string[] => {
  const reading = parsePrices(text, options(part));
  return reading.ok ? [] : reading.errors.map(({ code, place, message }) => `${code} ${place}: ${message}`);
};
const read = (text: string, part: Partial<PriceFileOptions> = {}) => {
  const reading = parsePrices(text, options(part));
  if (!reading.ok) throw new Error(reading.errors.map(({ message }) => message).join("; "));
  return reading;
};
const local = (zone: string, time: string): number => DateTime.fromISO(time, { zone }).toMillis();
const price = fc.integer({ min: -1000, max: 15_000 }).map((tenths) => tenths / 10);

describe("price tables", () => {
  it("rows written and read again are the same points", () => {
    const zones = fc.constantFrom("Asia/Shanghai", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu");
    fc.assert(
      fc.property(
        zones,
        fc.array(price, { minLength: 2, maxLength: 120 }),
        fc.integer({ min: 0, max: 35_000 }),
        fc.boolean(),
        (timeZone, prices, start, withOffset) => {
          const startMs = Date.UTC(2026, 0, 1) + start * SLOT_MS;
          const format = withOffset ? "yyyy-MM-dd'T'HH:mmZZ" : "yyyy-MM-dd HH:mm";
          const rows = prices.map((value, index) => {
            const at = DateTime.fromMillis(startMs + index * SLOT_MS, { zone: timeZone });
            return `${at.toFormat(format)},${value}`;
          });
          const { series, missing } = read(["start,price (CNY/MWh)", ...rows].join("\n"), { timeZone });
          // The first reading of a repeated hour cannot be told from the second when a table begins in it.
          fc.pre(withOffset || series.points[0]?.startMs === startMs);
          expect(series.points.map((point) => point.startMs)).toEqual(
            prices.map((_, index) => startMs + index * SLOT_MS),
          );
          expect(series.points.every((point) => point.endMs - point.startMs === SLOT_MS)).toBe(true);
          for (const [index, point] of series.points.entries())
            expect(point.pricePerKwh).toBeCloseTo((prices[index] ?? 0) / 1000, 9);
          expect(missing).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("96 columns written and read again are the same quarters, each column the END of its own", () => {
    fc.assert(
      fc.property(fc.array(price, { minLength: 96, maxLength: 96 }), (prices) => {
        const { series } = read(columnsTable([["2026-01-14", prices]]));
        const midnight = local("Asia/Shanghai", "2026-01-14T00:00");
        expect(series.points).toHaveLength(96);
        expect(series.points[0]).toMatchObject({ startMs: midnight, endMs: midnight + SLOT_MS });
        expect(series.points.at(-1)?.endMs).toBe(local("Asia/Shanghai", "2026-01-15T00:00"));
        for (const [index, point] of series.points.entries())
          expect(point.pricePerKwh).toBeCloseTo((prices[index] ?? 0) / 1000, 9);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["0:15 … 24:00", LABELS.map((label) => label.replace(/^0/, ""))],
    ["a trailing 00:00", [...LABELS.slice(0, 95), "00:00"]],
    ["with seconds", LABELS.map((label) => `${label}:00`)],
    ["时段1 … 时段96", LABELS.map((_, index) => `时段${index + 1}`)],
    ["1 … 96", LABELS.map((_, index) => String(index + 1))],
  ])("headers: %s", (_, labels) => {
    const cells = labels.map((_label, index) => index);
    const { series } = read([["日期", ...labels].join(","), ["20260114", ...cells].join(",")].join("\n"), {
      unit: "per-kWh",
    });
    expect(series.points.map((point) => point.pricePerKwh)).toEqual(cells);
  });

  it.each([
    ["日期(元/MWh)", null, 0.5],
    ["日期 元/兆瓦时", null, 0.5],
    ["日期(元/kWh)", null, 500],
    ["日期 元/千瓦时", null, 500],
    ["日期", "per-MWh" as const, 0.5],
  ])("unit from %s and %s", (first, unit, expected) => {
    const table = columnsTable([["2026-01-14", Array<number>(96).fill(500)]], first);
    expect(read(table, { unit }).series.points[7]?.pricePerKwh).toBe(expected);
  });

  it("reads hourly rows, Chinese headers and dates, comments, a BOM, GB 18030", () => {
    const text = "\uFEFF# from somewhere\n时间,电价(元/kWh)\n2026/1/14 0:00,0.1\n2026/1/14 1:00,-0.05\n";
    const { series } = read(text);
    expect(series.points.map(({ endMs, startMs }) => endMs - startMs)).toEqual([3_600_000, 3_600_000]);
    expect(series.points[1]?.pricePerKwh).toBe(-0.05);
    expect(decodeTable(new Uint8Array([0xca, 0xb1, 0xbc, 0xe4]))).toBe("时间");
    expect(decodeTable(new TextEncoder().encode("时间"))).toBe("时间");
  });

  it("reports missing points and invents none", () => {
    const cells: (number | string)[] = Array<number>(96).fill(500);
    cells[3] = "";
    cells[4] = "-";
    cells[95] = "null";
    const { series, missing } = read(
      columnsTable([
        ["2026-01-14", cells],
        ["2026-01-16", cells],
      ]),
    );
    const midnight = local("Asia/Shanghai", "2026-01-14T00:00");
    expect(series.points).toHaveLength(2 * 93);
    expect(missing).toEqual([
      { startMs: midnight + 3 * SLOT_MS, endMs: midnight + 5 * SLOT_MS },
      { startMs: midnight + 95 * SLOT_MS, endMs: midnight + 192 * SLOT_MS },
      { startMs: midnight + 195 * SLOT_MS, endMs: midnight + 197 * SLOT_MS },
      { startMs: midnight + 287 * SLOT_MS, endMs: midnight + 288 * SLOT_MS },
    ]);
    const rows = read("start,price CNY/kWh\n2026-01-14T00:00,1\n2026-01-14T00:15,\n2026-01-14T00:30,2\n");
    expect(rows.series.points).toHaveLength(2);
    expect(rows.missing).toEqual([{ startMs: midnight + SLOT_MS, endMs: midnight + 2 * SLOT_MS }]);
  });

  it("spring: the skipped hour's columns are empty; autumn: the second of the repeated hour is missing", () => {
    const zone = { timeZone: "Europe/Berlin" };
    const cells: (number | string)[] = Array.from({ length: 96 }, (_, index) => index);
    const spring = cells.with(8, "").with(9, "").with(10, "").with(11, "");
    const short = read(columnsTable([["2026-03-29", spring]]), zone);
    expect(short.series.points).toHaveLength(92);
    expect(short.missing).toEqual([]);
    expect(errorsOf(columnsTable([["2026-03-29", cells]]), zone)).toHaveLength(4);
    const long = read(columnsTable([["2026-10-25", cells]]), zone);
    expect(long.series.points).toHaveLength(96);
    const second = local("Europe/Berlin", "2026-10-25T02:00+01:00");
    expect(long.missing).toEqual([{ startMs: second, endMs: second + 4 * SLOT_MS }]);
  });

  it("the sample of the demonstration covers its days, labelled as synthetic", () => {
    const text = readFileSync("scenarios/prices/shandong-spot-sample.csv", "utf8");
    expect(text).toMatch(/^# SYNTHETIC/);
    const { series, missing } = read(text);
    expect(missing).toEqual([]);
    expect(series.points[0]?.startMs).toBe(local("Asia/Shanghai", "2026-01-13T00:00"));
    expect(series.points.at(-1)?.endMs).toBeGreaterThanOrEqual(local("Asia/Shanghai", "2026-01-17T00:00"));
    const prices = series.points.map((point) => point.pricePerKwh);
    expect(Math.min(...prices)).toBeGreaterThanOrEqual(-0.1);
    expect(Math.min(...prices)).toBeLessThan(0);
    expect(Math.max(...prices)).toBeGreaterThan(0.888);
    expect(Math.max(...prices)).toBeLessThanOrEqual(1.5);
  });
});

describe("faults name line and column, all at once", () => {
  const full = Array<number>(96).fill(1);
  it.each([
    ["an empty file", "", ["price.invalid p.csv:1:1: no prices in it"]],
    ["no layout", "a,b\n1,2\n", [/no layout known/]],
    [
      "semicolons",
      "# from a spreadsheet\nstart;price CNY/kWh\n2026-01-14T00:00;0,3\n",
      [/^price\.invalid p\.csv:2:1: separated by semicolons: separate by commas/],
    ],
    ["no unit", columnsTable([["2026-01-14", full]], "日期"), [/p\.csv:1:1: unit unknown/]],
    [
      "columns that begin with 00:00",
      columnsTable([["2026-01-14", full]]).replace("00:15", "00:00"),
      [/p\.csv:1:2: columns must name the END/],
    ],
    [
      "a column twice",
      columnsTable([["2026-01-14", full]]).replace(",00:30", ",00:15"),
      [/p\.csv:1:3: a second column/],
    ],
    [
      "a column too few",
      columnsTable([["2026-01-14", full]]).replace(",24:00", ","),
      [/p\.csv:1:1: 95 of 96 columns; the first that lacks ends at 24:00/],
    ],
    [
      "no number and no date",
      columnsTable([
        ["2026-01-14", full.map((v, i) => (i === 4 ? "x" : v))],
        ["2026-02-30", full],
      ]),
      [/p\.csv:2:6: "x" is no number/, /p\.csv:3:1: "2026-02-30" is no date/],
    ],
    [
      "a day twice",
      columnsTable([
        ["2026-01-14", full],
        ["2026-01-14", full],
      ]),
      Array<RegExp>(96).fill(/p\.csv:3:1: a second price for the same time; line 2 has one/),
    ],
    [
      "bad rows",
      "start,price CNY/kWh\nnoon,1\n2026-01-14T00:00,1;2\n2026-01-14T00:07,1\n",
      [/p\.csv:2:1: "noon" is no time/, /p\.csv:3:2: "1;2" is no number/, /15, 30 or 60 minutes apart/],
    ],
    [
      "a time that the clock skips",
      "start,price CNY/kWh\n2026-03-29T02:15,1\n",
      [/p\.csv:2:1: .* is no time in Europe\/Berlin/],
    ],
    ["an open quote", 'start,price CNY/kWh\n"2026-01-14T00:00,1\n', [/not a table/]],
  ])("%s", (_, text, expected) => {
    const errors = errorsOf(text, { timeZone: "Europe/Berlin" });
    expect(errors).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(errors[index]).toMatch(pattern);
  });

  it("a header and a configuration that disagree on the unit", () => {
    expect(errorsOf(columnsTable([["2026-01-14", full]]), { unit: "per-kWh" })[0]).toMatch(
      /header says per-MWh/,
    );
  });

  it("no text makes the reader throw", () => {
    const csvish = fc.string({
      unit: fc.constantFrom(...'0123456789,:.\n"-T时段#xk/Wh '.split("")),
      maxLength: 200,
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), csvish),
        (text) => typeof parsePrices(text, options()).ok === "boolean",
      ),
    );
  });
});
