import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { MeteringPoint, Problem, ProblemSession } from "../src/domain/problem.js";
import { NEUTRAL } from "../src/domain/weights.js";

export const SLOTS = 96;
const START_MS = Date.UTC(2026, 10, 2, 4, 0);
const SLOT_MS = 900_000;

/** Numbers in [0, 1) that repeat with the seed. */
const drawing = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 0x1_0000_0000;
};

const session = (index: number, draw: () => number): ProblemSession => {
  // Noon is slot 0: arrivals between four and nine in the evening, departures between six and ten.
  const firstSlot = 16 + Math.floor(draw() * 20);
  const endSlot = Math.min(SLOTS, 72 + Math.floor(draw() * 16));
  const capacityKwh = 40 + Math.floor(draw() * 5) * 10;
  const initialKwh = capacityKwh * (0.15 + 0.4 * draw());
  const twoWay = index % 2 === 0;
  return {
    id: `car-${index}`,
    nodeId: "site",
    firstSlot,
    endSlot,
    minChargeKw: 1.38,
    maxChargeKw: 7,
    minDischargeKw: twoWay ? 1.38 : 0,
    maxDischargeKw: twoWay ? 7 : 0,
    maxDischargeKwh: null,
    chargeEfficiency: 0.93,
    dischargeEfficiency: 0.93,
    capacityKwh,
    initialKwh,
    targetKwh: capacityKwh * (0.7 + 0.25 * draw()),
    reserveKwh: twoWay ? capacityKwh * 0.2 : 0,
    taper: null,
    wearPerKwh: 0.05,
    salvagePerKwh: 0.1,
    shortfallPerPercent: 2,
    departsAfterHorizon: false,
    urgency: "normal",
    phases: [1, 2, 3],
    phasesKnown: true,
  };
};

/** A day of a site: time-of-use prices with a spot ripple, base load with an evening peak, a limit that binds. */
export const siteDay = (
  sessions: number,
  seed = 1,
  demandCharge: MeteringPoint["demandCharge"] = null,
): Problem => {
  const draw = drawing(seed);
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot);
  const hourOf = (slot: number): number => (12 + slot / 4) % 24;
  const price = slots.map((slot) => {
    const hour = hourOf(slot);
    const tariff = hour >= 16 && hour < 22 ? 0.9 : hour < 7 ? 0.25 : 0.55;
    return tariff + 0.08 * draw();
  });
  const perCarKw = 1.2;
  const baseKw = slots.map((slot) => sessions * (0.4 + 0.6 * Math.exp(-(((hourOf(slot) - 19) / 2.5) ** 2))));
  return {
    horizon: {
      startsMs: slots.map((slot) => START_MS + slot * SLOT_MS),
      endMs: START_MS + SLOTS * SLOT_MS,
    },
    currency: "CNY",
    supplyPu: 1,
    nodes: [
      {
        id: "site",
        parentId: null,
        importLimitKw: slots.map(() => sessions * (perCarKw + 1)),
        exportLimitKw: slots.map(() => sessions),
        limitSource: null,
        baseKw,
        pvKw: slots.map(() => 0),
        failsafe: null,
        dischargeLimitKw: null,
        flatteningPerKw2h: 0,
        phaseLimitKw: null,
        phaseBaseKw: null,
        line: null,
        reactiveKvar: null,
        voltageLimits: null,
        exclusive: null,
        smoothChange: null,
      },
    ],
    meteringPoints: [
      {
        id: "meter",
        nodeId: "site",
        buyPricePerKwh: price,
        sellPricePerKwh: price.map((buy) => buy * 0.9),
        demandCharge,
        carbonKgPerKwh: null,
      },
    ],
    sessions: Array.from({ length: sessions }, (_, index) => session(index, draw)),
    storages: [],
    targets: [],
    payments: [],
    penalties: { limitSlackPerKwh: 100, reservePerKwhHour: 5, timePerKwhHour: 0.001, changePerKwh: 0.002 },
    weights: NEUTRAL,
    previous: null,
  };
};
