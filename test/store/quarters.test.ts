/** What becomes of measured values: means of quarters for ever, the values themselves for so many days. */
import { array, assert, asyncProperty, constantFrom, double, integer, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../src/domain/units.js";
import { quarterOf } from "../../src/ports/quarter.js";
import type { EvseSample, Series, Telemetry } from "../../src/ports/telemetry.js";
import { measuredPart } from "../../src/settlement/energy.js";
import { openStore, type Store } from "../../src/store/open-store.js";
import { minutes, T0 } from "./events.js";
import { kinds } from "./kinds.js";

const EVSE = { stationId: "CP1", evseId: 1 } as const;
const METER = { siteId: "S", kind: "site-import" } as const;
const ALL = { fromMs: T0 - 400 * DAY_MS, toMs: T0 + 400 * DAY_MS };

const sample = (minute: number, change: Partial<EvseSample> = {}): EvseSample => ({
  ...EVSE,
  atMs: minutes(minute),
  powerKw: 7,
  importedWh: null,
  exportedWh: null,
  socPercent: null,
  ...change,
});

/** Half minutes since T0 with the power from then on, at random times. */
const values = array(
  record({ step: integer({ min: 0, max: 120 }), powerKw: double({ min: -11, max: 22, noNaN: true }) }),
  { minLength: 1, maxLength: 30 },
);
const halfMinutes = (step: number): number => T0 + step * 30_000;

const append = (
  telemetry: Telemetry,
  series: Series,
  { step, powerKw }: { step: number; powerKw: number },
) => {
  if ("siteId" in series) telemetry.append({ ...series, atMs: halfMinutes(step), powerKw });
  else telemetry.sample(sample(0, { ...series, atMs: halfMinutes(step), powerKw }));
};

const open = (): Promise<Store> => openStore({ path: ":memory:", commitWithinMs: 0 });

/** Passes until there is nothing more to do. */
const rollUp = async ({ telemetry }: Store, nowMs: number): Promise<void> => {
  while (await telemetry.rollUp(nowMs));
};
const prune = async ({ telemetry }: Store, nowMs: number, rawDays: number): Promise<void> => {
  while (await telemetry.prune(nowMs, rawDays));
};

describe("a quarter", () => {
  it("has the energy of its values, which hold for a quarter of an hour at most", async () => {
    await assert(
      asyncProperty(values, integer({ min: 0, max: 12 }), async (given, at) => {
        const byTime = new Map(given.map(({ step, powerKw }) => [halfMinutes(step), powerKw]));
        const ordered = [...byTime]
          .map(([atMs, powerKw]) => ({ atMs, powerKw, importedWh: null, exportedWh: null, socPercent: null }))
          .sort((a, b) => a.atMs - b.atMs);
        const span = { fromMs: T0 + at * SLOT_MS, toMs: T0 + (at + 1) * SLOT_MS };
        const made = quarterOf(ordered, span.fromMs);
        const expected = measuredPart(ordered, span);
        expect(((made?.meanKw ?? 0) * (made?.coveredMs ?? 0)) / HOUR_MS).toBeCloseTo(expected.energyKwh, 9);
        expect(SLOT_MS - (made?.coveredMs ?? 0)).toBe(expected.gapMs);
        if (made === null) return;
        expect(made.leastKw).toBeLessThanOrEqual(made.meanKw + 1e-9);
        expect(made.mostKw).toBeGreaterThanOrEqual(made.meanKw - 1e-9);
      }),
    );
  });
});

describe.each(kinds)("quarters in $name", (kind) => {
  it("tell power, registers and state of charge of each EVSE by itself", async () => {
    const { telemetry, close } = await kind.open();
    telemetry.sample(sample(0, { powerKw: 4, importedWh: 1_000, socPercent: 20 }));
    telemetry.sample(sample(5, { powerKw: 10, importedWh: 1_333.5 }));
    telemetry.sample(sample(10, { powerKw: 7, exportedWh: 12 }));
    telemetry.sample(sample(3, { evseId: 2, powerKw: 99 }));
    telemetry.sample(sample(20, { powerKw: 0 }));
    expect(await telemetry.quarters(EVSE, { fromMs: T0, toMs: T0 + SLOT_MS })).toEqual([
      {
        startMs: T0,
        coveredMs: SLOT_MS,
        valueCount: 3,
        meanKw: 7,
        leastKw: 4,
        mostKw: 10,
        importedWh: 1_333.5,
        exportedWh: 12,
        socPercent: 20,
      },
    ]);
    await close();
  });

  it.each([
    // At 3 kW from the beginning on, and at 9 kW from its tenth minute on: until then, and until the next begins.
    [3, "00:00 3.0 kW 180 s 1"],
    [10, "00:00 3.0 kW 600 s 1"],
    [12, "00:00 4.0 kW 720 s 2"],
    [15, "00:00 5.0 kW 900 s 2"],
    [18, "00:00 5.0 kW 900 s 2, 00:15 9.0 kW 180 s 0"],
    [40, "00:00 5.0 kW 900 s 2, 00:15 9.0 kW 600 s 0"],
  ])("of which one runs count the time that has passed: after %d minutes %s", async (minute, table) => {
    const { telemetry, close } = await kind.open();
    for (const series of [EVSE, METER]) {
      append(telemetry, series, { step: 0, powerKw: 3 });
      append(telemetry, series, { step: 20, powerKw: 9 });
      const rows = await telemetry.quarters(series, { ...ALL, nowMs: minutes(minute) });
      const told = rows.map(
        ({ startMs, meanKw, coveredMs, valueCount }) =>
          `00:${startMs === T0 ? "00" : "15"} ${meanKw.toFixed(1)} kW ${coveredMs / 1_000} s ${valueCount}`,
      );
      expect(told.join(", ")).toBe(table);
    }
    await close();
  });

  it("are the same for values that come in order, whoever keeps them", async () => {
    await assert(
      asyncProperty(values, constantFrom<Series>(EVSE, METER), async (given, series) => {
        const { telemetry, close } = await kind.open();
        const ordered = given.toSorted((a, b) => a.step - b.step);
        for (const value of ordered) append(telemetry, series, value);
        const byTime = new Map(ordered.map(({ step, powerKw }) => [halfMinutes(step), powerKw]));
        const samples = [...byTime].map(([atMs, powerKw]) => ({ atMs, powerKw }));
        for (const { startMs, coveredMs, meanKw } of await telemetry.quarters(series, ALL)) {
          const { energyKwh, gapMs } = measuredPart(samples, { fromMs: startMs, toMs: startMs + SLOT_MS });
          expect((meanKw * coveredMs) / HOUR_MS).toBeCloseTo(energyKwh, 9);
          expect(coveredMs).toBe(SLOT_MS - gapMs);
        }
        const kwMs = (await telemetry.quarters(series, ALL)).reduce(
          (sum, one) => sum + one.coveredMs * one.meanKw,
          0,
        );
        const whole = measuredPart(samples, { fromMs: T0, toMs: T0 + DAY_MS });
        expect(kwMs / HOUR_MS).toBeCloseTo(whole.energyKwh, 9);
        await close();
      }),
      { numRuns: kind.runs },
    );
  });
});

describe("rolling up", () => {
  it("changes nothing that is read, whenever it runs and in whatever order values come", async () => {
    await assert(
      asyncProperty(
        values,
        array(integer({ min: 0, max: 30 }), { maxLength: 6 }),
        constantFrom<Series>(EVSE, METER),
        async (given, passes, series) => {
          const [rolled, plain] = [await open(), await open()];
          for (const [index, value] of given.entries()) {
            append(rolled.telemetry, series, value);
            append(plain.telemetry, series, value);
            if (!passes.includes(index)) continue;
            await rolled.telemetry.flush();
            await rollUp(rolled, T0 + 4 * index * SLOT_MS);
          }
          await rolled.telemetry.flush();
          await rollUp(rolled, T0 + DAY_MS);
          await rollUp(rolled, T0 + DAY_MS);
          expect(await rolled.telemetry.quarters(series, ALL)).toEqual(
            await plain.telemetry.quarters(series, ALL),
          );
          await Promise.all([rolled.close(), plain.close()]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("leaves a quarter that is not over for later, and does a bounded part at a time", async () => {
    const store = await open();
    const { telemetry } = store;
    for (let quarter = 0; quarter < 100; quarter++) telemetry.sample(sample(quarter * 15));
    await telemetry.flush();
    let passes = 1;
    while (await telemetry.rollUp(minutes(90 * 15))) passes++;
    expect(passes).toBe(3);
    // Once more: the rest waits for its time.
    expect(await telemetry.rollUp(minutes(90 * 15))).toBe(false);
    expect(await telemetry.quarters(EVSE, ALL)).toHaveLength(100);
    await store.close();
  });
});

describe("taking values away", () => {
  it("leaves every quarter as it was, and the values of the days that are kept", async () => {
    await assert(
      asyncProperty(
        values,
        integer({ min: 0, max: 20 }),
        constantFrom<Series>(EVSE, METER),
        async (given, later, series) => {
          const store = await open();
          for (const value of given) append(store.telemetry, series, value);
          await store.telemetry.flush();
          const before = await store.telemetry.quarters(series, ALL);
          const nowMs = T0 + DAY_MS + later * SLOT_MS;
          // Without a rolling up before it, it takes nothing that no quarter is made of.
          await prune(store, nowMs, 1);
          expect(await store.telemetry.quarters(series, ALL)).toEqual(before);
          await rollUp(store, nowMs);
          await prune(store, nowMs, 1);
          await rollUp(store, nowMs);
          expect(await store.telemetry.quarters(series, ALL)).toEqual(before);
          await store.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives the means of quarters where values are gone, and a late value spoils none of them", async () => {
    const store = await open();
    const { telemetry } = store;
    for (let minute = 0; minute < 48 * 60; minute++)
      telemetry.append({ ...METER, atMs: minutes(minute), powerKw: minute % 2 });
    await telemetry.flush();
    await rollUp(store, T0 + 2 * DAY_MS);
    await prune(store, T0 + 2 * DAY_MS, 1);
    const day = (first: number) => ({
      ...METER,
      fromMs: T0 + first * DAY_MS,
      toMs: T0 + (first + 1) * DAY_MS,
    });
    const [old, kept] = [await telemetry.between(day(0)), await telemetry.between(day(1))];
    expect(old).toHaveLength(96);
    expect(old.every(({ powerKw }) => Math.abs(powerKw - 0.5) < 0.04)).toBe(true);
    // The day itself, and what held when it began.
    expect(kept).toHaveLength(24 * 60 + 1);
    expect(measuredPart(old, day(0)).energyKwh).toBeCloseTo(12, 1);

    telemetry.append({ ...METER, atMs: minutes(7), powerKw: 1_000 });
    await telemetry.flush();
    await rollUp(store, T0 + 2 * DAY_MS);
    expect((await telemetry.quarters(METER, ALL)).every(({ meanKw }) => meanKw <= 1)).toBe(true);
    // A quarter of which nothing was known is made of what comes, however late.
    const longAgo = T0 - 30 * DAY_MS;
    telemetry.append({ ...METER, atMs: longAgo, powerKw: 3 });
    await telemetry.flush();
    await prune(store, T0 + 2 * DAY_MS, 1);
    await rollUp(store, T0 + 2 * DAY_MS);
    await prune(store, T0 + 2 * DAY_MS, 1);
    expect((await telemetry.quarters(METER, ALL))[0]).toMatchObject({ startMs: longAgo, meanKw: 3 });
    await store.close();
  });
});
