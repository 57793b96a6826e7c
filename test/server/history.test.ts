/** What was measured is read back as it was posted, bounded, and as means of quarters. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS, SLOT_MS } from "../../src/domain/units.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import type { Telemetry } from "../../src/ports/telemetry.js";
import { NOW_MS } from "./community.js";
import { bearer, type Harness, startHarness } from "./harness.js";

const FROM = 100 * DAY_MS;
const STATION = "CP01";

let harness: Harness;
let telemetry: Telemetry;
beforeEach(async () => {
  telemetry = createMemoryTelemetry();
  harness = await startHarness({ telemetry });
});
afterEach(() => harness.app.close());

const get = async (query: string) => {
  const url = `/api/v1/sites/jinan/measurements?${query}`;
  return (await harness.app.inject({ url, headers: bearer("read") })).json();
};
const span = (days: number): string => `fromMs=${FROM}&toMs=${FROM + days * DAY_MS}`;

describe("history of measurements", () => {
  beforeEach(() => {
    for (const [minutes, powerKw] of [
      [-1, 9],
      [0, 10],
      [10, 40],
      [15, 0],
    ] as const)
      telemetry.append({ siteId: "jinan", kind: "site-import", powerKw, atMs: FROM + minutes * MINUTE_MS });
    telemetry.append({ siteId: "jinan", kind: "ev", powerKw: 3, atMs: FROM });
    const sample = { powerKw: 7, importedWh: 1_200, exportedWh: null, socPercent: 40, atMs: FROM };
    telemetry.sample({ ...sample, stationId: STATION, evseId: 1 });
  });

  it("tells values as they came, those of the window alone, of every kind there is", async () => {
    expect(await get(`${span(1)}&resolution=raw`)).toEqual([
      {
        series: "site-import",
        values: [
          { atMs: FROM, powerKw: 10 },
          { atMs: FROM + 10 * MINUTE_MS, powerKw: 40 },
          { atMs: FROM + 15 * MINUTE_MS, powerKw: 0 },
        ],
        quarters: [],
      },
      { series: "ev", values: [{ atMs: FROM, powerKw: 3 }], quarters: [] },
    ]);
  });

  it("tells means of quarters, of one kind or one EVSE", async () => {
    const [found] = await get(`fromMs=${FROM}&toMs=${FROM + SLOT_MS}&kind=site-import`);
    expect(found).toMatchObject({
      series: "site-import",
      quarters: [{ startMs: FROM, coveredMs: SLOT_MS, meanKw: 20, leastKw: 10, mostKw: 40 }],
    });
    expect(await get(`${span(1)}&stationId=${STATION}&evseId=1`)).toMatchObject([
      { series: "evse:CP01/1", quarters: [{ startMs: FROM, meanKw: 7, importedWh: 1_200, socPercent: 40 }] },
    ]);
    expect(await get(`${span(1)}&kind=pv`)).toEqual([{ series: "pv", values: [], quarters: [] }]);
  });

  it("counts of the running quarter the time that has passed, whatever is asked for", async () => {
    const startMs = Math.floor(NOW_MS / SLOT_MS) * SLOT_MS;
    telemetry.append({ siteId: "jinan", kind: "pv", powerKw: 6, atMs: NOW_MS - MINUTE_MS });
    const sample = { powerKw: 7, importedWh: null, exportedWh: null, socPercent: null };
    telemetry.sample({ ...sample, stationId: STATION, evseId: 1, atMs: NOW_MS - MINUTE_MS });
    const ahead = `fromMs=${startMs - SLOT_MS}&toMs=${NOW_MS + DAY_MS}`;
    const coveredMs = async (of: string): Promise<number> => {
      const [{ quarters }] = await get(`${ahead}&${of}`);
      return quarters.reduce((sum: number, quarter: { coveredMs: number }) => sum + quarter.coveredMs, 0);
    };
    expect(await coveredMs("kind=pv")).toBe(MINUTE_MS);
    expect(await coveredMs(`stationId=${STATION}&evseId=1`)).toBe(MINUTE_MS);
  });

  it.each([
    [`${span(3)}&resolution=raw`, "request.invalid", "querystring.toMs"],
    [span(94), "request.invalid", "querystring.toMs"],
    [`fromMs=5`, "request.invalid", "querystring.toMs"],
    [`fromMs=5&toMs=5`, "request.invalid", "querystring.toMs"],
    [`${span(1)}&stationId=CP01`, "request.invalid", "querystring.evseId"],
    [`${span(1)}&stationId=CP01&evseId=1&resolution=raw`, "request.invalid", "querystring.resolution"],
    [`${span(1)}&kind=heat`, "request.invalid", "querystring.kind"],
    [`${span(1)}&stationId=CP01&evseId=9`, "not-found.station", "query.stationId"],
  ])("refuses %s", async (query, code, place) => {
    expect(await get(query)).toMatchObject({ code, place });
  });
});
