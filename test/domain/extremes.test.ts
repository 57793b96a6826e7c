/** Whatever the edges let in can be planned: a number at its bound disables no site. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MOST_POWER_KW, MOST_PRICE_PER_KWH } from "../../src/domain/bounds.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import type { GridEvent } from "../../src/domain/signal.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";
import { forecastBase } from "../../src/planning/base-forecast.js";
import { formulate } from "../../src/planning/formulate.js";
import { laySignals } from "../../src/signals/lay.js";
import { communityOf, EVENING_MS, evseOf, stationOf } from "../fixtures/sites.js";
import { flatTariff } from "../signals/tables.js";

const site = communityOf([stationOf("p1"), stationOf("p2")]);
const horizon = quarterHourHorizon(EVENING_MS, 6);
const tariff = { ...flatTariff("Asia/Shanghai", 0.5), id: "tariff" };

const eventOf = (id: string, type: string, value: number): GridEvent => ({
  id,
  programId: "p",
  name: null,
  priority: null,
  modifiedMs: 0,
  nodeIds: null,
  intervals: [
    { id: 0, startMs: horizon.startsMs[2] ?? 0, endMs: null, payloads: [{ type, values: [value] }] },
  ],
});

const atBound = (most: number, least: number) =>
  fc.oneof(fc.constantFrom(most, least, 0), fc.double({ min: least, max: most, noNaN: true }));

const drawn = fc.record({
  buy: atBound(MOST_PRICE_PER_KWH, -MOST_PRICE_PER_KWH),
  sell: atBound(MOST_PRICE_PER_KWH, -MOST_PRICE_PER_KWH),
  capKw: atBound(MOST_POWER_KW, 0),
  setpointKw: atBound(MOST_POWER_KW, -MOST_POWER_KW),
  baseKw: atBound(MOST_POWER_KW, 0),
});

const fleet = {
  stations: new Map(
    site.stations.map(({ id }) => [
      id,
      {
        stationId: id,
        version: "1.6" as const,
        connected: true,
        lastSeenMs: EVENING_MS,
        vendor: null,
        model: null,
        capabilities: null,
        evses: new Map([[1, evseOf(id)]]),
      },
    ]),
  ),
};

interface Numbers {
  readonly buy: number;
  readonly sell: number;
  readonly capKw: number;
  readonly setpointKw: number;
  readonly baseKw: number;
}

const problemOf = ({ buy, sell, capKw, setpointKw, baseKw }: Numbers) =>
  formulate({
    site,
    fleet,
    signals: laySignals({
      site,
      tariffs: new Map([["tariff", tariff]]),
      prices: new Map(),
      events: [
        eventOf("buy", "PRICE", buy),
        eventOf("sell", "EXPORT_PRICE", sell),
        eventOf("cap", "IMPORT_CAPACITY_LIMIT", capKw),
        eventOf("set", "DISPATCH_SETPOINT", setpointKw),
      ],
      horizon,
      nowMs: EVENING_MS,
    }),
    base: forecastBase({
      site,
      horizon,
      quarters: horizon.startsMs.map(() => 68),
      nowQuarter: 68,
      nowMs: EVENING_MS,
      observed: { powerKw: baseKw, atMs: EVENING_MS, exactMs: EVENING_MS },
      pvKw: null,
      battery: null,
      experience: null,
    }),
    horizon,
    nowMs: EVENING_MS,
    defaultsOf: new Map(),
    previous: null,
  });

test("every number at its bound", async () => {
  const parts = {
    solver: await solverByName("highs"),
    fallback: await solverByName("least-laxity"),
    timeLimitMs: 10_000,
  };
  await fc.assert(
    fc.asyncProperty(drawn, async (numbers) => {
      const outcome = await planProblem(problemOf(numbers), parts);
      expect(outcome.status).not.toBe("invalid");
      if (outcome.status === "invalid") return;
      for (const { chargeKw } of outcome.plan.sessions)
        for (const kw of chargeKw) expect(Number.isFinite(kw)).toBe(true);
      expect(Number.isFinite(outcome.plan.certificate.sent.objective)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
