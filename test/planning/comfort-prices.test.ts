import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import type { LaidSignals } from "../../src/domain/signal.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import { type Preset, PRESETS } from "../../src/domain/weights.js";
import { HOUR_MS, sum } from "../../src/domain/units.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";
import { comfortPrices } from "../../src/planning/comfort-prices.js";
import { formulate } from "../../src/planning/formulate.js";
import { forecastOf } from "../fixtures/forecast.js";
import { communityOf, EVENING_MS, evseOf, sessionOf, stationOf } from "../fixtures/sites.js";

const SLOTS = 40;
const horizon = quarterHourHorizon(EVENING_MS, SLOTS);
const solver = solverByName("highs");
const fallback = solverByName("least-laxity");

interface Drawn {
  readonly buyPerKwh: readonly number[];
  readonly sellPerKwh: readonly number[];
  readonly targetKw: number | null;
  readonly needsKwh: readonly [number, number];
  /** Price of a kW of the month's highest power, in kWh of the dearest hours. */
  readonly demandPerKw: number | null;
  readonly objective: Preset;
  readonly flatteningPerKw2h: number;
}

/** Prices of a day in a currency whose kWh costs about `scale`; needs that two cars of 7 kW can meet. */
const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    scale: fc.constantFrom(0.01, 0.3, 1, 12, 31, 4_000, 100_000),
    shares: fc.array(fc.double({ min: -0.2, max: 1, noNaN: true }), { minLength: SLOTS, maxLength: SLOTS }),
    sold: fc.double({ min: 0, max: 0.9, noNaN: true }),
    targetKw: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
    needsKwh: fc.tuple(fc.integer({ min: 1, max: 55 }), fc.integer({ min: 1, max: 55 })),
    demandPerKw: fc.option(fc.integer({ min: 1, max: 80 }), { nil: null }),
    objective: fc.constantFrom(...PRESETS),
    // With 60 kW of base load nothing, an eighth of the tariff or five times it.
    flattening: fc.constantFrom(0, 0.001, 0.04),
  })
  .map(({ scale, shares, sold, targetKw, needsKwh, demandPerKw, objective, flattening }) => ({
    objective,
    flatteningPerKw2h: scale * flattening,
    demandPerKw: demandPerKw === null ? null : scale * demandPerKw,
    buyPerKwh: shares.map((share) => scale * share),
    sellPerKwh: shares.map((share) => scale * Math.min(share, share * sold)),
    targetKw,
    needsKwh,
  }));

const signalsOf = ({ buyPerKwh, sellPerKwh, targetKw }: Drawn): LaidSignals => ({
  prices: new Map([["ev", { buyPerKwh, sellPerKwh }]]),
  caps: [],
  targets:
    targetKw === null
      ? []
      : [{ id: "t", nodeId: "transformer", powerKw: buyPerKwh.map(() => targetKw), pricePerKwh: 1 }],
  notes: [],
});

const problemOf = (given: Drawn): Problem => {
  const ids = ["p1", "p2"];
  const charge = { billedPeakKw: 0, countsFrom: null, countsTo: null };
  const { meteringPoints, ...rest } = communityOf(ids.map((id) => stationOf(id)));
  const { flatteningPerKw2h } = given;
  const site = {
    ...rest,
    nodes: rest.nodes.map((node) => ({ ...node, flatteningPerKw2h })),
    objective: given.objective,
    meteringPoints: meteringPoints.map((point) => ({
      ...point,
      demandCharge: given.demandPerKw === null ? null : { ...charge, pricePerKw: given.demandPerKw },
    })),
  };
  const fleet = {
    stations: new Map(
      ids.map((id, at) => {
        const preference = {
          profileType: "CHEAP" as const,
          departureMs: EVENING_MS + 9 * HOUR_MS,
          energyNeedKwh: given.needsKwh[at] ?? 0,
          dischargeAllowed: false,
          reserveKwh: null,
          maxDischargeKwh: null,
        };
        const evses = new Map([[1, evseOf(id, { session: sessionOf(id, { preference }) })]]);
        const known = { version: "1.6" as const, connected: true, lastSeenMs: EVENING_MS };
        return [
          id,
          { stationId: id, ...known, vendor: null, model: null, capabilities: null, evses },
        ] as const;
      }),
    ),
  };
  const base = forecastOf({ site, horizon });
  const signals = signalsOf(given);
  return formulate({
    site,
    fleet,
    signals,
    base,
    horizon,
    nowMs: EVENING_MS,
    defaultsOf: new Map(),
    previous: null,
  });
};

describe("the prices of comfort", () => {
  it("a need that can be met is met, whatever a kWh costs and in whatever currency", async () => {
    const parts = { solver: await solver, fallback: await fallback, timeLimitMs: 10_000 };
    await fc.assert(
      fc.asyncProperty(drawn, async (given) => {
        const outcome = await planProblem(problemOf(given), parts);
        expect(["optimal", "feasible"]).toContain(outcome.status);
        if (outcome.status === "invalid") return;
        for (const { shortfallKwh } of outcome.plan.sessions) expect(shortfallKwh).toBeLessThan(0.01);
      }),
      { numRuns: 30 },
    );
  });

  it("rank needs above targets, and targets above cost, by what a kWh can bring", () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 1_000 }), (given, largestNeedKwh) => {
        const signals = signalsOf(given);
        const { wholeNeed, targetsPerKwh } = comfortPrices({ wearPerKwh: 0.2, meteringPoints: [] }, signals, {
          largestNeedKwh,
          flatteningPerKwh: 70 * given.flatteningPerKw2h,
        });
        const tariffs = [...given.buyPerKwh, ...given.sellPerKwh].map(Math.abs);
        for (const target of targetsPerKwh) expect(target).toBeGreaterThanOrEqual(Math.max(...tariffs));
        const dearest = Math.max(...tariffs) + 0.2 + 70 * given.flatteningPerKw2h + sum(targetsPerKwh);
        expect(wholeNeed / largestNeedKwh).toBeGreaterThanOrEqual(9.99 * dearest);
      }),
    );
  });

  it("rank needs above what flattening may add to a kWh", () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const { nodes, sessions } = problemOf(given);
        for (const node of nodes) expect(node.flatteningPerKw2h).toBe(given.flatteningPerKw2h);
        const slopePerKwh = 2 * given.flatteningPerKw2h * Math.max(...(nodes[0]?.baseKw ?? []));
        for (const { shortfallPerPercent, targetKwh, initialKwh } of sessions) {
          const perKwh = (100 * shortfallPerPercent) / Math.max(1, targetKwh - initialKwh);
          expect(perKwh).toBeGreaterThanOrEqual(9.99 * slopePerKwh);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("are those of a tariff in yuan as long as it costs no more than 1", () => {
    const prices = new Map([["ev", { buyPerKwh: [0.385, 0.888], sellPerKwh: [0.9, -0.1] }]]);
    expect(
      comfortPrices(
        { wearPerKwh: 0.12, meteringPoints: [] },
        { prices, targets: [] },
        { largestNeedKwh: 60 },
      ),
    ).toEqual({
      wholeNeed: 1_000,
      targetsPerKwh: [],
      penalties: {
        limitSlackPerKwh: 5_000,
        reservePerKwhHour: 20,
        timePerKwhHour: 2e-4,
        changePerKwh: 1e-4,
      },
    });
  });
});
