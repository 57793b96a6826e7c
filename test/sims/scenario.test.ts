import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenarioSchema } from "../../sims/scenario-schema.js";
import { loadScenario, type ScenarioOptions } from "../../sims/scenario.js";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../src/domain/units.js";
import { createBackground, STEP_MS } from "../../sims/world/background.js";
import { possibleKwh } from "../../sims/world/visit.js";
import { failure, JINAN, local, MINIMAL, visitsIn, written } from "./scenario-files.js";

const drawnOf = (options: ScenarioOptions) => visitsIn(loadScenario(JINAN, options));
const visitsOf = (seed: number): string => JSON.stringify(drawnOf({ seed }));

describe("the demonstration's community", () => {
  const scenario = loadScenario(JINAN);
  const { site, stations } = scenario;
  const visits = visitsIn(scenario);

  it("is 16 × 1.6, 12 × 2.0.1 and 12 × 2.1, of which 8 bidirectional", () => {
    const count = (version: string): number => stations.filter((each) => each.version === version).length;
    expect([count("1.6"), count("2.0.1"), count("2.1")]).toEqual([16, 12, 12]);
    expect(stations.filter(({ evse }) => evse.maxDischargeKw > 0).map(({ stationId }) => stationId)).toEqual(
      [33, 34, 35, 36, 37, 38, 39, 40].map((number) => `jn-0${number}`),
    );
    expect([stations[0]?.stationId, stations.at(-1)?.stationId]).toEqual(["jn-001", "jn-040"]);
  });

  it("has cars from 17:00 on, all by 20:00, that leave between 06:30 and 08:30", () => {
    expect(visits.length).toBe(40);
    expect(visits.filter(({ arriveMs }) => arriveMs === scenario.startMs).length).toBeGreaterThan(2);
    for (const { arriveMs, departMs } of visits) {
      expect(local(arriveMs) >= "17:00" && local(arriveMs) <= "20:00").toBe(true);
      expect(local(departMs) >= "06:30" && local(departMs) <= "08:30").toBe(true);
    }
  });

  it("lets every car be served by itself, and not all at once under the transformer", () => {
    for (const visit of visits) expect(possibleKwh(visit, 7.04)).toBeCloseTo(visit.energyNeedKwh, 6);
    const evening = Math.max(...site.baseProfileKw.slice(68, 84));
    const limit = site.nodes[0]?.importLimitKw ?? 0;
    expect(limit - evening).toBeLessThan(100);
    expect(evening + 40 * 7.04).toBeGreaterThan(limit);
  });

  it("asks no driver for consent at a pile that cannot discharge", () => {
    const car = "maxDischargeKw: 7\n      consentsToDischarge: 1\n      arrives:";
    const consenting = MINIMAL.replace("arrives:", car);
    const consents = (text: string): unknown[] =>
      visitsIn(loadScenario(written(text))).map(({ preference }) => preference?.dischargeAllowed);
    const bidirectional = "{ id: p1, evses: [{ maxDischargeKw: 7 }] }]\n  wearPerKwh: 0.1 #";
    expect(consents(consenting)).toEqual([false]);
    expect(consents(consenting.replace("{ id: p1 }", bidirectional))).toEqual([true]);
  });

  it("has households within their stated noise, whose mean is the site's profile", () => {
    const background = createBackground(scenario);
    const ratios = Array.from({ length: 8_000 }, (_, step) => {
      const atMs = scenario.startMs + step * STEP_MS;
      const quarter = Math.floor(((atMs / 60_000 + 480) % 1440) / 15);
      return background.baseKw(atMs) / (site.baseProfileKw[quarter] ?? 1);
    });
    for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.04 + 1e-12);
    expect(ratios.reduce((a, b) => a + b, 0) / ratios.length).toBeCloseTo(1, 2);
  });
});

describe("a seed", () => {
  it("makes the same scenario again, and another one another", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (seed) => {
        expect(visitsOf(seed)).toBe(visitsOf(seed));
        expect(visitsOf(seed)).not.toBe(visitsOf(seed + 1));
      }),
      { numRuns: 2 },
    );
  });

  it("draws each car by itself: a longer run or another neighbour changes none of its stays", () => {
    const first = drawnOf({});
    const longer = drawnOf({ durationHours: 24 * 3 });
    for (const visit of first) expect(longer).toContainEqual(visit);
    expect(longer.length).toBeGreaterThan(first.length);
  });

  it("draws the same stays at once and day after day, a new evening on each, without end", () => {
    const { startMs, arrivals } = loadScenario(JINAN, { durationHours: Infinity });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 72 }), (hours, more) => {
        const [midMs, endMs] = [startMs + hours * HOUR_MS, startMs + (hours + more) * HOUR_MS];
        const parts = [...arrivals(startMs, midMs), ...arrivals(midMs, endMs)];
        expect(parts.map(({ id }) => id)).toEqual(arrivals(startMs, endMs).map(({ id }) => id));
      }),
      { numRuns: 10 },
    );
    const noon = startMs + 1_000 * DAY_MS - 5 * HOUR_MS;
    const evening = arrivals(noon, noon + DAY_MS).map(({ stationId }) => stationId);
    expect([evening.length, new Set(evening).size]).toEqual([40, 40]);
  });

  it("lets households and PV follow the clock of every day, also long after the scenario's length", () => {
    const scenario = loadScenario(JINAN);
    const background = createBackground(scenario);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * 96 }), (quarter) => {
        const atMs = scenario.startMs + quarter * SLOT_MS;
        const typical = scenario.site.baseProfileKw[(quarter + 17 * 4) % 96] ?? 0;
        expect(Math.abs(background.baseKw(atMs) / typical - 1)).toBeLessThanOrEqual(0.04 + 1e-12);
        expect(background.pvKw(atMs) > 0).toBe((scenario.site.pvProfileKw[(quarter + 17 * 4) % 96] ?? 0) > 0);
      }),
    );
  });
});

describe("a scenario file with a mistake", () => {
  it.each([
    [
      "an unknown key",
      MINIMAL.replace("durationHours: 4", "durationHours: 4\nspeed: 60"),
      ":4:1 speed",
      "unknown key",
    ],
    [
      "a wrong type",
      MINIMAL.replace("durationHours: 4", "durationHours: long"),
      ":3:16 durationHours",
      "number",
    ],
    ["an unknown class", MINIMAL.replace("{ car: 1 }", "{ bus: 1 }"), ":11:55 ", "no such class"],
    ["not YAML", MINIMAL.replace("name: small", "name: [small"), ":", ""],
    ["a zone that is none", MINIMAL.replace("Asia/Shanghai", "Asia/Nowhere"), ":6:13 ", "IANA"],
    [
      "an event for no node",
      `${MINIMAL}events: [{ at: "18:00", type: SIMPLE, value: 1, nodes: [moon], minutes: 5 }]`,
      ":20:57 ",
      'no node "moon"',
    ],
    [
      "watts for kilowatts",
      MINIMAL.replace("maxChargeKw: 7", "maxChargeKw: 7040"),
      ":17:20 world.cars.car.maxChargeKw ",
      "7040: must be at most 1000",
    ],
    [
      "a share in percent",
      MINIMAL.replace("{ min: 0.2, max: 0.4 }", "{ min: 0.2, max: 40 }"),
      ":15:36 world.cars.car.arrivalSoc.max ",
      "40: must be at most 1",
    ],
    [
      "a mean arrival that never comes",
      MINIMAL.replace('mean: "18:00"', 'mean: "16:00"'),
      ":18:24 world.cars.car.arrives.mean ",
      "mean lies outside earliest to latest",
    ],
    [
      "files that are not beside it",
      MINIMAL.replace("durationHours: 4", "durationHours: 4\ntariffs: [tariffs/none.yaml]"),
      ":4:11 tariffs[0] ",
      "there is no file tariffs/none.yaml beside the scenario",
    ],
    [
      "an event for a misspelt node",
      `${MINIMAL}events: [{ at: "18:00", type: SIMPLE, value: 1, nodes: [hom], minutes: 5 }]`,
      ":20:57 events[0].nodes[0] ",
      "did you mean home?",
    ],
    [
      "an event of no effective type",
      `${MINIMAL}events: [{ at: "18:00", type: IMPORT_LIMIT, value: 1, minutes: 5 }]`,
      ":20:31 events[0].type ",
      "there are PRICE, EXPORT_PRICE, IMPORT_CAPACITY_LIMIT",
    ],
    [
      "an event with a value that it cannot have",
      `${MINIMAL}events: [{ at: "18:00", type: SIMPLE, value: 7, minutes: 5 }]`,
      ":20:46 events[0].value ",
      "level 0, 1, 2 or 3",
    ],
    [
      "an event after the run",
      `${MINIMAL}events: [{ at: "22:00", type: SIMPLE, value: 1, minutes: 5 }]`,
      ":20:16 events[0].at ",
      "2026-01-14 22:00 lies outside the run, 2026-01-14 17:00 to 2026-01-14 21:00",
    ],
    [
      "an event that is over before it is posted",
      `${MINIMAL}events: [{ at: "18:00", start: "17:00", type: SIMPLE, value: 1, minutes: 5 }]`,
      ":20:74 events[0].minutes ",
      "over before it is posted",
    ],
    [
      "a fault of no station",
      `${MINIMAL}faults: [{ kind: offline, stations: [nopile], from: "18:00", minutes: 5 }]`,
      ":20:38 faults[0].stations[0] ",
      'no station "nopile"; there are p1',
    ],
    [
      "a fault of more stations than there are",
      `${MINIMAL}faults: [{ kind: offline, stations: 2, from: "18:00", minutes: 5 }]`,
      ":20:37 faults[0].stations ",
      "2 stations, but the site has 1",
    ],
    [
      "a fault after the run",
      `${MINIMAL}faults: [{ kind: offline, stations: 1, from: "2026-01-15T17:00", minutes: 5 }]`,
      ":20:46 faults[0].from ",
      "outside the run",
    ],
  ])("%s", (_name, text, place, message) => {
    const file = written(text);
    const error = failure(() => loadScenario(file));
    expect(error.code).toBe("scenario.invalid");
    expect(`${error.place} `).toContain(`${file}${place}`);
    expect(error.message).toContain(message);
  });

  it("names every problem at once", () => {
    const file = written(
      MINIMAL.replace("durationHours: 4", "durationHours: -4").replace("count: 1", "count: 0"),
    );
    expect(() => loadScenario(file)).toThrow(
      /s\.yaml:3:16 durationHours .*\n.*s\.yaml:11:\d+ world\.stations\[0\]\.count /,
    );
  });

  it("may be cut short before its events, and lengthened for them", () => {
    const early = written(`${MINIMAL}events: [{ at: "20:00", type: SIMPLE, value: 1, minutes: 5 }]`);
    expect(loadScenario(early, { durationHours: 1 }).events).toHaveLength(1);
    const late = written(`${MINIMAL}events: [{ at: "22:00", type: SIMPLE, value: 1, minutes: 5 }]`);
    expect(loadScenario(late, { durationHours: 6 }).events).toHaveLength(1);
  });

  it("shows every kind of fault in the scenario to copy from", () => {
    const { faults, events } = loadScenario("scenarios/hard-night.yaml");
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(
      new Set(scenarioSchema.shape.faults.unwrap().element.shape.kind.options),
    );
    expect(new Set(events.map(({ startsNow }) => startsNow))).toEqual(new Set([true, false]));
  });

  it("counts other stations than the site has", () => {
    expect(failure(() => loadScenario(written(MINIMAL.replace("count: 1", "count: 3")))).message).toContain(
      "world.stations counts 3 stations, the site has 1",
    );
  });
});

describe("drivers who share", () => {
  const PILE = "{ id: p1, evses: [{ shared: {} }] }";
  const AN = {
    driver: "An",
    asks: "queue",
    station: "p1",
    car: "car",
    at: "18:00",
    energyKwh: 5,
    deadline: "20:00",
  };
  const sharing = (drivers: object[], pile = PILE): string =>
    written(`${MINIMAL.replace("{ id: p1 }", pile)}sharing: ${JSON.stringify(drivers)}\n`);

  it("are read with their times", () => {
    const { sharing: drivers, startMs } = loadScenario(sharing([AN]));
    expect(drivers).toMatchObject([
      { driver: "An", askMs: startMs + HOUR_MS, asks: { kind: "queue", deadlineMs: startMs + 3 * HOUR_MS } },
    ]);
  });

  it.each([
    [{ station: "p9" }, 'no station "p9"'],
    [{ car: "tank" }, 'no class "tank"'],
    [{ at: "16:00" }, "outside the run"],
  ])("are refused where they would do nothing: %j", (change, message) => {
    expect(failure(() => loadScenario(sharing([{ ...AN, ...change }]))).message).toContain(message);
  });

  it("are refused where the pile is not shared so, and a second of one name", () => {
    expect(failure(() => loadScenario(sharing([AN], "{ id: p1 }"))).message).toContain("no `shared`");
    expect(failure(() => loadScenario(sharing([AN, AN]))).message).toContain("a second An");
  });
});
