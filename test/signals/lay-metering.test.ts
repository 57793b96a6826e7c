import { describe, expect, it } from "vitest";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import { demandSlots } from "../../src/signals/demand-slots.js";
import { laySignals } from "../../src/signals/lay.js";
import { horizonOf, queryOf, seriesOf, siteOf, T0 } from "./tables.js";

describe("a demand charge", () => {
  const counted = (countsFrom: string | null, countsTo: string | null, timeZone = "Asia/Shanghai") =>
    demandSlots(
      { pricePerKw: 1, billedPeakKw: 0, countsFrom, countsTo },
      { timeZone, horizon: quarterHourHorizon(Date.UTC(2026, 0, 14, 9), 96) },
    );

  it("counts power between its local clock times, over midnight too, and always without them", () => {
    expect(counted(null, null)).toBeNull();
    // 17:00 in Shanghai is slot 0; until 22:00 it counts, and again from 08:00, slot 60.
    const day = counted("08:00", "22:00");
    expect(day?.map((counts, slot) => (counts ? slot : -1)).filter((slot) => slot >= 0)).toEqual([
      ...Array.from({ length: 20 }, (_, slot) => slot),
      ...Array.from({ length: 36 }, (_, slot) => slot + 60),
    ]);
    expect(counted("22:00", "08:00")).toEqual(day?.map((counts) => !counts));
    expect(counted("08:00", "22:00", "Europe/Berlin")).not.toEqual(day);
  });

  it("counts a slot in which only a part of the time counts", () => {
    expect(counted("17:20", "17:40")?.slice(0, 4)).toEqual([false, true, true, false]);
  });
});

describe("carbon of a metering point", () => {
  const carbonOf = (carbon: { kgPerKwh: number } | { seriesId: string } | null, given: (number | null)[]) => {
    const site = siteOf("Asia/Shanghai");
    const meteringPoints = site.meteringPoints.map((point) => ({ ...point, carbon }));
    const query = queryOf({
      site: { ...site, meteringPoints },
      horizon: horizonOf(2),
      prices: new Map([["grid", seriesOf(given, T0)]]),
    });
    const laid = laySignals(query);
    return { kg: laid.prices.get("m-site")?.carbonKgPerKwh, codes: laid.notes.map(({ code }) => code) };
  };

  it("is a constant, a series laid like prices, or not known", () => {
    expect(carbonOf(null, []).kg).toBeUndefined();
    expect(carbonOf({ kgPerKwh: 0.58 }, []).kg).toEqual([0.58, 0.58]);
    expect(carbonOf({ seriesId: "grid" }, [0.4, 0.7]).kg).toEqual([0.4, 0.7]);
    expect(carbonOf({ seriesId: "grid" }, [-1, 700]).kg).toEqual([0, 10]);
    expect(carbonOf({ seriesId: "grid" }, [0.4, null, 0.5]).codes).toContain("signal.price-unknown");
    expect(() => carbonOf({ seriesId: "nowhere" }, [])).toThrow(/nothing is called "nowhere"/);
  });
});
