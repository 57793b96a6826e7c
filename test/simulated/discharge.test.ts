import { beforeAll, describe, expect, it } from "vitest";
import type { Simulation } from "../../src/app/simulate.js";
import { builtInScenario } from "../../src/app/package-files.js";
import { scenarioSignals } from "../../src/app/signal-files.js";
import { pointAt } from "../../src/signals/price-series.js";
import { priceAt } from "../../src/signals/tariff.js";
import { loadScenario, type Scenario } from "../../sims/index.js";
import { runEvening } from "./evening.js";

/** So dear that giving back pays only at the very top of the evening's spot price. */
const WEAR_PER_KWH = 0.465;

/** A plan's slot may begin up to a minute before a quarter of an hour, and four cars agree. */
const LAST_MINUTE_KWH = (4 * 7) / 60;

/** The evening of the community, cars worn dearly, every second of the bidirectional ones without consent. */
const dearEvening = (): Scenario => {
  const whole = loadScenario(builtInScenario("jinan-community"), { durationHours: 7 });
  const refuses = (stationId: string): boolean => Number(stationId.slice(-3)) % 2 === 0;
  return {
    ...whole,
    site: { ...whole.site, wearPerKwh: WEAR_PER_KWH },
    arrivals: (fromMs, toMs) =>
      whole
        .arrivals(fromMs, toMs)
        .map((visit) =>
          visit.preference === null || !refuses(visit.stationId)
            ? visit
            : { ...visit, preference: { ...visit.preference, dischargeAllowed: false } },
        ),
  };
};

const scenario = dearEvening();
const { tariffs, prices } = scenarioSignals(scenario);
const [tariff, spot] = [tariffs[0]!, prices.current()[0]!];
/** The night's price in the tariff, and what comes back of a kWh that is charged and given back. */
const CHEAPEST_PER_KWH = 0.385;
const BOTH_WAYS = 0.95 * 0.95;
let run: Simulation;

/**
 * What a kWh given back may be worth at most (sold, or not bought for another car) less its wear and what
 * buying it again costs at the cheapest hour, losses on both ways included. From tariff and spot price alone.
 */
const profitPerKwh = (atMs: number): number => {
  const worth = Math.max(priceAt(tariff, atMs), pointAt(spot, atMs)?.pricePerKwh ?? 0);
  return worth - WEAR_PER_KWH - CHEAPEST_PER_KWH / BOTH_WAYS;
};

beforeAll(async () => {
  run = await runEvening(scenario, "direct");
}, 600_000);

describe("discharge where wear is dear", () => {
  it("happens in the slots in which it pays, and in no other", () => {
    const { slots } = run.world.truth();
    const paying = slots.filter(({ startMs }) => profitPerKwh(startMs) > 0);
    const losing = slots.filter(({ startMs }) => profitPerKwh(startMs) <= 0);
    expect([paying.length, losing.length]).toEqual([2, 26]);
    for (const { evExportKwh } of paying) expect(evExportKwh).toBeGreaterThan(1);
    for (const { endMs, evExportKwh } of losing)
      expect(evExportKwh).toBeLessThanOrEqual(profitPerKwh(endMs) > 0 ? LAST_MINUTE_KWH : 0);
  });

  it("comes from the cars whose drivers agreed, and from no other that could", () => {
    const able = run.world.visits().filter(({ stationId }) => Number(stationId.slice(-3)) >= 33);
    const exported = (consent: boolean): number[] =>
      able.filter((visit) => visit.consent === consent).map(({ exportedKwh }) => exportedKwh);
    expect(exported(false)).toEqual([0, 0, 0, 0]);
    expect(Math.max(...exported(true))).toBeGreaterThan(1);
  });
});
