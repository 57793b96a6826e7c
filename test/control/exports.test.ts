import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBaseMemory } from "../../src/control/base-memory.js";
import { guardsOf } from "../../src/control/guards.js";
import { returnedAbove } from "../../src/control/returned.js";
import type { FleetState } from "../../src/domain/fleet.js";
import { quarterHourHorizon, slotEndMs } from "../../src/domain/horizon.js";
import type { LaidSignals } from "../../src/domain/signal.js";
import type { Measurement } from "../../src/domain/site.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { type BaseForecast, forecastBase } from "../../src/planning/base-forecast.js";
import { dischargeRoom } from "../../src/planning/discharge-limits.js";
import { formulate } from "../../src/planning/formulate.js";
import { communityOf, EVENING_MS, evseOf, scheduleOfKw, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";

/** Export limit 0, base load 60 kW; one pile that may give 100 kW back. */
const site = communityOf([stationOf("p1", { maxDischargeKw: 100 })], { baseMarginShare: 0 });
const root = site.nodes[0]!;
/** Schedules are in whole watts. */
const WATT_KW = 0.001;
const horizonAt = (nowMs: number) => quarterHourHorizon(nowMs, 8);
const measured = (kind: Measurement["kind"], powerKw: number, atMs: number): Measurement => ({
  siteId: site.id,
  kind,
  powerKw,
  atMs,
});

const fleetGiving = (backKw: number, atMs: number): FleetState => {
  const held = scheduleOfKw("p1", [-backKw, -backKw, -backKw, -backKw]);
  const known = { version: "2.1" as const, connected: true, lastSeenMs: atMs, vendor: null, model: null };
  const evses = new Map([[1, evseOf("p1", { held })]]);
  return { stations: new Map([["p1", { stationId: "p1", ...known, capabilities: null, evses }]]) };
};

const forecastFrom = (memory: ReturnType<typeof createBaseMemory>, nowMs: number): BaseForecast => {
  const horizon = horizonAt(nowMs);
  return forecastBase({
    site,
    horizon,
    quarters: horizon.startsMs.map(() => 68),
    nowQuarter: 68,
    nowMs,
    observed: memory.observed,
    pvKw: memory.pvKw(nowMs, site.measurementStaleMs),
    battery: null,
    experience: memory.experience,
  });
};

const NO_SIGNALS: LaidSignals = { prices: new Map(), caps: [], targets: [], notes: [] };

describe("what cars return beyond an export limit", () => {
  it("falls with every plan by the measured excess at least, until there is none or nothing is given back", () => {
    const kw = fc.double({ min: 0, max: 120, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const minutes = fc.array(fc.record({ baseKw: kw, pvKw: kw, given: share }), {
      minLength: 20,
      maxLength: 20,
    });
    fc.assert(
      fc.property(minutes, (drawn) => {
        const memory = createBaseMemory();
        let toldKw = 100;
        drawn.forEach(({ baseKw, pvKw, given }, minute) => {
          const atMs = EVENING_MS + minute * MINUTE_MS;
          const importKw = baseKw - pvKw - toldKw * given;
          const fleet = fleetGiving(toldKw, atMs);
          memory.measure(measured("pv", pvKw, atMs));
          memory.measure(measured("site-import", importKw, atMs));
          memory.observe(site, fleet);
          const base = { ...forecastFrom(memory, atMs), upperPvKw: horizonAt(atMs).startsMs.map(() => pvKw) };
          const [nextKw = NaN] = dischargeRoom(
            { site, horizon: horizonAt(atMs), signals: NO_SIGNALS, base, fleet },
            root,
          )!;
          if (importKw < 0) expect(nextKw).toBeLessThanOrEqual(Math.max(0, toldKw + importKw) + WATT_KW);
          toldKw = Math.min(100, nextKw);
        });
      }),
    );
  });

  it("is no more than cars may be giving back: PV alone is the inverter's matter", () => {
    const excess = (importKw: number, backKw: number): number => {
      const returned = returnedAbove(
        { site, memory: { signals: null, plan: null } },
        fleetGiving(backKw, EVENING_MS),
        { ...measured("site-import", importKw, EVENING_MS), nodeId: site.rootNodeId },
      )!;
      return Math.max(0, returned.powerKw - returned.limitKw);
    };
    expect([excess(-30, 0), excess(-30, 5), excess(-3, 5), excess(3, 5)]).toEqual([0, 5, 3, 0]);
  });
});

describe("the guard of an export limit", () => {
  it("lets out in the slots next to now what the plan's row does, charging counted as nothing", () => {
    const horizon = horizonAt(EVENING_MS);
    const base = forecastFrom(createBaseMemory(), EVENING_MS);
    const input = { site, horizon, signals: NO_SIGNALS, base, fleet: { stations: new Map() } };
    const guards = guardsOf({ ...input, timesMs: horizon.startsMs });
    const [guard] = guards.filter(({ counts }) => counts === "discharge");
    expect(guard?.timesMs).toEqual(horizon.startsMs.filter((atMs) => atMs < slotEndMs(horizon, 1)));
    expect(guard?.headroomKw).toEqual(dischargeRoom(input, root)?.slice(0, 2));
  });
});

describe("an event's limit of export", () => {
  const horizon = horizonAt(EVENING_MS);
  const fleet: FleetState = { stations: new Map() };
  const base = forecastFrom(createBaseMemory(), EVENING_MS);
  /** 0 kW in slot 1 alone, at a site that may otherwise return 40 kW. */
  const capKw = horizon.startsMs.map((_, slot) => (slot === 1 ? 0 : null));
  const eventId = capKw.map((kw) => (kw === null ? null : "storm"));
  const capped = { ...NO_SIGNALS, exportCaps: [{ nodeId: root.id, capKw, eventId }] };
  const wide = { ...site, nodes: [{ ...root, exportLimitKw: 40 }, ...site.nodes.slice(1)] };
  const zeros = horizon.startsMs.map(() => 0);
  const prices = new Map([["ev", { buyPerKwh: zeros, sellPerKwh: zeros }]]);
  const input = { site: wide, horizon, base, fleet };
  const lessIn = (free: readonly (number | null)[] = [], bound: readonly (number | null)[] = []) =>
    free.map((kw, slot) => Math.round(10 * ((kw ?? Infinity) - (bound[slot] ?? Infinity))) / 10);

  it("lowers in its slot, and in no other, what the plan and the guard let cars give back", () => {
    const planned = (signals: LaidSignals) =>
      formulate({ ...input, signals, nowMs: EVENING_MS, defaultsOf: new Map(), previous: null }).nodes.find(
        ({ id }) => id === root.id,
      );
    const guarded = (signals: LaidSignals) =>
      guardsOf({ ...input, signals, timesMs: horizon.startsMs }).find(({ counts }) => counts === "discharge");
    const [free, bound] = [planned({ ...NO_SIGNALS, prices }), planned({ ...capped, prices })];
    const table = {
      limit: lessIn(free?.exportLimitKw ?? [], bound?.exportLimitKw ?? []),
      discharge: lessIn(free?.dischargeLimitKw ?? [], bound?.dischargeLimitKw ?? []),
      guard: lessIn(guarded(NO_SIGNALS)?.headroomKw, guarded(capped)?.headroomKw),
    };
    expect(table).toEqual({
      limit: [0, 40, 0, 0, 0, 0, 0, 0],
      discharge: [0, 40, 0, 0, 0, 0, 0, 0],
      guard: [0, 40],
    });
  });

  it("binds a site that has none of its own, in that slot alone", () => {
    const unlimited = { ...site, nodes: [{ ...root, exportLimitKw: null }, ...site.nodes.slice(1)] };
    const room = dischargeRoom({ ...input, site: unlimited, signals: capped }, unlimited.nodes[0]!);
    expect(room?.map(Number.isFinite)).toEqual(capKw.map((kw) => kw !== null));
  });
});

describe("a measured return", () => {
  const causesAfter = async (powerKw: number, importKw: number): Promise<(readonly string[])[]> => {
    const h = await harnessOf(site, flatPolicy(powerKw));
    connect(h, "p1");
    setpoints(h);
    const sessionId = await plugIn(h, "p1");
    // Without it nothing below zero is told.
    await h.control.setPreference(sessionId, { dischargeAllowed: true });
    await h.run(3 * MINUTE_MS);
    const before = h.cycles.length;
    await measure(h, importKw);
    await h.run(5_000);
    return h.cycles.slice(before).map(({ causes }) => causes);
  };
  const setpoints = ({ control, clock }: Harness): void =>
    control.report({
      kind: "capabilities",
      stationId: "p1",
      atMs: clock.now(),
      capabilities: { rateUnit: "W", maxPeriods: 24, maxStackLevel: 8, dischargeSetpoint: true },
    });
  const measure = ({ control, clock }: Harness, powerKw: number) =>
    control.measure(measured("site-import", powerKw, clock.now()));

  it("makes the site plan again at once where cars give back, and not where PV alone returns", async () => {
    expect(await causesAfter(-40, -20)).toEqual([["measurement"]]);
    expect(await causesAfter(3, -20)).toEqual([]);
  });
});
