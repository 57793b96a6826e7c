import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FleetState, StationState } from "../../src/domain/fleet.js";
import { quarterHourHorizon, withBoundaries } from "../../src/domain/horizon.js";
import type { Problem } from "../../src/domain/problem.js";
import type { LaidSignals } from "../../src/domain/signal.js";
import { NEUTRAL } from "../../src/domain/weights.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { defaultQuarters, defaultSchedule } from "../../src/planning/defaults.js";
import { formulate } from "../../src/planning/formulate.js";
import { forecastOf } from "../fixtures/forecast.js";
import {
  communityOf,
  EVENING_MS,
  evseOf,
  scheduleOfKw,
  SINGLE_PHASE_32A,
  stationOf,
} from "../fixtures/sites.js";

const SLOTS = 8;
const horizon = quarterHourHorizon(EVENING_MS, SLOTS);
const NO_SIGNALS: LaidSignals = {
  prices: new Map([["ev", { buyPerKwh: Array(SLOTS).fill(0.5), sellPerKwh: Array(SLOTS).fill(0) }]]),
  caps: [],
  targets: [],
  notes: [],
};
const site = communityOf([stationOf("p1"), stationOf("p2"), stationOf("p3")]);

const stationState = (
  id: string,
  change: Partial<StationState> = {},
  evse = evseOf(id),
): [string, StationState] => [
  id,
  {
    stationId: id,
    version: "1.6",
    connected: true,
    lastSeenMs: EVENING_MS,
    vendor: null,
    model: null,
    capabilities: null,
    evses: new Map([[1, evse]]),
    ...change,
  },
];

const base = forecastOf({ site, horizon });

const problemOf = (fleet: FleetState, signals = NO_SIGNALS, ofSite = site): Problem =>
  formulate({
    site: ofSite,
    fleet,
    signals,
    base,
    horizon,
    nowMs: EVENING_MS,
    defaultsOf: new Map(),
    previous: null,
  });

const headroom = (problem: Problem): readonly number[] | undefined =>
  problem.nodes.find(({ id }) => id === "transformer")?.failsafe?.headroomKw;

describe("the problem made from what is known", () => {
  it("plans a car that can be reached and fixes one that cannot", () => {
    const held = scheduleOfKw("p2", [5, 5, 5, 5, 2, 2, 2, 2]);
    const fleet = {
      stations: new Map([
        stationState("p1"),
        stationState("p2", { connected: false }, evseOf("p2", { held })),
      ]),
    };
    const problem = problemOf(fleet);
    expect(problem.sessions.map(({ id }) => id)).toEqual(["p1.1.s"]);
    expect(problem.nodes.map(({ id, baseKw }) => [id, baseKw.map((kw) => Math.round(kw))])).toEqual([
      ["transformer", [66, 66, 66, 66, 66, 66, 66, 66]],
      ["piles", [5, 5, 5, 5, 2, 2, 2, 2]],
    ]);
  });

  it("goes on counting a car that does not follow as last measured while its station is offline", () => {
    const held = scheduleOfKw("p2", [2, 2, 2, 2, 8, 8, 8, 8]);
    const sample = { atMs: EVENING_MS, powerKw: 7, importedWh: null, exportedWh: null, socPercent: null };
    const pilesKw = (notFollowingSinceMs: number | null): readonly number[] | undefined => {
      const evse = evseOf("p2", { held, sample, notFollowingSinceMs });
      const problem = problemOf({ stations: new Map([stationState("p2", { connected: false }, evse)]) });
      return problem.nodes.find(({ id }) => id === "piles")?.baseKw;
    };
    const most = Math.min(8, 7.04);
    expect(pilesKw(EVENING_MS)).toEqual([7, 7, 7, 7, most, most, most, most]);
    expect(pilesKw(null)).toEqual([2, 2, 2, 2, most, most, most, most]);
  });

  it("leaves in the fail-safe row what the lost, the empty and the base load may draw", () => {
    const held = scheduleOfKw("p2", [5, 5, 5, 5, 2, 2, 2, 2]);
    const sixAmpere = scheduleOfKw("p3", [1.32], {
      purpose: "default",
      transactionId: null,
      startMs: EVENING_MS,
    });
    const fleet = {
      stations: new Map([
        stationState("p1"),
        stationState("p2", { connected: false }, evseOf("p2", { held })),
        stationState("p3", {}, evseOf("p3", { session: null, heldDefault: sixAmpere })),
      ]),
    };
    // 100 − 60 · 1.1 − what p2 holds − the default of the empty p3
    expect(headroom(problemOf(fleet))?.map((kw) => kw.toFixed(2))).toEqual(
      [5, 5, 5, 5, 2, 2, 2, 2].map((lostKw) => (100 - 66 - lostKw - 1.32).toFixed(2)),
    );
  });

  it("counts a lost car that was discharging at its default, which holds once the discharge has ended", () => {
    const held = scheduleOfKw("p2", [-5, -5, 3, 3, -5, -5, -5, -5]);
    const sixAmpere = scheduleOfKw("p2", [1.32], {
      purpose: "default",
      transactionId: null,
      startMs: EVENING_MS,
    });
    const lost = stationState("p2", { connected: false }, evseOf("p2", { held, heldDefault: sixAmpere }));
    const problem = problemOf({ stations: new Map([lost]) });
    expect(problem.nodes[1]?.baseKw).toEqual([1.32, 1.32, 3, 3, 1.32, 1.32, 1.32, 1.32]);
  });

  it("counts an EVSE of unknown default at its rating", () => {
    const fleet = {
      stations: new Map([stationState("p3", {}, evseOf("p3", { session: null, heldDefault: null }))]),
    };
    expect(headroom(problemOf(fleet))?.[0]).toBeCloseTo(100 - 66 - 7.04);
  });

  it("takes the tighter of own limit and event, and says which event", () => {
    const caps = [
      {
        nodeId: "transformer",
        capKw: [null, 80, 120, 80, null, null, null, null],
        eventId: [null, "e", "e", "e", null, null, null, null],
      },
    ];
    const node = problemOf({ stations: new Map() }, { ...NO_SIGNALS, caps }).nodes[0];
    expect(node?.importLimitKw).toEqual([100, 80, 100, 80, 100, 100, 100, 100]);
    expect(node?.limitSource).toEqual([null, "e", null, "e", null, null, null, null]);
  });

  it("puts a car on the phases that it is known to draw on, and else on whichever is worst", () => {
    const piles = [
      stationOf("p1", { phases: 3 }),
      stationOf("p2", { firstPhase: 2 }),
      stationOf("p3"),
      stationOf("p4", { phases: 3, firstPhase: 3 }),
    ];
    const limited = communityOf(piles, { basePhaseShares: [0.5, 0.3, 0.2] });
    const nodes = limited.nodes.map((node) => ({
      ...node,
      phaseLimitKw: node.parentId === null ? 40 : null,
    }));
    const fleet = {
      stations: new Map([
        stationState("p1"),
        stationState("p2"),
        stationState("p3"),
        stationState("p4", {}, evseOf("p4", { carPhases: 1 })),
      ]),
    };
    const problem = problemOf(fleet, NO_SIGNALS, { ...limited, nodes });
    expect(problem.sessions.map(({ phases, phasesKnown }) => [phases, phasesKnown])).toEqual([
      [[1, 2, 3], true],
      [[2], true],
      [[1], false],
      [[3], true],
    ]);
    expect(problem.nodes.map(({ phaseLimitKw }) => phaseLimitKw?.map(([kw]) => kw))).toEqual([
      [40, 40, 40],
      undefined,
    ]);
    expect(problem.nodes[0]?.phaseBaseKw?.map(([kw]) => kw?.toFixed(1))).toEqual(["33.0", "19.8", "13.2"]);
  });

  it("hands on lines and voltages as the site file states them", () => {
    const line = { resistanceOhm: 0.2, reactanceOhm: 0.1, nominalV: 400 };
    const voltageLimits = { minPu: 0.94, maxPu: null };
    const nodes = site.nodes.map((node) =>
      node.parentId === null ? node : { ...node, line, voltageLimits },
    );
    const problem = problemOf({ stations: new Map() }, NO_SIGNALS, { ...site, nodes, supplyPu: 1.02 });
    expect(problem.supplyPu).toBe(1.02);
    expect(problem.nodes.map((node) => [node.line, node.voltageLimits])).toEqual([
      [null, null],
      [line, voltageLimits],
    ]);
  });

  it("has each phase bear a car that cannot be steered and may be on any", () => {
    const held = scheduleOfKw("p2", [5, 5, 5, 5, 2, 2, 2, 2]);
    const fleet = {
      stations: new Map([stationState("p2", { connected: false }, evseOf("p2", { held }))]),
    };
    const nodes = site.nodes.map((node) => ({ ...node, phaseLimitKw: 40 }));
    const [, panel] = problemOf(fleet, NO_SIGNALS, { ...site, nodes }).nodes;
    expect(panel?.phaseBaseKw).toEqual([1, 2, 3].map(() => [5, 5, 5, 5, 2, 2, 2, 2]));
    expect(problemOf(fleet).nodes[1]?.phaseBaseKw).toBeNull();
  });

  it("ends a session's window no later than the departure", () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 6 * HOUR_MS }), (stayMs) => {
        const departureMs = EVENING_MS + stayMs;
        const evse = evseOf("p1");
        const preference = {
          profileType: "CHEAP" as const,
          departureMs,
          energyNeedKwh: 5,
          dischargeAllowed: false,
          reserveKwh: null,
          maxDischargeKwh: null,
        };
        const session = { ...evse.session!, preference };
        const [planned] = problemOf({
          stations: new Map([stationState("p1", {}, { ...evse, session })]),
        }).sessions;
        const endMs = horizon.startsMs[planned!.endSlot] ?? horizon.endMs;
        if (planned!.endSlot > 1) expect(endMs).toBeLessThanOrEqual(departureMs + 60_000);
        expect(planned!.departsAfterHorizon).toBe(departureMs > horizon.endMs);
      }),
    );
  });
});

describe("a demand charge of a metering point", () => {
  it("reaches the problem with its billed peak and the slots that count", () => {
    const meteringPoints = site.meteringPoints.map((point) => ({
      ...point,
      demandCharge: { pricePerKw: 38, billedPeakKw: 120, countsFrom: "08:00", countsTo: "22:00" },
    }));
    const charge = (demandCounts: object) => {
      const prices = new Map(
        [...NO_SIGNALS.prices].map(([id, own]) => [id, { ...own, ...demandCounts }] as const),
      );
      const signals = { ...NO_SIGNALS, prices };
      const fleet = { stations: new Map([stationState("p1")]) };
      return problemOf(fleet, signals, { ...site, meteringPoints }).meteringPoints[0]?.demandCharge;
    };
    const countsInSlot = [true, true, false, false, false, false, false, true];
    expect(charge({})).toEqual({ pricePerKw: 38, billedPeakKw: 120, countsInSlot: null });
    expect(charge({ demandCounts: countsInSlot })).toMatchObject({ countsInSlot });
  });
});

describe("the objective of a site", () => {
  it("becomes weights in its currency, of which those that are stated go before", () => {
    const fleet = { stations: new Map([stationState("p1")]) };
    const weightsOf = (part: object) => problemOf(fleet, NO_SIGNALS, { ...site, ...part }).weights;
    expect(weightsOf({})).toEqual(NEUTRAL);
    // Two hours at 0.5 per kWh.
    expect(weightsOf({ objective: "flattest" })).toEqual({ ...NEUTRAL, peak: 2 });
    expect(weightsOf({ objective: "flattest", weights: { peak: 1, fairness: 3 } })).toEqual({
      ...NEUTRAL,
      peak: 1,
      fairness: 3,
    });
  });
});

describe("a car a little below its reserve", () => {
  const RESERVE_KWH = 18;
  /** The reserve that is planned for a car that holds so much; 6 A on one phase are 1.38 kW. */
  const plannedReserve = (energyKwh: number): number | undefined => {
    const evse = evseOf("p1");
    const needs = {
      departureMs: null,
      energyNeedKwh: 10,
      capacityKwh: 60,
      energyKwh,
      maxChargeKw: null,
      maxDischargeKw: 6,
      reserveKwh: RESERVE_KWH,
    };
    const session = { ...evse.session!, importedKwh: 0, exportedKwh: 0, needs };
    const fleet = { stations: new Map([stationState("p1", {}, { ...evse, session })]) };
    return problemOf(fleet).sessions[0]?.reserveKwh;
  };

  it("need not buy that back at once, where it is less than a slot at least power brings", () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (lackingKwh) => {
        const energyKwh = RESERVE_KWH - lackingKwh;
        const slotKwh = 1.38 * 0.25 * 0.95;
        fc.pre(Math.abs(lackingKwh - slotKwh) > 1e-9);
        const little = lackingKwh > 0 && lackingKwh < slotKwh;
        expect(plannedReserve(energyKwh)).toBe(little ? energyKwh : RESERVE_KWH);
      }),
    );
    expect(plannedReserve(RESERVE_KWH - 0.2)).toBeCloseTo(RESERVE_KWH - 0.2, 9);
  });
});

describe("the time grid", () => {
  it("keeps every boundary it had, and no slot shorter than a minute", () => {
    const time = fc.integer({ min: EVENING_MS - HOUR_MS, max: EVENING_MS + 4 * HOUR_MS });
    fc.assert(
      fc.property(fc.array(time, { maxLength: 20 }), (times) => {
        const finer = withBoundaries(horizon, times);
        expect(finer.startsMs).toEqual(expect.arrayContaining([...horizon.startsMs]));
        expect(finer.endMs).toBe(horizon.endMs);
        [...finer.startsMs, finer.endMs].reduce((before, atMs) => {
          expect(atMs - before).toBeGreaterThanOrEqual(60_000);
          return atMs;
        });
      }),
    );
  });
});

describe("the default of an EVSE without a schedule", () => {
  it("waits in the quarters whose free power all defaults together could fill", () => {
    const evening = communityOf(site.stations, {
      baseProfileKw: Array.from({ length: 96 }, (_, q) => (q >= 68 && q < 88 ? 85 : 40)),
    });
    const allowed = defaultQuarters(evening).get("piles") ?? [];
    const schedule = defaultSchedule({
      station: stationOf("p1"),
      evse: SINGLE_PHASE_32A,
      allowed,
      midnightMs: 0,
      unit: "A",
    });
    expect(schedule.periods.map(({ startMs, value }) => `${startMs / HOUR_MS}h ${value} A`)).toEqual([
      "0h 6 A",
      "17h 0 A",
      "22h 6 A",
    ]);
  });
});

describe("an EVSE that the site file does not name", () => {
  it("counts with its session, as measured or at its station's rating", () => {
    const nodesWith = (powerKw: number | null) => {
      const sample = { atMs: EVENING_MS, importedWh: null, exportedWh: null, socPercent: null };
      const stray = evseOf("p1", { evseId: 2, sample: powerKw === null ? null : { ...sample, powerKw } });
      const evses = new Map([1, 2].map((id) => [id, id === 2 ? stray : evseOf("p1", { session: null })]));
      const fleet = { stations: new Map([stationState("p1", { evses })]) };
      return problemOf(fleet).nodes.map(({ id, baseKw, failsafe }) => [
        id,
        baseKw[0],
        failsafe?.headroomKw[0],
      ]);
    };
    expect(nodesWith(5)).toEqual([
      ["transformer", 66, 100 - 66 - 5],
      ["piles", 5, undefined],
    ]);
    expect(nodesWith(null)[1]).toEqual(["piles", 7.04, undefined]);
  });
});
