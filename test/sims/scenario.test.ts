import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { YouxuError } from "../../src/domain/errors.js";
import { Faults } from "../../src/domain/faults.js";
import { readSessions } from "../../sims/importers/sessions-csv.js";
import { loadScenario, type Scenario, type ScenarioOptions } from "../../sims/scenario.js";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../src/domain/units.js";
import { createBackground, STEP_MS } from "../../sims/world/background.js";
import { possibleKwh } from "../../sims/world/visit.js";

const JINAN = "scenarios/jinan-community.yaml";
const folder = mkdtempSync(join(tmpdir(), "youxu-scenario-"));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (text: string, name = "s.yaml"): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const MINIMAL = `name: small
start: "2026-01-14T17:00"
durationHours: 4
site:
  id: home
  timeZone: Asia/Shanghai
  tariff: any
  nodes: [{ id: home, importLimitKw: 10 }]
  stations: [{ id: p1 }]
world:
  stations: [{ count: 1, version: "1.6", cars: { car: 1 } }]
  cars:
    car:
      capacityKwh: { min: 40, max: 40 }
      arrivalSoc: { min: 0.2, max: 0.4 }
      targetSoc: 0.9
      maxChargeKw: 7
      arrives: { mean: "18:00", deviationMinutes: 10, earliest: "17:30", latest: "18:30" }
      departs: { mean: "07:00", deviationMinutes: 10, earliest: "06:30", latest: "07:30" }
`;

const failure = (run: () => unknown): YouxuError => {
  try {
    run();
  } catch (error) {
    if (error instanceof YouxuError) return error;
    const [first] = error instanceof Faults ? error.faults : [];
    if (first !== undefined) return first;
    throw error;
  }
  throw new Error("nothing was thrown");
};

/** Clock time in Shanghai. */
const local = (atMs: number): string => new Date(atMs + 8 * 3_600_000).toISOString().slice(11, 16);
const visitsIn = ({ arrivals, startMs, endMs }: Scenario) => arrivals(startMs, endMs);
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

  it("counts other stations than the site has", () => {
    expect(failure(() => loadScenario(written(MINIMAL.replace("count: 1", "count: 3")))).message).toContain(
      "world.stations counts 3 stations, the site has 1",
    );
  });
});

const HEADER =
  "session_id,station_id,arrival_5min,departure_5min,requested_kWh,max_kW,batt_capacity_kWh,batt_init_kWh";

const GOOD = "a,CA-1,12,24,4.5,6.6,4.5,0";

describe("a table of sessions", () => {
  const epoch = Date.UTC(2019, 2, 1, 8);
  it("becomes visits in local periods of five minutes", () => {
    const [visit] = readSessions(`${HEADER}\na,CA-1,12,24,4.5,6.6,4.5,0\n`, "t.csv", epoch);
    expect(visit).toMatchObject({
      stationId: "CA-1",
      arriveMs: epoch + 3_600_000,
      departMs: epoch + 2 * 3_600_000,
      energyNeedKwh: 4.5,
      preference: { departureMs: epoch + 2 * 3_600_000, energyNeedKwh: 4.5 },
    });
    expect(visit === undefined ? 0 : possibleKwh(visit, 50)).toBeCloseTo(4.5, 9);
  });

  it.each([
    ["a cell that is no number", "a,CA-1,x,24,4.5,6.6,4.5,0", "t.csv:2:3", 'arrival_5min "x": no number'],
    ["an empty cell", "a,CA-1,,24,4.5,6.6,4.5,0", "t.csv:2:3", 'arrival_5min "": no number'],
    ["a need that is empty", "a,CA-1,12,24,,6.6,4.5,0", "t.csv:2:5", 'requested_kWh "": no number'],
    ["a number of another notation", "a,CA-1,0x10,24,4.5,6.6,4.5,0", "t.csv:2:3", "no number"],
    ["a part of a period", "a,CA-1,1.5,24,4.5,6.6,4.5,0", "t.csv:2:3", "no whole number"],
    ["no name", ",CA-1,12,24,4.5,6.6,4.5,0", "t.csv:2:1", "session_id"],
    ["power in watts", "a,CA-1,12,24,4.5,6600,4.5,0", "t.csv:2:6", "max_kW"],
    ["a battery fuller than full", "a,CA-1,12,24,10,7,20,30", "t.csv:2:8", "above batt_capacity_kWh 20"],
    ["a need that no battery takes", "a,CA-1,12,24,10,7,20,15", "t.csv:2:5", "from 15 to 20 kWh"],
    ["a window that ends before it begins", "a,CA-1,24,12,4.5,6.6,4.5,0", "t.csv:2:4", "departure_5min"],
    ["an identity that is none", "a,CA 1,12,24,4.5,6.6,4.5,0", "t.csv:2:2", "station_id"],
    ["a name twice", `${GOOD}\n${GOOD.replace("CA-1", "CA-2")}`, "t.csv:3:1", "an earlier row"],
    [
      "two cars at a station at once",
      `${GOOD}\n${GOOD.replace("a,", "b,").replace("12,24", "23,30")}`,
      "t.csv:3:3",
      "CA-1 is taken by session a until 24",
    ],
    ["too few columns", "a,CA-1,12", "t.csv", "not a table"],
  ])("%s", (_name, row, place, message) => {
    const error = failure(() => readSessions(`${HEADER}\n${row}\n`, "t.csv", epoch));
    expect(error.place).toBe(place);
    expect(error.message).toContain(message);
  });

  it("needs all its columns, in any order", () => {
    const lacks = failure(() => readSessions("session_id,max_kW\na,6.6\n", "t.csv", epoch));
    expect([lacks.place, lacks.message]).toEqual([
      "t.csv:1",
      "there is no column station_id, arrival_5min, departure_5min, requested_kWh, batt_capacity_kWh, batt_init_kWh",
    ]);
    const turned = (line: string): string => line.split(",").toReversed().join(",");
    const text = `\uFEFF${turned(HEADER)}\r\n${turned(GOOD)}\r\n`;
    expect(readSessions(text, "t.csv", epoch)).toEqual(readSessions(`${HEADER}\n${GOOD}`, "t.csv", epoch));
  });

  it("is replayed at the piles of any scenario, each session at a pile that is free when it comes", () => {
    const session = fc.record({
      arrive: fc.integer({ min: 17 * 12, max: 30 * 12 }),
      stay: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(session, { minLength: 1, maxLength: 40 }), (sessions) => {
        const rows = sessions.map(
          ({ arrive, stay }, at) => `s${at},CA-${at},${arrive},${arrive + stay},3,6.6,3,0`,
        );
        const scenario = loadScenario(JINAN, {
          sessions: written(`${HEADER}\n${rows.join("\n")}\n`, "many.csv"),
        });
        const visits = visitsIn(scenario);
        expect(scenario.site.stations).toHaveLength(40);
        expect(visits.map(({ id }) => id).toSorted()).toEqual(sessions.map((_, at) => `s${at}`).toSorted());
        for (const [at, visit] of visits.entries()) {
          expect(local(visit.arriveMs)).toBe(
            local(
              scenario.startMs + (sessions[Number(visit.id.slice(1))]?.arrive ?? 0) * 300_000 - 17 * HOUR_MS,
            ),
          );
          for (const other of visits.slice(at + 1))
            expect(other.stationId === visit.stationId && other.arriveMs < visit.departMs).toBe(false);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("says why it cannot be replayed: more cars than piles, or none within the run", () => {
    const rows = ["a,CA-1,210,220,3,6.6,3,0", "b,CA-2,212,220,3,6.6,3,0"];
    const table = written(`${HEADER}\n${rows.join("\n")}\n`, "two.csv");
    const small = written(MINIMAL, "one-place.yaml");
    const full = failure(() => loadScenario(small, { sessions: table }));
    expect([full.place, full.message]).toEqual([
      table,
      expect.stringMatching(/session b finds no free pile.*all 1 /),
    ]);
    const early = written(`${HEADER}\na,CA-1,0,1,3,6.6,3,0\n`, "early.csv");
    expect(failure(() => loadScenario(small, { sessions: early })).message).toContain(
      "none of its 1 sessions",
    );
  });

  it("is asked for where the scenario replays one", () => {
    expect(failure(() => loadScenario("scenarios/caltech-garage.yaml")).message).toContain("--sessions FILE");
    const table = written(`${HEADER}\nb,CA-2,0,12,3,6.6,3,0\na,CA-1,12,24,4.5,6.6,4.5,0\n`, "t.csv");
    const scenario = loadScenario("scenarios/caltech-garage.yaml", { sessions: table });
    expect(scenario.site.stations.map(({ id }) => id)).toEqual(["CA-1", "CA-2"]);
    expect(visitsIn(scenario).map(({ id }) => id)).toEqual(["b", "a"]);
    expect(new Date(visitsIn(scenario)[0]?.arriveMs ?? 0).toISOString()).toBe("2019-03-01T08:00:00.000Z");
  });
});
