/** No number beyond the stated bounds comes in at any edge, and each refusal names its place. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { siteSchema } from "../../src/config/site-schema.js";
import { MOST_CURRENT_A, MOST_NEED_KWH, MOST_POWER_KW, MOST_PRICE_PER_KWH } from "../../src/domain/bounds.js";
import { problemSchema } from "../../src/domain/problem.js";
import { tariffSchema } from "../../src/domain/tariff.js";
import { parsePrices } from "../../src/signals/sources/read-prices.js";
import { flatTariff } from "../signals/tables.js";
import { bearer, startHarness } from "../server/harness.js";

const RUNS = { numRuns: 30 };

/** Numbers beyond a bound, up to the largest there are, in either direction. */
const beyond = (most: number) =>
  fc
    .tuple(fc.double({ min: most, minExcluded: true, noNaN: true }), fc.boolean())
    .map(([value, negative]) => (negative ? -value : value));

type Schema = {
  safeParse(value: unknown): { error?: { issues: readonly { path: readonly PropertyKey[] }[] } };
};

const placesOf = (schema: Schema, value: unknown): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map(({ path }) => path.join("."));

const site = (change: object) => ({
  id: "s",
  timeZone: "Asia/Shanghai",
  nodes: [{ id: "root" }],
  tariff: "t",
  wearPerKwh: 0.1,
  ...change,
});
const station = (evse: object) => ({ stations: [{ id: "p", evses: [evse] }] });

const problem = (change: object) => ({
  horizon: { startsMs: [0], endMs: 900_000 },
  currency: "CNY",
  nodes: [
    {
      id: "root",
      parentId: null,
      importLimitKw: null,
      exportLimitKw: null,
      limitSource: null,
      baseKw: [1],
      pvKw: [0],
      failsafe: null,
      ...change,
    },
  ],
  meteringPoints: [],
  sessions: [],
  targets: [],
  penalties: { limitSlackPerKwh: 1, reservePerKwhHour: 1, timePerKwhHour: 0, changePerKwh: 0 },
  previous: null,
});
const priced = (buy: number) => ({
  ...problem({}),
  meteringPoints: [{ id: "m", nodeId: "root", buyPricePerKwh: [buy], sellPricePerKwh: [0] }],
});

const tariff = (pricePerKwh: number): unknown =>
  JSON.parse(JSON.stringify(flatTariff("Asia/Shanghai")), (key, value: unknown) =>
    key === "pricePerKwh" ? pricePerKwh : value,
  );
const PRICE_PLACE = "seasons.0.days.0.periods.0.pricePerKwh";

interface Edge {
  readonly name: string;
  readonly schema: Schema;
  readonly most: number;
  readonly withValue: (value: number) => unknown;
  readonly place: string;
}

const EDGES: readonly Edge[] = [
  {
    name: "tariff price",
    schema: tariffSchema,
    most: MOST_PRICE_PER_KWH,
    withValue: tariff,
    place: PRICE_PLACE,
  },
  {
    name: "base load of a site",
    schema: siteSchema,
    most: MOST_POWER_KW,
    withValue: (kw) => site({ baseProfileKw: kw }),
    place: "baseProfileKw",
  },
  {
    name: "limit of a node",
    schema: siteSchema,
    most: MOST_POWER_KW,
    withValue: (kw) => site({ nodes: [{ id: "root", importLimitKw: kw }] }),
    place: "nodes.0.importLimitKw",
  },
  {
    name: "rated current",
    schema: siteSchema,
    most: MOST_CURRENT_A,
    withValue: (maxA) => site(station({ maxA })),
    place: "stations.0.evses.0.maxA",
  },
  {
    name: "wear",
    schema: siteSchema,
    most: MOST_PRICE_PER_KWH,
    withValue: (wearPerKwh) => site({ wearPerKwh }),
    place: "wearPerKwh",
  },
  {
    name: "default need",
    schema: siteSchema,
    most: MOST_NEED_KWH,
    withValue: (energyNeedKwh) => site({ defaults: { energyNeedKwh } }),
    place: "defaults.energyNeedKwh",
  },
  {
    name: "base load of a problem",
    schema: problemSchema,
    most: MOST_POWER_KW,
    withValue: (kw) => problem({ baseKw: [kw] }),
    place: "nodes.0.baseKw.0",
  },
  {
    name: "limit of a problem",
    schema: problemSchema,
    most: MOST_POWER_KW,
    withValue: (kw) => problem({ importLimitKw: [kw] }),
    place: "nodes.0.importLimitKw.0",
  },
  {
    name: "price of a problem",
    schema: problemSchema,
    most: MOST_PRICE_PER_KWH,
    withValue: priced,
    place: "meteringPoints.0.buyPricePerKwh.0",
  },
];

describe.each(EDGES)("$name", ({ schema, most, withValue, place }) => {
  it("is taken at the bound", () => {
    expect(placesOf(schema, withValue(most))).toEqual([]);
  });

  it("is refused beyond it, with its place", () => {
    fc.assert(
      fc.property(beyond(most), (value) => {
        expect(placesOf(schema, withValue(value)).join(" ")).toContain(place);
      }),
      RUNS,
    );
  });
});

describe("price tables", () => {
  const options = { id: "p", file: "p.csv", currency: "CNY", timeZone: "Asia/Shanghai", unit: null };

  it.each([
    ["kWh", 1],
    ["MWh", 1_000],
  ])("are held to the bound per kWh, whatever their unit: per %s", (unit, per) => {
    const table = (value: number) => `start,price CNY/${unit}\n2026-01-14T00:00,${value}\n`;
    expect(parsePrices(table(per * MOST_PRICE_PER_KWH), options)).toMatchObject({ ok: true });
    fc.assert(
      fc.property(beyond(2 * per * MOST_PRICE_PER_KWH), (value) => {
        expect(parsePrices(table(value), options)).toMatchObject({
          ok: false,
          errors: [expect.objectContaining({ code: "price.invalid", place: "p.csv:2:2" })],
        });
      }),
      RUNS,
    );
  });
});

describe("measurements", () => {
  it("are refused beyond the bound, all or none", async () => {
    const { app, operations } = await startHarness();
    const post = (body: unknown) =>
      app.inject({
        method: "POST",
        url: "/api/v1/sites/jinan/measurements",
        headers: bearer("measure"),
        payload: JSON.parse(JSON.stringify(body)),
      });
    await fc.assert(
      fc.asyncProperty(beyond(MOST_POWER_KW), async (powerKw) => {
        const reply = await post([
          { kind: "pv", powerKw: 1 },
          { kind: "site-import", powerKw },
        ]);
        expect(reply.statusCode).toBe(400);
        expect(reply.json()).toMatchObject({
          place: "body[1].powerKw",
          // JSON has no infinity: it arrives as null.
          message: expect.stringMatching(Number.isFinite(powerKw) ? /1000000/ : /expected number/),
        });
      }),
      RUNS,
    );
    expect(operations.measured).toEqual([]);
    expect((await post({ kind: "battery", powerKw: -MOST_POWER_KW })).statusCode).toBe(202);
  });
});
