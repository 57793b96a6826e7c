import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSessions } from "../../sims/importers/sessions-csv.js";
import { loadScenario } from "../../sims/scenario.js";
import { possibleKwh } from "../../sims/world/visit.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { failure, JINAN, local, MINIMAL, visitsIn, written } from "./scenario-files.js";

const HEADER =
  "session_id,station_id,arrival_5min,departure_5min,requested_kWh,max_kW,batt_capacity_kWh,batt_init_kWh";

const GOOD = "a,CA-1,12,24,4.5,6.6,4.5,0";

describe("a table of sessions", () => {
  const epoch = Date.UTC(2019, 2, 1, 8);
  it("becomes visits in local periods of five minutes", () => {
    const [{ visit } = { visit: undefined }] = readSessions(`${HEADER}\n${GOOD}\n`, "t.csv", epoch);
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
    ["a name twice", `${GOOD}\n${GOOD.replace("CA-1", "CA-2")}`, "t.csv:3:1", "another row of this name"],
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
    expect([lacks.place, lacks.message]).toEqual(["t.csv:1", "there is no column station_id"]);
    const misspelt = `${HEADER.replace("arrival_5min", "arival_5min")}\n${GOOD}\n`;
    expect(failure(() => readSessions(misspelt, "t.csv", epoch)).message).toBe(
      'there is no column arrival_5min; is "arival_5min" meant to be it?',
    );
    const turned = (line: string): string => line.split(",").toReversed().join(",");
    const text = `\uFEFF${turned(HEADER)}\r\n${turned(GOOD)}\r\n`;
    expect(readSessions(text, "t.csv", epoch)).toEqual(readSessions(`${HEADER}\n${GOOD}`, "t.csv", epoch));
  });

  it.each([
    [";", "semicolons"],
    ["\t", "tabs"],
  ])("says once that it is separated by %j", (sign, name) => {
    const text = `${HEADER}\n${GOOD}\n`.replaceAll(",", sign).replace("4.5", "4,5");
    expect(() => readSessions(text, "t.csv", epoch)).toThrow(
      new RegExp(`^separated by ${name}: separate by commas, and write decimals with a point$`),
    );
  });

  it("tells all that is wrong at once, each with line and column", () => {
    const rows = ["a,CA 1,x,24,4.5,6.6,4.5,0", GOOD, "b,CA-2,24,12,10,7,20,15"];
    expect(() => readSessions(`${HEADER}\n${rows.join("\n")}\n`, "t.csv", epoch)).toThrow(
      /^t\.csv:2:2 station_id .*\nt\.csv:2:3 arrival_5min .*\nt\.csv:4:4 departure_5min .*\nt\.csv:4:5 requested_kWh .*$/,
    );
    const many = Array.from({ length: 50 }, (_, at) => GOOD.replace("a,", `a${at},`).replace(",12,", ",x,"));
    expect(() => readSessions([HEADER, ...many].join("\n"), "t.csv", epoch)).toThrow(
      /^(t\.csv:\d+:3 .*\n){20}t\.csv and 30 faults more$/,
    );
  });

  it("says of every row whether it is replayed, left out, or slower than in the table", () => {
    const session = fc.record({
      arrive: fc.integer({ min: 16 * 12, max: 40 * 12 }),
      stay: fc.integer({ min: 1, max: 30 }),
      maxKw: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(session, { minLength: 1, maxLength: 30 }), (sessions) => {
        const rows = sessions.map(
          ({ arrive, stay, maxKw }, at) => `s${at},CA-${at},${arrive},${arrive + stay},1,${maxKw},3,0`,
        );
        const inside = sessions.filter(
          ({ arrive, stay }) => arrive >= 17 * 12 && arrive + stay <= (17 + 16) * 12,
        );
        fc.pre(inside.length > 0);
        const file = written(`${HEADER}\n${rows.join("\n")}\n`, "counted.csv");
        expect(loadScenario(JINAN, { sessions: file }).sessions).toEqual({
          file,
          rows: sessions.length,
          used: inside.length,
          outsideRun: sessions.length - inside.length,
          abovePile: inside.filter(({ maxKw }) => maxKw > 7.04).length,
        });
      }),
      { numRuns: 10 },
    );
    expect(loadScenario(JINAN).sessions).toBeNull();
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
      `${table}:3`,
      expect.stringMatching(/session b finds no free pile: at 2026-01-14 17:40 all 1 /),
    ]);
    const early = written(`${HEADER}\na,CA-1,0,1,3,6.6,3,0\n`, "early.csv");
    expect(failure(() => loadScenario(small, { sessions: early })).message).toMatch(
      /none of its 1 sessions lies within the run, 2026-01-14 17:00 to 2026-01-14 21:00 \(Asia\/Shanghai\)/,
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
