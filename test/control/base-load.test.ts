import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBaseMemory } from "../../src/control/base-memory.js";
import { restoreBase } from "../../src/control/restore-base.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import type { Measurement } from "../../src/domain/site.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, SLOT_MS } from "../../src/domain/units.js";
import { forecastBase } from "../../src/planning/base-forecast.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { communityOf, EVENING_MS, evseOf, scheduleOfKw, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf, meter, plugIn } from "./harness.js";

const LIMIT_KW = 100;
const site = communityOf([stationOf("p1"), stationOf("p2")]);
const measure = ({ control, clock }: Harness, kind: Measurement["kind"], powerKw: number, ageMs = 0) =>
  control.measure({ siteId: site.id, kind, powerKw, atMs: clock.now() - ageMs });
const rootOf = ({ cycles }: Harness) => cycles.at(-1)?.problem.nodes[0];

describe("a car that says nothing", () => {
  it("does not hide a base load near the limit from the plan", async () => {
    const h = await harnessOf(site, flatPolicy(6));
    for (const id of ["p1", "p2"]) connect(h, id);
    await h.run(MINUTE_MS);
    for (const id of ["p1", "p2"]) await plugIn(h, id);
    for (let minute = 1; minute < 20; minute++) {
      await h.run(MINUTE_MS);
      await meter(h, "p1", { powerKw: 6, importedWh: 1_000 + minute * 100, seqNo: minute });
      await measure(h, "site-import", 95 + 6 + 6);
    }
    expect(rootOf(h)?.baseKw[0]).toBeGreaterThanOrEqual(95);
  });

  /** What the loop would do: all that an upper forecast without margin leaves, as one silent car. */
  const planned = (memory: ReturnType<typeof createBaseMemory>, nowMs: number): number => {
    const { upperKw } = forecastBase({
      site: { ...site, baseMarginShare: 0 },
      horizon: quarterHourHorizon(nowMs, 2),
      quarters: [68, 69],
      nowQuarter: 68,
      nowMs,
      observed: memory.observed,
      pvKw: null,
      battery: null,
      experience: memory.experience,
    });
    return Math.max(0, LIMIT_KW - upperKw[0]!);
  };

  it("gives way while a measured excess lasts, until there is none or nothing is planned", () => {
    const large = communityOf([stationOf("p1", { maxA: 500 })]);
    const kw = fc.double({ min: 0, max: 120, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(kw, fc.array(share, { minLength: 40, maxLength: 40 }), (baseKw, shares) => {
        const memory = createBaseMemory();
        let toldKw = 40;
        shares.forEach((drawn, minute) => {
          const atMs = EVENING_MS + minute * MINUTE_MS;
          const importKw = baseKw + toldKw * drawn;
          const held = scheduleOfKw("p1", [toldKw, toldKw, toldKw, toldKw]);
          const evses = new Map([[1, evseOf("p1", { held })]]);
          const known = {
            version: "1.6" as const,
            connected: true,
            lastSeenMs: atMs,
            vendor: null,
            model: null,
          };
          const p1 = { stationId: "p1", ...known, capabilities: null, evses };
          memory.measure({ siteId: site.id, kind: "site-import", powerKw: importKw, atMs });
          memory.observe(large, { stations: new Map([["p1", p1]]) });
          const nextKw = planned(memory, atMs);
          const overKw = importKw - LIMIT_KW;
          if (overKw > 0) expect(nextKw).toBeLessThanOrEqual(Math.max(0, toldKw - overKw) + 1e-6);
          toldKw = nextKw;
        });
      }),
    );
  });
});

describe("a battery", () => {
  it("that charges is a load in the plan's rows and in the fail-safe's, one that discharges is none", async () => {
    const roomBeside = async (batteryKw: number) => {
      const h = await harnessOf(site, flatPolicy(3));
      connect(h, "p1");
      for (let minute = 0; minute < 5; minute++) {
        await h.run(MINUTE_MS);
        await measure(h, "battery", batteryKw);
        await measure(h, "site-import", 60 + batteryKw);
      }
      await h.run(15 * MINUTE_MS);
      return [rootOf(h)?.baseKw[0] ?? NaN, rootOf(h)?.failsafe?.headroomKw[0] ?? NaN] as const;
    };
    const [restKw, restRoomKw] = await roomBeside(0);
    for (const batteryKw of [10, 30]) {
      const [baseKw, roomKw] = await roomBeside(batteryKw);
      expect([baseKw, roomKw].map((kw) => kw.toFixed(3))).toEqual(
        [restKw + batteryKw, restRoomKw - batteryKw].map((kw) => kw.toFixed(3)),
      );
    }
    expect(await roomBeside(-20)).toEqual([restKw, restRoomKw]);
  });

  it("that begins to charge makes the site plan again", async () => {
    const h = await harnessOf(site, flatPolicy(3));
    connect(h, "p1");
    await h.run(MINUTE_MS);
    await measure(h, "battery", 0);
    await measure(h, "site-import", 60);
    await h.run(MINUTE_MS);
    const before = h.cycles.length;
    await measure(h, "battery", 20);
    await measure(h, "site-import", 80);
    await h.run(MINUTE_MS);
    expect(h.cycles.slice(before).map(({ causes }) => causes)).toContainEqual(["measurement"]);
    expect(rootOf(h)?.baseKw[0]).toBeCloseTo(86);
  });
});

describe("a measurement that comes late", () => {
  it("changes nothing of the present", async () => {
    const h = await harnessOf(site, flatPolicy(3));
    connect(h, "p1");
    await h.run(2 * HOUR_MS);
    await measure(h, "site-import", 70);
    await h.run(5 * MINUTE_MS);
    await measure(h, "site-import", 72);
    const before = await h.control.live(site.id);
    await measure(h, "site-import", 120, HOUR_MS);
    expect(await h.control.live(site.id)).toEqual(before);
    expect([before.overLimitSinceMs, before.past.map(({ importKw }) => importKw)]).toEqual([null, [70]]);
  });
});

describe("the base loads seen before the start", () => {
  it("are learnt again: a site that draws half as much again as its profile is forecast so at once", async () => {
    const telemetry = createMemoryTelemetry();
    const note = (kind: Measurement["kind"], powerKw: number, atMs: number) =>
      telemetry.append({ siteId: site.id, kind, powerKw, atMs });
    for (let atMs = EVENING_MS - 2 * DAY_MS; atMs <= EVENING_MS; atMs += 5 * MINUTE_MS) {
      const evKw = atMs % HOUR_MS < 2 * SLOT_MS ? 20 : 0;
      note("ev", evKw, atMs - MINUTE_MS);
      note("battery", 8, atMs);
      note("site-import", 90 + evKw + 8, atMs);
    }
    const memory = createBaseMemory();
    await restoreBase({ telemetry, clock: { now: () => EVENING_MS } }, site, memory);
    expect(memory.experience?.scale).toBeCloseTo(1.5, 9);
    memory.experience?.upperShares.forEach((share) => expect(share).toBeCloseTo(0, 9));
  });

  it("count only where the cars' sum was the same before and after", async () => {
    const seen: number[] = [];
    const telemetry = createMemoryTelemetry();
    const note = (kind: Measurement["kind"], powerKw: number, minute: number) =>
      telemetry.append({ siteId: site.id, kind, powerKw, atMs: EVENING_MS - HOUR_MS + minute * MINUTE_MS });
    for (const [minute, evKw] of [
      [0, 7],
      [2, 7],
      [4, 14],
      [6, 14],
    ] as const) {
      note("ev", evKw, minute);
      note("site-import", 60 + evKw, minute + 1);
    }
    const memory = { learn: (_: unknown, { powerKw }: { powerKw: number }) => void seen.push(powerKw) };
    await restoreBase({ telemetry, clock: { now: () => EVENING_MS } }, site, memory);
    // The one at minute 3 has the cars between 7 and 14 kW; after the last one nothing was heard of them.
    expect(seen).toEqual([60, 60]);
  });
});
