/** The result of an event: every node that it aims at, each by the best that was measured there. */
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createEvTelemetry } from "../../src/control/ev-telemetry.js";
import { resultOfEvent } from "../../src/control/event-results.js";
import type { FleetState } from "../../src/domain/fleet.js";
import type { GridEvent } from "../../src/domain/signal.js";
import type { Site } from "../../src/domain/site.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Telemetry } from "../../src/ports/telemetry.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { communityOf, EVENING_MS, evseOf, stationOf } from "../fixtures/sites.js";

const at = (minute: number): number => EVENING_MS + minute * MINUTE_MS;

/** `transformer` ─ `left`: p1, p2 and `right`: p3. */
const first: Site = {
  ...communityOf(
    ["p1", "p2", "p3"].map((id) => ({ ...stationOf(id), nodeId: id === "p3" ? "right" : "left" })),
  ),
  id: "first",
  nodes: [
    {
      id: "transformer",
      parentId: null,
      importLimitKw: 100,
      exportLimitKw: 0,
      failsafe: null,
      graceS: null,
      flatteningPerKw2h: 0,
    },
    {
      id: "left",
      parentId: "transformer",
      importLimitKw: 40,
      exportLimitKw: null,
      failsafe: null,
      graceS: null,
      flatteningPerKw2h: 0,
    },
    {
      id: "right",
      parentId: "transformer",
      importLimitKw: null,
      exportLimitKw: null,
      failsafe: null,
      graceS: null,
      flatteningPerKw2h: 0,
    },
  ],
  measurementStaleMs: 5 * MINUTE_MS,
};
const second: Site = {
  ...communityOf([stationOf("q1")]),
  id: "second",
  nodes: [
    {
      id: "feeder",
      parentId: null,
      importLimitKw: 50,
      exportLimitKw: 0,
      failsafe: null,
      graceS: null,
      flatteningPerKw2h: 0,
    },
  ],
  rootNodeId: "feeder",
  stations: [{ ...stationOf("q1"), nodeId: "feeder" }],
  measurementStaleMs: 5 * MINUTE_MS,
};

const event = (nodeIds: readonly string[] | null, capKw = 10): GridEvent => ({
  id: "e",
  programId: "p",
  name: null,
  priority: null,
  modifiedMs: 0,
  nodeIds,
  intervals: [
    { id: 0, startMs: at(0), endMs: at(30), payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [capKw] }] },
  ],
});

type Powers = Readonly<Record<string, number>>;

const fleetOf = (powers: Powers, atMs: number): FleetState => ({
  stations: new Map(
    Object.entries(powers).map(([stationId, powerKw]) => {
      const sample = { atMs, powerKw, importedWh: null, exportedWh: null, socPercent: null };
      return [
        stationId,
        {
          stationId,
          version: "1.6" as const,
          connected: true,
          lastSeenMs: atMs,
          vendor: null,
          model: null,
          capabilities: null,
          evses: new Map([[1, evseOf(stationId, { sample })]]),
        },
      ];
    }),
  ),
});

/** Cars draw `before` until the event begins and `after` from then on; notes each minute. */
const carsDraw = (telemetry: Telemetry, site: Site, before: Powers, after: Powers): void => {
  const book = createEvTelemetry(site, telemetry);
  for (let minute = -30; minute <= 40; minute++)
    book.note(fleetOf(minute < 0 ? before : after, at(minute)), at(minute));
};

const meterReads = (telemetry: Telemetry, site: Site, powerKw: (minute: number) => number | null): void => {
  for (let minute = -30; minute <= 40; minute++) {
    const read = powerKw(minute);
    if (read !== null)
      telemetry.append({ siteId: site.id, kind: "site-import", powerKw: read, atMs: at(minute) });
  }
};

let telemetry: Telemetry;
let minuteNow: number;
beforeEach(() => {
  telemetry = createMemoryTelemetry();
  minuteNow = 40;
  carsDraw(telemetry, first, { p1: 8, p2: 4, p3: 20 }, { p1: 2, p2: 0, p3: 16 });
  carsDraw(telemetry, second, { q1: 6 }, { q1: 0 });
});

const resultOf = (posted: GridEvent) =>
  resultOfEvent(
    {
      sites: [first, second],
      telemetry,
      clock: new VirtualClock(at(minuteNow)),
      events: { recent: () => [posted], find: () => posted, onChange: () => undefined },
    },
    "e",
  );

describe("result of an event", () => {
  it("counts only the cars below the node that it aims at", async () => {
    const result = await resultOf(event(["left"]));
    expect(result.nodes).toMatchObject([
      { siteId: "first", nodeId: "left", measured: "sessions", baselineKw: 12 },
    ]);
    expect(result).toMatchObject({
      measured: "sessions",
      baselineKw: 12,
      intervals: [{ baselineKwh: 6, targetKwh: 5, measuredKwh: 1, deliveredKwh: 5, missing: null }],
    });
  });

  it("reports every node at every site, and sums them", async () => {
    const result = await resultOf(event(["left", "right", "feeder"]));
    expect(
      result.nodes.map(({ nodeId, baselineKw, intervals }) => [
        nodeId,
        baselineKw,
        intervals[0]?.deliveredKwh,
      ]),
    ).toEqual([
      ["left", 12, 5],
      ["right", 20, 2],
      ["feeder", 6, 3],
    ]);
    expect(result).toMatchObject({ baselineKw: 38, intervals: [{ targetKwh: 15, deliveredKwh: 10 }] });
  });

  it("counts a node below another one of the event once", async () => {
    const result = await resultOf(event(["transformer", "left"]));
    expect(result.nodes.map(({ nodeId }) => nodeId)).toEqual(["transformer", "left"]);
    expect(result).toMatchObject({ baselineKw: 32, intervals: [{ measuredKwh: 9, targetKwh: 5 }] });
  });

  it("without targets aims at the root of every site", async () => {
    const { nodes } = await resultOf(event(null));
    expect(nodes.map(({ siteId, nodeId }) => [siteId, nodeId])).toEqual([
      ["first", "transformer"],
      ["second", "feeder"],
    ]);
  });

  it("takes the meter where it was heard, else what the EVSEs metered, and says which", async () => {
    meterReads(telemetry, first, (minute) => (minute < 0 ? 80 : 60));
    const result = await resultOf(event(null));
    expect(result.nodes).toMatchObject([
      { siteId: "first", measured: "meter", baselineKw: 80, intervals: [{ deliveredKwh: 10 }] },
      { siteId: "second", measured: "sessions", baselineKw: 6, intervals: [{ deliveredKwh: 3 }] },
    ]);
    expect(result.measured).toBe("mixed");
  });

  it("never compares a baseline of the meter with a measurement of the cars", async () => {
    meterReads(telemetry, first, (minute) => (minute < 10 ? 80 : null));
    const [node] = (await resultOf(event(["transformer"]))).nodes;
    const heard = { baselineKwh: (80 * 14) / 60, measuredKwh: (80 * 14) / 60, deliveredKwh: 0 };
    expect(node).toMatchObject({ measured: "meter", baselineKw: 80, intervals: [heard] });
    expect(node?.intervals[0]).toMatchObject({ gapMs: 16 * MINUTE_MS, missing: "measurements" });
  });

  it("measures one event by one thing for as long as it is asked, whatever gaps the meter has", async () => {
    const gap = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 30 }));
    await fc.assert(
      fc.asyncProperty(fc.array(gap, { maxLength: 3 }), async (gaps) => {
        telemetry = createMemoryTelemetry();
        carsDraw(telemetry, first, { p1: 8, p2: 4, p3: 20 }, { p1: 2, p2: 0, p3: 16 });
        const isLost = (minute: number) =>
          gaps.some(([from, length]) => minute >= from && minute < from + length);
        meterReads(telemetry, first, (minute) => (isLost(minute) ? null : 60));
        const seen = new Set<string>();
        for (minuteNow = 0; minuteNow <= 40; minuteNow += 4) {
          const { measured, baselineKw, intervals } = await resultOf(event(["transformer"]));
          seen.add(`${measured} ${baselineKw?.toFixed(6)}`);
          const [row] = intervals;
          if (measured !== "meter" || row?.measuredKwh === null || row === undefined) continue;
          // The cap of 10 kW, the baseline and the meter, all of the same time.
          expect((row.targetKwh ?? 0) * 6).toBeCloseTo(row.measuredKwh, 9);
          if (row.baselineKwh !== null) expect(row.baselineKwh * 6).toBeCloseTo(row.measuredKwh * 6, 9);
        }
        expect([...seen]).toHaveLength(1);
      }),
      { numRuns: 40 },
    );
  });

  it("says why nothing is known", async () => {
    telemetry = createMemoryTelemetry();
    meterReads(telemetry, second, (minute) => (minute < -20 ? null : 5));
    carsDraw(telemetry, first, { p1: 1 }, { p1: 1 });
    const missing = async (posted: GridEvent) => (await resultOf(posted)).intervals[0]?.missing;
    expect(await missing(event(["feeder"]))).toBeNull();
    expect(
      await missing({ ...event(["feeder"]), intervals: [{ ...interval, startMs: at(50), endMs: null }] }),
    ).toBe("not-begun");
    const early = { ...interval, startMs: at(-15), endMs: at(0) };
    expect(await missing({ ...event(["feeder"]), intervals: [early] })).toBe("baseline");
    telemetry = createMemoryTelemetry();
    expect(await missing(event(["feeder"]))).toBe("measurements");
  });

  it("has no target from a payload that has no effect at the site", async () => {
    const payloads = [{ type: "SIMPLE", values: [2] }];
    const [node] = (await resultOf({ ...event(["right"]), intervals: [{ ...interval, payloads }] })).nodes;
    expect(node?.intervals[0]).toMatchObject({ targetKwh: null, deliveredKwh: 2 });
  });
});

const [interval = { id: 0, startMs: at(0), endMs: at(30), payloads: [] }] = event(null).intervals;

describe("what the cars draw, as it is kept", () => {
  it("is a gap where a car has not told its power for a quarter of an hour", async () => {
    telemetry = createMemoryTelemetry();
    const book = createEvTelemetry(first, telemetry);
    const fleet = fleetOf({ p1: 7 }, at(0));
    for (const minute of [0, 15, 16, 30]) book.note(fleet, at(minute));
    const kept = await telemetry.between({ siteId: "first", kind: "ev:left", fromMs: at(-1), toMs: at(60) });
    expect(kept.map(({ atMs }) => atMs)).toEqual([at(0), at(15)]);
    const others = await telemetry.between({
      siteId: "first",
      kind: "ev:right",
      fromMs: at(-1),
      toMs: at(60),
    });
    expect(others.map(({ atMs }) => atMs)).toEqual([at(0), at(15), at(16), at(30)]);
  });

  it("does not put what is drawn now into the past", async () => {
    telemetry = createMemoryTelemetry();
    const book = createEvTelemetry(first, telemetry);
    book.note(fleetOf({ p1: 7 }, at(10)), at(10));
    book.note(fleetOf({ p1: 3 }, at(10)), at(5));
    const kept = await telemetry.between({ siteId: "first", kind: "ev", fromMs: at(0), toMs: at(60) });
    expect(kept).toMatchObject([{ atMs: at(10), powerKw: 7 }]);
  });
});
