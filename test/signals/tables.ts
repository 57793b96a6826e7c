import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Horizon } from "../../src/domain/horizon.js";
import type { EventInterval, GridEvent, PriceSeries } from "../../src/domain/signal.js";
import type { Site } from "../../src/domain/site.js";
import { type Tariff, tariffSchema } from "../../src/domain/tariff.js";
import { SLOT_MS } from "../../src/domain/units.js";
import type { LayQuery } from "../../src/signals/lay.js";

export const scenarioTariff = (name: string): Tariff =>
  tariffSchema.parse(parse(readFileSync(`scenarios/tariffs/${name}.yaml`, "utf8")));

/** A tariff with one price all day, or two: from 08:00 to 20:00 and the rest. */
export const flatTariff = (timeZone: string, dayPrice = 1, nightPrice = dayPrice): Tariff =>
  tariffSchema.parse({
    id: "flat",
    currency: "CNY",
    timeZone,
    source: { document: "test", date: "2026" },
    seasons: [
      {
        name: "all",
        months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        days: [
          {
            dayTypes: ["workday", "weekend", "holiday"],
            periods: [
              { from: "08:00", to: "20:00", kind: "flat", pricePerKwh: dayPrice },
              { from: "20:00", to: "08:00", kind: "valley", pricePerKwh: nightPrice },
            ],
          },
        ],
      },
    ],
  });

/** `site` ─ `feeder` ─ stations, with a metering point at each. */
export const siteOf = (timeZone: string, sellPriceId: string | null = null): Site => ({
  id: "s",
  name: "s",
  timeZone,
  currency: "CNY",
  nodes: [
    {
      id: "site",
      parentId: null,
      importLimitKw: 100,
      exportLimitKw: null,
      failsafe: null,
      graceS: null,
      flatteningPerKw2h: 0,
    },
    {
      id: "feeder",
      parentId: "site",
      importLimitKw: 40,
      exportLimitKw: null,
      failsafe: null,
      graceS: null,
      flatteningPerKw2h: 0,
    },
    {
      id: "unlimited",
      parentId: "site",
      importLimitKw: null,
      exportLimitKw: null,
      failsafe: null,
      graceS: null,
      flatteningPerKw2h: 0,
    },
  ],
  rootNodeId: "site",
  meteringPoints: [
    { id: "m-site", nodeId: "site", tariffId: "flat", sellPriceId, demandCharge: null, carbon: null },
    {
      id: "m-feeder",
      nodeId: "feeder",
      tariffId: "flat",
      sellPriceId: null,
      demandCharge: null,
      carbon: null,
    },
  ],
  stations: [],
  defaults: { departureTime: "07:30", energyNeedKwh: 20 },
  baseProfileKw: Array<number>(96).fill(0),
  pvProfileKw: Array<number>(96).fill(0),
  baseMarginShare: 0.1,
  measurementStaleMs: 300_000,
  wearPerKwh: 0,
  objective: "cheapest",
  weights: {},
});

export const T0 = Date.UTC(2026, 0, 14, 9);

export const horizonOf = (slots: number, startMs = T0): Horizon => ({
  startsMs: Array.from({ length: slots }, (_, slot) => startMs + slot * SLOT_MS),
  endMs: startMs + slots * SLOT_MS,
});

let count = 0;
export const eventOf = (part: Partial<GridEvent> & { intervals: readonly EventInterval[] }): GridEvent => ({
  id: `e${count++}`,
  programId: "p",
  name: null,
  priority: null,
  modifiedMs: 0,
  nodeIds: null,
  ...part,
});

/**
 * Intervals of an event from a drawing, one character per five minutes from `startMs`: `-` nothing, a
 * letter or digit a value of `values`.
 */
export const drawn = (
  drawing: string,
  type: string,
  { values, startMs = T0 }: { values: Readonly<Record<string, number>>; startMs?: number },
): EventInterval[] =>
  drawing.split("").flatMap((mark, position) => {
    const value = values[mark];
    const at = startMs + position * 300_000;
    return value === undefined
      ? []
      : [{ id: position, startMs: at, endMs: at + 300_000, payloads: [{ type, values: [value] }] }];
  });

export const seriesOf = (prices: readonly (number | null)[], startMs = T0): PriceSeries => ({
  id: "spot",
  currency: "CNY",
  source: "test",
  points: prices.flatMap((pricePerKwh, index) =>
    pricePerKwh === null
      ? []
      : [{ startMs: startMs + index * SLOT_MS, endMs: startMs + (index + 1) * SLOT_MS, pricePerKwh }],
  ),
});

export const queryOf = (part: Partial<LayQuery> & Pick<LayQuery, "horizon">): LayQuery => {
  const tariff = flatTariff("Asia/Shanghai", 1, 0.5);
  return {
    site: siteOf("Asia/Shanghai"),
    tariffs: new Map([[tariff.id, tariff]]),
    prices: new Map(),
    events: [],
    nowMs: part.horizon.startsMs[0] ?? T0,
    ...part,
  };
};
