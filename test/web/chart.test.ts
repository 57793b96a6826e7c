import { test as law, fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { SitePoint } from "../../src/domain/views.js";
import { communityLive, NOW_MS } from "../server/community.js";
import { pageModule } from "./page-modules.js";

const { windowOf, stackOf, extentOf, ticks, linePath, priceBands } = await pageModule("chart-data.js");
const { hourTicks, textWidth, withoutCollisions } = await pageModule("chart-axis.js");
const { parseEvents } = await pageModule("live.js");
const format = await pageModule("format.js");
const { setLanguage } = await pageModule("i18n.js");

const kw = fc.double({ min: -500, max: 500, noNaN: true });
const positiveKw = fc.double({ min: 0, max: 500, noNaN: true });
const price = fc.option(fc.constantFrom(-0.05, 0.3, 0.5, 0.9));
const point = fc.record({
  importKw: kw,
  evKw: kw,
  baseKw: positiveKw,
  pvKw: positiveKw,
  limitKw: fc.option(positiveKw),
  uncontrolledKw: kw,
  buyPricePerKwh: price,
  sellPricePerKwh: price,
});
/** Neighbouring quarters of an hour, some of them missing. */
const series = fc.array(fc.tuple(point, fc.boolean()), { maxLength: 40 }).map((list) =>
  list.flatMap(([one, here], index): SitePoint[] => {
    const startMs = NOW_MS + index * 900_000;
    return here ? [{ ...one, startMs, endMs: startMs + 900_000 }] : [];
  }),
);
const scale = { x: (atMs: number) => (atMs - NOW_MS) / 900_000, y: (value: number) => value };

describe("stacking", () => {
  law.prop([point])("layers are contiguous and add up to base + cars − PV", (one) => {
    const { base, charging, discharging, pv } = stackOf({ ...one, startMs: 0, endMs: 1 });
    expect(base[0]).toBe(0);
    expect(charging[0]).toBe(base[1]);
    expect(discharging[1]).toBe(0);
    expect(pv[1]).toBe(discharging[0]);
    expect(charging[1] + pv[0]).toBeCloseTo(one.baseKw + one.evKw - one.pvKw, 6);
    for (const [low, high] of [base, charging, discharging, pv]) expect(low).toBeLessThanOrEqual(high);
  });
  law.prop([series])("everything drawn lies within the extent", (points) => {
    const { low, high } = extentOf(points);
    for (const one of points) {
      const { charging, pv } = stackOf(one);
      for (const value of [one.importKw, one.uncontrolledKw, one.limitKw ?? 0, charging[1], pv[0]]) {
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(high);
      }
    }
  });
});

describe("the window", () => {
  it("never shows a plan as measured nor the past as planned", () => {
    for (const range of ["near", "all"] as const) {
      const { past, planned, fromMs, toMs } = windowOf(communityLive(), range);
      expect(past.length * planned.length).toBeGreaterThan(0);
      for (const one of past) expect(one.endMs).toBeLessThanOrEqual(NOW_MS);
      for (const one of planned) expect(one.startMs).toBeGreaterThanOrEqual(NOW_MS);
      for (const one of [...past, ...planned]) {
        expect(one.startMs).toBeGreaterThanOrEqual(fromMs);
        expect(one.endMs).toBeLessThanOrEqual(toMs);
      }
    }
  });
  it("cuts a slot of the plan that began before now", () => {
    const live = communityLive();
    const planned = live.planned.map((one, index) =>
      index === 0 ? { ...one, startMs: NOW_MS - 300_000 } : one,
    );
    expect(windowOf({ ...live, planned }, "all").planned[0]?.startMs).toBe(NOW_MS);
  });
  it("has a width even with nothing to show", () => {
    const { fromMs, toMs } = windowOf({ ...communityLive(), past: [], planned: [] }, "near");
    expect(toMs - fromMs).toBeGreaterThanOrEqual(3_600_000);
  });
});

const total = (list: readonly { startMs: number; endMs: number }[]): number =>
  list.reduce((sum, one) => sum + one.endMs - one.startMs, 0);

describe("paths and bands", () => {
  law.prop([series])(
    "a line has a beginning per run of known values, and no number that is not one",
    (points) => {
      const path = linePath(points, (one) => one.limitKw, scale);
      const known = points.filter((one) => one.limitKw !== null);
      const runs = known.filter((one, index) => known[index - 1]?.endMs !== one.startMs).length;
      expect(path.split("M").length - 1).toBe(runs);
      expect(path).not.toMatch(/NaN|undefined|Infinity/);
    },
  );
  law.prop([series])("price bands cover exactly the time with a price, at that price", (points) => {
    const bands = priceBands(points);
    const priced = points.filter((one) => one.buyPricePerKwh !== null);
    expect(total(bands)).toBe(total(priced));
    for (const one of priced) {
      const band = bands.find(({ startMs, endMs }) => one.startMs >= startMs && one.endMs <= endMs);
      expect(band?.pricePerKwh).toBe(one.buyPricePerKwh);
    }
  });
});

describe("axes", () => {
  law.prop([fc.double({ min: -400, max: 0, noNaN: true }), fc.double({ min: 1, max: 2000, noNaN: true })])(
    "ticks are few, round, ascending and inside",
    (low, high) => {
      const { step, list } = ticks(low, high, 6);
      expect(list.length).toBeLessThanOrEqual(8);
      expect(list.length).toBeGreaterThan(0);
      for (const tick of list) {
        expect(tick).toBeGreaterThanOrEqual(low - 1e-6);
        expect(tick).toBeLessThanOrEqual(high + step * 1e-6);
        expect(tick / step).toBeCloseTo(Math.round(tick / step), 6);
      }
    },
  );
  it.each(["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin"])(
    "hours are whole on the clock of %s",
    (timeZone) => {
      setLanguage("en");
      const marks = hourTicks({ fromMs: NOW_MS, toMs: NOW_MS + 36 * 3_600_000 }, timeZone, 800);
      expect(marks.length).toBeGreaterThan(4);
      for (const mark of marks) expect(mark.text).toMatch(mark.day ? /^\w{3} \d+$/ : /:00$/);
    },
  );
  law.prop([
    fc.array(
      fc.record({
        x: fc.integer({ min: 0, max: 900 }),
        text: fc.constantFrom("08:00", "周二 24日", "Tue 24"),
      }),
    ),
  ])("labels that are kept do not touch, and the first is always kept", (labels) => {
    const kept = withoutCollisions(labels);
    expect(kept[0]).toBe(labels[0]);
    for (const a of kept)
      for (const b of kept)
        if (a !== b) expect(Math.abs(a.x - b.x)).toBeGreaterThan((textWidth(a.text) + textWidth(b.text)) / 2);
  });
});

describe("the reader of the stream", () => {
  const json = fc.json().filter((text) => !text.includes("\n"));
  law.prop([
    fc.array(fc.tuple(fc.stringMatching(/^[\w.]{1,8}$/), json), { maxLength: 8 }),
    fc.array(fc.nat({ max: 60 })),
  ])("gets the same events however the bytes are cut, comments or not", (sent, cuts) => {
    const wire = sent
      .map(([id, data]) => `: heartbeat\n\nid: ${id}\nevent: live\ndata: ${data}\n\n`)
      .join("");
    const events: { id: string | null; data: string }[] = [];
    let [rest, at] = ["", 0];
    for (const size of [...cuts, wire.length]) {
      const parsed = parseEvents(rest + wire.slice(at, at + size));
      events.push(...parsed.events);
      rest = parsed.rest;
      at += size;
    }
    expect(events).toEqual(sent.map(([id, data]) => ({ id, data })));
  });
});

describe("numbers as people read them", () => {
  it("have units, a true minus and no negative zero", () => {
    setLanguage("en");
    expect([format.kw(-0.04), format.kw(1234.5), format.signedKw(6.6), format.signedKw(-6.6)]).toEqual([
      "0.0 kW",
      "1,234.5 kW",
      "+6.6 kW",
      "−6.6 kW",
    ]);
    expect(format.money(-3.5, "CNY")).toBe("−¥3.50");
    expect([format.percent(0.000068), format.percent(-0.44)]).toEqual(["0.0068%", "−44%"]);
    expect([format.percent(-0), format.percent(-1e-12), format.signedPercent(0.01)]).toEqual([
      "0%",
      "0%",
      "+1%",
    ]);
    const tiny = [2.4e-10, 9.99e-10, 0].map(format.scientific);
    expect(tiny).toEqual(["2.4·10⁻¹⁰", "1.0·10⁻⁹", "0"]);
    expect([1.5, -19.94, 250.4].map(format.siteKw)).toEqual(["1.5 kW", "−19.9 kW", "250 kW"]);
  });
  it("say the day only where it is another one", () => {
    setLanguage("en");
    const site = { nowMs: NOW_MS, timeZone: "Asia/Shanghai" };
    expect(format.when(NOW_MS + 3_600_000, site)).toBe("20:20");
    expect(format.when(NOW_MS + 12 * 3_600_000, site)).toBe("Tue 07:20");
    expect(format.when(NOW_MS + 7 * 86_400_000, site)).toBe("Mon, Nov 30 19:20");
  });
  it("say durations in both languages", () => {
    const spans = [9_000, 12 * 60_000, 3_600_000, 40_200_000, 30 * 86_400_000];
    setLanguage("en");
    expect(spans.map(format.duration)).toEqual(["9 s", "12 min", "1 h", "11 h 10 min", "30 days"]);
    setLanguage("zh-CN");
    expect(spans.map(format.duration)).toEqual(["9 秒", "12 分钟", "1 小时", "11 小时 10 分", "30 天"]);
  });
});
