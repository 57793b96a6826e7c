import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { siteSchema, toSite } from "../../src/config/site-schema.js";

const base = { id: "s", timeZone: "Asia/Shanghai", tariff: "t" };
const parse = (part: object) => toSite(siteSchema.parse({ ...base, nodes: [{ id: "grid" }], ...part }));

describe("a site", () => {
  it("has its nodes parents first, however they were written", () => {
    const tree = fc
      .array(fc.nat(), { maxLength: 8 })
      .map((picks) => [
        { id: "n0" },
        ...picks.map((pick, index) => ({ id: `n${index + 1}`, parent: `n${pick % (index + 1)}` })),
      ])
      .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));
    fc.assert(
      fc.property(tree, (nodes) => {
        const site = parse({ nodes });
        expect(site.rootNodeId).toBe("n0");
        expect(site.nodes.map(({ id }) => id).toSorted()).toEqual(nodes.map(({ id }) => id).toSorted());
        for (const [index, { parentId }] of site.nodes.entries())
          if (parentId !== null)
            expect(site.nodes.slice(0, index).some(({ id }) => id === parentId)).toBe(true);
      }),
    );
  });

  it("has a grace where a node is graced: the stated one or two minutes", () => {
    const graceOf = (node: object) =>
      parse({ nodes: [{ id: "grid", importLimitKw: 10, ...node }] }).nodes[0]?.graceS;
    expect([
      graceOf({}),
      graceOf({ failsafe: "none" }),
      graceOf({ failsafe: "graced" }),
      graceOf({ failsafe: "graced", graceSeconds: 30 }),
    ]).toEqual([null, null, 120, 30]);
  });

  it("flattens no node unless it is told to, and by a price that is not below 0", () => {
    const weightOf = (node: object) =>
      parse({ nodes: [{ id: "grid", ...node }] }).nodes[0]?.flatteningPerKw2h;
    expect([weightOf({}), weightOf({ flatteningPerKw2h: 0.002 })]).toEqual([0, 0.002]);
    expect(() => weightOf({ flatteningPerKw2h: -0.002 })).toThrow();
  });

  it("prices no change of a node unless it is told to, and by a price that is not below 0", () => {
    const priceOf = (node: object) =>
      parse({ nodes: [{ id: "grid", ...node }] }).nodes[0]?.smoothChangePerKw2h;
    expect([priceOf({}), priceOf({ smoothChangePerKw2h: 0.002 })]).toEqual([undefined, 0.002]);
    expect(() => priceOf({ smoothChangePerKw2h: -0.002 })).toThrow();
  });

  it("keeps the energy of its profile, given by the day, the hour or the quarter", () => {
    const length = fc.constantFrom(24, 96);
    fc.assert(
      fc.property(
        length.chain((size) =>
          fc.array(fc.integer({ min: 0, max: 99 }), { minLength: size, maxLength: size }),
        ),
        (values) => {
          const { baseProfileKw } = parse({ baseProfileKw: values });
          expect(baseProfileKw).toHaveLength(96);
          for (const [quarter, kw] of baseProfileKw.entries())
            expect(kw).toBe(values[values.length === 96 ? quarter : Math.floor(quarter / 4)]);
        },
      ),
      { numRuns: 20 },
    );
    expect(parse({ baseProfileKw: 3 }).baseProfileKw).toEqual(Array(96).fill(3));
  });

  it("refuses cars without a booking at a lent pile, unless it says otherwise", () => {
    const stations = [{}, { withoutBooking: "charge" }].map((owner, at) => ({
      id: `n${at}`,
      evses: [{ owner }],
    }));
    const lent = parse({ stations }).stations.map(({ evses }) => evses[0]?.owner?.withoutBooking);
    expect(lent).toEqual(["refuse", "charge"]);
  });

  it("makes a group's stations by number, and the stated defaults", () => {
    const site = parse({
      nodes: [
        { id: "grid", importLimitKw: 10 },
        { id: "p", parent: "grid" },
      ],
      stationGroups: [{ prefix: "jn-", first: 9, count: 2, digits: 3, node: "p", evses: [{}, {}] }],
      stations: [{ id: "one" }],
    });
    expect(site.stations.map(({ id, nodeId }) => [id, nodeId])).toEqual([
      ["one", "grid"],
      ["jn-009", "p"],
      ["jn-010", "p"],
    ]);
    expect(site.stations[1]?.evses.map(({ evseId }) => evseId)).toEqual([1, 2]);
    expect(site.stations[0]?.evses).toEqual([
      { evseId: 1, phases: 1, voltageV: 220, minA: 6, maxA: 32, maxDischargeKw: 0 },
    ]);
    expect(site.nodes.map(({ failsafe }) => failsafe)).toEqual(["strict", null]);
    expect(site.meteringPoints).toEqual([
      { id: "s-meter", nodeId: "grid", tariffId: "t", sellPriceId: null, demandCharge: null, carbon: null },
    ]);
    expect(site.measurementStaleMs).toBe(300_000);
  });

  it("has a demand charge beside its tariff or at a metering point, with both clock times or none", () => {
    const nodes = [{ id: "grid" }];
    const charge = { pricePerKw: 38, countsFrom: "08:00", countsTo: "22:00" };
    const chargeOf = (part: object) => parse(part).meteringPoints[0]?.demandCharge;
    const full = { ...charge, billedPeakKw: 0 };
    expect(chargeOf({ demandCharge: charge })).toEqual(full);
    expect(
      chargeOf({ tariff: undefined, meteringPoints: [{ id: "m", tariff: "t", demandCharge: charge }] }),
    ).toEqual(full);
    expect(chargeOf({ demandCharge: { pricePerKw: 38, billedPeakKw: 90 } })).toEqual({
      pricePerKw: 38,
      billedPeakKw: 90,
      countsFrom: null,
      countsTo: null,
    });
    const faultsOf = (part: object) =>
      siteSchema.safeParse({ ...base, nodes, ...part }).error?.issues.map(({ message }) => message);
    expect(faultsOf({ demandCharge: { pricePerKw: 38, countsFrom: "08:00" } })).toEqual([
      "give both countsFrom and countsTo, or neither",
    ]);
    expect(
      faultsOf({ tariff: undefined, demandCharge: charge, meteringPoints: [{ id: "m", tariff: "t" }] }),
    ).toEqual(["only beside `tariff`; metering points have their own"]);
  });

  it("knows its carbon as a constant or by a series, at a metering point or beside its tariff", () => {
    const carbonOf = (part: object) => parse(part).meteringPoints[0]?.carbon;
    expect(carbonOf({})).toBeNull();
    expect(carbonOf({ carbonKgPerKwh: 0.58 })).toEqual({ kgPerKwh: 0.58 });
    const at = (part: object) => ({ tariff: undefined, meteringPoints: [{ id: "m", tariff: "t", ...part }] });
    expect(carbonOf(at({ carbonSeries: "grid" }))).toEqual({ seriesId: "grid" });
    const both = { carbonKgPerKwh: 0.58, carbonSeries: "grid" };
    for (const part of [both, at(both), { ...at({}), carbonKgPerKwh: 1 }])
      expect(siteSchema.safeParse({ ...base, nodes: [{ id: "grid" }], ...part }).success).toBe(false);
    expect(parse({ weights: { carbon: 0.1 } }).weights).toEqual({ carbon: 0.1 });
    expect([parse({}).objective, parse({ objective: "greenest" }).objective]).toEqual([
      "cheapest",
      "greenest",
    ]);
  });
});
