import * as fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, SLOT_MS } from "../../src/domain/units.js";
import { quarterHourHorizon, slotEndMs } from "../../src/domain/horizon.js";
import { laySignals, type LayQuery } from "../../src/signals/lay.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { createSignalSource } from "../../src/signals/source.js";
import { drawn, eventOf, flatTariff, horizonOf, queryOf, seriesOf, siteOf, T0 } from "./tables.js";

const buy = (query: LayQuery, point = "m-site"): readonly number[] =>
  laySignals(query).prices.get(point)?.buyPerKwh ?? [];
const sell = (query: LayQuery): readonly number[] => laySignals(query).prices.get("m-site")?.sellPerKwh ?? [];
const capOf = (query: LayQuery, nodeId = "site"): readonly (number | null)[] | undefined =>
  laySignals(query).caps.find((cap) => cap.nodeId === nodeId)?.capKw;
const codes = (query: LayQuery): string[] => laySignals(query).notes.map(({ code }) => code);

const values = { a: 10, b: 20, c: 30 };
const cap = (drawing: string, part: object = {}) =>
  eventOf({ intervals: drawn(drawing, "IMPORT_CAPACITY_LIMIT", { values }), ...part });

const simple = (level: number, part: object = {}) =>
  eventOf({ intervals: drawn("xxx", "SIMPLE", { values: { x: level } }), ...part });

const priceEvent = (nodeIds: string[] | null) =>
  eventOf({ nodeIds, intervals: drawn("ccc", "PRICE", { values: { c: 9 } }) });

/** Buy prices of both metering points while a price event of 9 aims at some nodes. */
const pricedAt = (nodeIds: string[] | null) => {
  const query = queryOf({ horizon: horizonOf(1), events: [priceEvent(nodeIds)] });
  return [buy(query)[0], buy(query, "m-feeder")[0]];
};

const spotQuery = (prices: readonly (number | null)[], startMs: number): LayQuery =>
  queryOf({
    site: siteOf("Asia/Shanghai", "spot"),
    horizon: horizonOf(2),
    prices: new Map([["spot", seriesOf(prices, startMs)]]),
  });

describe("laying", () => {
  it("gives each slot exactly one price, the time-weighted mean, whatever the events", () => {
    const interval = fc
      .record({
        start: fc.integer({ min: -20, max: 80 }),
        length: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
        price: fc.integer({ min: -2, max: 9 }),
        priority: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }),
      })
      .map(({ start, length, price, priority }) =>
        eventOf({
          priority,
          intervals: [
            {
              id: 0,
              startMs: T0 + start * MINUTE_MS,
              endMs: length === null ? null : T0 + (start + length) * MINUTE_MS,
              payloads: [{ type: "PRICE", values: [price] }],
            },
          ],
        }),
      );
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 4 }),
        fc.integer({ min: 0, max: 14 }),
        (events, lateMin) => {
          const horizon = quarterHourHorizon(T0 + lateMin * MINUTE_MS, 5);
          const laid = buy(queryOf({ horizon, events }));
          expect(laid).toHaveLength(5);
          // Independent reckoning, minute by minute.
          for (const [slot, startMs] of horizon.startsMs.entries()) {
            const minutes: number[] = [];
            for (let at = startMs; at < slotEndMs(horizon, slot); at += MINUTE_MS) {
              const [best] = events
                .filter(
                  ({ intervals: [only] }) => only && only.startMs <= at && (only.endMs ?? Infinity) > at,
                )
                .toSorted((x, y) => (x.priority ?? 99) - (y.priority ?? 99) || (x.id < y.id ? -1 : 1));
              minutes.push(best === undefined ? 1 : Number(best.intervals[0]?.payloads[0]?.values[0]));
            }
            expect(laid[slot]).toBeCloseTo(minutes.reduce((x, y) => x + y, 0) / minutes.length, 9);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it("caps export apart from import, the event of highest precedence first", () => {
    const exportCap = (drawing: string, part: object) =>
      eventOf({ intervals: drawn(drawing, "EXPORT_CAPACITY_LIMIT", { values }), ...part });
    const events = [
      exportCap("---aaaaaa", { id: "low", priority: 2 }),
      exportCap("------bbb", { id: "high", priority: 1 }),
    ];
    const laid = laySignals(queryOf({ horizon: horizonOf(3), events }));
    expect(laid.caps).toEqual([]);
    expect(laid.exportCaps).toEqual([
      { nodeId: "site", capKw: [null, 10, 20], eventId: [null, "low", "high"] },
    ]);
    expect(laySignals(queryOf({ horizon: horizonOf(3), events: [cap("aaa")] })).exportCaps).toBeUndefined();
  });

  it("does not change when everything is shifted by whole days (no DST in between)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 0, max: 95 }), (days, start) => {
        const shift = days * DAY_MS;
        const at = (offset: number): LayQuery => {
          const startMs = T0 + start * SLOT_MS + offset;
          return queryOf({
            site: siteOf("Asia/Shanghai", "spot"),
            prices: new Map([["spot", seriesOf([1, 2, null, 4], startMs)]]),
            horizon: horizonOf(8, startMs),
            events: [
              eventOf({
                id: "e",
                intervals: drawn("--aaab---", "IMPORT_CAPACITY_LIMIT", { values, startMs }),
              }),
            ],
          });
        };
        const [before, after] = [laySignals(at(0)), laySignals(at(shift))];
        expect(after.prices).toEqual(before.prices);
        expect(after.caps).toEqual(before.caps);
        expect(after.notes.map(({ code }) => code)).toEqual(before.notes.map(({ code }) => code));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ["America/Los_Angeles", "2026-03-08", 92],
    ["America/Los_Angeles", "2026-11-01", 100],
    ["Europe/Berlin", "2026-03-29", 92],
    ["Europe/Berlin", "2026-10-25", 100],
  ])("prices by the local clock on the DST day of %s, %s", (timeZone, date, quarters) => {
    const startMs = DateTime.fromISO(date, { zone: timeZone }).toMillis();
    const tariff = flatTariff(timeZone, 2, 1);
    const horizon = horizonOf(quarters, startMs);
    const prices = buy(queryOf({ site: siteOf(timeZone), tariffs: new Map([["flat", tariff]]), horizon }));
    for (const [slot, atMs] of horizon.startsMs.entries()) {
      const { hour } = DateTime.fromMillis(atMs, { zone: timeZone });
      expect(prices[slot]).toBe(hour >= 8 && hour < 20 ? 2 : 1);
    }
    expect(prices.filter((price) => price === 2)).toHaveLength(48);
  });
});

/* One character is five minutes, three a slot; the last column is the cap per slot. */
describe("overlapping caps", () => {
  const n = null;
  it.each([
    ["one event", [["aaaaaa---", 0, 0]], [10, 10, n]],
    ["partly covered slots take the cap too", [["-a-------", 0, 0]], [10, n, n]],
    ["the strictest part of a slot", [["cab------", 0, 0]], [10, n, n]],
    [
      "the lower number wins, though looser",
      [
        ["aaaaaaaaa", 2, 0],
        ["---ccc---", 1, 0],
      ],
      [10, 30, 10],
    ],
    [
      "0 is highest",
      [
        ["aaaaaaaaa", 1, 0],
        ["ccccccccc", 0, 0],
      ],
      [30, 30, 30],
    ],
    [
      "none is lowest",
      [
        ["aaaaaaaaa", null, 9],
        ["ccc------", 7, 0],
      ],
      [30, 10, 10],
    ],
    [
      "equal: the latest change wins",
      [
        ["aaaaaaaaa", 1, 5],
        ["---ccc---", 1, 6],
      ],
      [10, 30, 10],
    ],
    [
      "equal without priority",
      [
        ["ccccccccc", null, 6],
        ["aaa------", null, 5],
      ],
      [30, 30, 30],
    ],
    [
      "what wins for a part of a slot only",
      [
        ["aaaaaa---", 2, 0],
        ["cc-ccc---", 1, 0],
      ],
      [10, 30, n],
    ],
  ] as const)("%s", (_, drawings, expected) => {
    const events = drawings.map(([drawing, priority, modifiedMs]) => cap(drawing, { priority, modifiedMs }));
    expect(capOf(queryOf({ horizon: horizonOf(3), events }))).toEqual(expected);
    expect(capOf(queryOf({ horizon: horizonOf(3), events: events.toReversed() }))).toEqual(expected);
  });

  it("names the event that sets the cap, and notes only ties", () => {
    const first = cap("aaaaaa---", { id: "first", priority: 1, modifiedMs: 1 });
    const second = cap("---ccc---", { id: "second", priority: 1, modifiedMs: 2 });
    const laid = laySignals(queryOf({ horizon: horizonOf(3), events: [first, second] }));
    expect(laid.caps[0]?.eventId).toEqual(["first", "second", null]);
    expect(laid.notes.map(({ code, atMs }) => [code, atMs])).toEqual([["signal.overlap", T0 + SLOT_MS]]);
    expect(laid.notes[0]?.message).toContain("second holds");
    const ranked = cap("---ccc---", { priority: 0 });
    expect(codes(queryOf({ horizon: horizonOf(3), events: [first, ranked] }))).toEqual([]);
  });

  it("is open-ended without an end, and splits several values in equal parts", () => {
    const open = eventOf({
      intervals: [
        {
          id: 0,
          startMs: T0 + SLOT_MS,
          endMs: null,
          payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [7] }],
        },
      ],
    });
    expect(capOf(queryOf({ horizon: horizonOf(4), events: [open] }))).toEqual([null, 7, 7, 7]);
    const split = eventOf({
      intervals: [
        {
          id: 0,
          startMs: T0,
          endMs: T0 + HOUR_MS,
          payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [8, 4] }],
        },
      ],
    });
    expect(capOf(queryOf({ horizon: horizonOf(4), events: [split] }))).toEqual([8, 8, 4, 4]);
  });
});

describe("SIMPLE", () => {
  it.each([
    [0, undefined],
    [1, 75],
    [2, 50],
    [3, 25],
  ])("level %d leaves its share of the node's limit", (level, kw) => {
    expect(capOf(queryOf({ horizon: horizonOf(1), events: [simple(level)] }))?.[0]).toBe(kw);
  });

  it("holds beside a capacity limit: the stricter counts", () => {
    const events = [simple(2), cap("ccc")];
    expect(capOf(queryOf({ horizon: horizonOf(1), events }))).toEqual([30]);
    expect(capOf(queryOf({ horizon: horizonOf(1), events: [simple(3), cap("ccc")] }))).toEqual([25]);
  });

  it("takes the shares from its settings, and notes a node without a limit", () => {
    const settings = { simpleShares: [null, 0.9], dispatchPricePerKwh: 1, lookBackDays: 1 };
    expect(capOf(queryOf({ horizon: horizonOf(1), events: [simple(1)], settings }))).toEqual([90]);
    const query = queryOf({ horizon: horizonOf(1), events: [simple(1, { nodeIds: ["unlimited"] })] });
    expect(laySignals(query).caps).toEqual([]);
    expect(codes(query)).toEqual(["signal.simple-without-limit"]);
  });
});

describe("targets", () => {
  it("none means the root; a named node alone is capped; another site's is not ours", () => {
    const horizon = horizonOf(1);
    expect(laySignals(queryOf({ horizon, events: [cap("aaa")] })).caps.map((c) => c.nodeId)).toEqual([
      "site",
    ]);
    const feeder = queryOf({ horizon, events: [cap("aaa", { nodeIds: ["feeder", "elsewhere"] })] });
    expect(laySignals(feeder).caps.map((c) => c.nodeId)).toEqual(["feeder"]);
    const foreign = laySignals(queryOf({ horizon, events: [cap("aaa", { nodeIds: ["elsewhere"] })] }));
    expect([foreign.caps, foreign.notes]).toEqual([[], []]);
  });

  it("a price reaches the metering points at the node and below it", () => {
    expect(pricedAt(null)).toEqual([9, 9]);
    expect(pricedAt([])).toEqual(pricedAt(["elsewhere"]));
    expect(pricedAt(["feeder"])).toEqual([1, 9]);
    expect(pricedAt(["unlimited"])).toEqual([1, 1]);
  });

  it("DISPATCH_SETPOINT is soft, may be negative, and needs half of the slot", () => {
    const event = eventOf({
      id: "dispatch",
      intervals: drawn("aaaaba-aa-a---a", "DISPATCH_SETPOINT", { values: { a: -10, b: 20 } }),
    });
    const [target, ...others] = laySignals(queryOf({ horizon: horizonOf(5), events: [event] })).targets;
    expect(others).toEqual([]);
    expect(target).toEqual({
      id: "dispatch",
      nodeId: "site",
      powerKw: [-10, 0, -10, null, null],
      pricePerKwh: 1,
    });
  });
});

describe("what is missing, stale, invalid or unknown has a stated outcome and a note", () => {
  it("a price is taken where there is one, negative too", () => {
    expect(sell(spotQuery([-0.05, 0.4], T0))).toEqual([-0.05, 0.4]);
    expect(codes(spotQuery([-0.05, 0.4], T0))).toEqual([]);
  });

  it("a missing point takes an earlier day's at the same local time", () => {
    const query = spotQuery([0.3, 0.4], T0 - 3 * DAY_MS);
    expect(sell(query)).toEqual([0.3, 0.4]);
    expect(codes(query)).toEqual(["signal.price-stale", "signal.price-filled"]);
  });

  it("the same local time across a change of the clock, not the same UTC", () => {
    const zone = "Europe/Berlin";
    const before = DateTime.fromISO("2026-03-28T12:00", { zone }).toMillis();
    const after = DateTime.fromISO("2026-03-29T12:00", { zone }).toMillis();
    expect(after - before).toBe(23 * HOUR_MS);
    const query = {
      ...spotQuery([0.7], before),
      site: siteOf(zone, "spot"),
      horizon: horizonOf(1, after),
    };
    expect(sell(query)).toEqual([0.7]);
  });

  it("is 0 when no earlier day has one", () => {
    const query = spotQuery([0.3], T0 - 30 * DAY_MS);
    expect(sell(query)).toEqual([0, 0]);
    expect(codes(query)).toEqual(["signal.price-stale", "signal.price-unknown"]);
  });

  it("a tariff beyond its validity goes on", () => {
    const tariff = { ...flatTariff("Asia/Shanghai", 3), validTo: "2025-12-31" };
    const query = queryOf({ horizon: horizonOf(2), tariffs: new Map([["flat", tariff]]) });
    expect(buy(query)).toEqual([3, 3]);
    expect(codes(query)).toEqual(["signal.tariff-not-valid"]);
  });

  it.each([
    ["GHG", 1, "signal.payload-ignored"],
    ["IMPORT_CAPACITY_LIMIT", -1, "signal.payload-invalid"],
    ["SIMPLE", 4, "signal.payload-invalid"],
    ["PRICE", "dear", "signal.payload-invalid"],
    ["DISPATCH_SETPOINT", Number.NaN, "signal.payload-invalid"],
  ])("%s %s", (type, value, code) => {
    const events = [
      eventOf({ intervals: [{ id: 0, startMs: T0, endMs: null, payloads: [{ type, values: [value] }] }] }),
    ];
    const laid = laySignals(queryOf({ horizon: horizonOf(2), events }));
    expect(laid.notes.map((note) => note.code)).toEqual([code]);
    expect([laid.caps, laid.targets]).toEqual([[], []]);
    expect(laid.prices.get("m-site")?.buyPerKwh).toEqual([1, 1]);
  });
});

describe("signal source", () => {
  it("reads the events anew at each call and refuses an unknown site", () => {
    const events: ReturnType<typeof eventOf>[] = [];
    const source = createSignalSource({
      sites: [siteOf("Asia/Shanghai")],
      tariffs: [flatTariff("Asia/Shanghai")],
      prices: fixedPriceTables([]),
      events: { recent: () => events },
    });
    const lay = () => source.lay({ siteId: "s", horizon: horizonOf(1), nowMs: T0 });
    expect(lay().caps).toEqual([]);
    events.push(cap("aaa"));
    expect(lay().caps).toHaveLength(1);
    expect(() => source.lay({ siteId: "x", horizon: horizonOf(1), nowMs: T0 })).toThrow(/no site/);
  });
});
