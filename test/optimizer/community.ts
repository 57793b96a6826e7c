import type { Problem, ProblemSession } from "../../src/domain/problem.js";
import { NEUTRAL } from "../../src/domain/weights.js";
import { PLAIN_NODE } from "../fixtures/plain-node.js";
import { horizonOf } from "./problems.js";

/** Numbers in [0, 1) that repeat with the seed (mulberry32). */
const numbersFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const HOUR_MS = 3_600_000;
const UTC_PLUS_8_H = 8;

const hourOf = (atMs: number): number => (atMs / HOUR_MS + UTC_PLUS_8_H) % 24;

const communityCar = (index: number, next: () => number): ProblemSession => {
  const twoWay = index % 2 === 0;
  const capacityKwh = 35 + 40 * next();
  const initialKwh = capacityKwh * (0.15 + 0.5 * next());
  return {
    id: `car-${index}`,
    nodeId: index % 3 === 0 ? "site" : "garage",
    firstSlot: 0,
    endSlot: 48 + Math.floor(16 * next()),
    minChargeKw: index % 4 === 1 ? 4.14 : 1.38,
    maxChargeKw: index % 4 === 1 ? 11 : 7,
    minDischargeKw: twoWay ? 1 : 0,
    maxDischargeKw: twoWay ? 6 : 0,
    maxDischargeKwh: null,
    chargeEfficiency: 0.92,
    dischargeEfficiency: 0.92,
    capacityKwh,
    initialKwh,
    targetKwh: capacityKwh * 0.85,
    reserveKwh: twoWay ? capacityKwh * 0.3 : 0,
    taper: null,
    wearPerKwh: 0.1,
    salvagePerKwh: 0.1,
    shortfallPerPercent: 2,
    departsAfterHorizon: false,
    urgency: index % 13 === 5 ? "now" : "normal",
    phases: [1, 2, 3],
    phasesKnown: true,
  };
};

/**
 * An evening in a community: `cars` plugged in at 17:00 local time under one transformer, half of them
 * bidirectional, a day of quarter hours, a time-of-use tariff and an event in the evening.
 */
export const communityProblem = ({ cars, seed }: { cars: number; seed: number }): Problem => {
  const next = numbersFrom(seed);
  const { startsMs, endMs } = horizonOf(97, 10);
  const byHour = (value: (hour: number) => number): number[] =>
    startsMs.map((startMs) => value(hourOf(startMs)));
  const buyPricePerKwh = byHour((hour) =>
    hour >= 17 && hour < 22 ? 0.95 : hour >= 23 || hour < 7 ? 0.22 : 0.55,
  );
  const event = byHour((hour) => (hour >= 19 && hour < 20 ? 1 : 0)).map((on) => on === 1);
  const plainNode = { ...PLAIN_NODE, exportLimitKw: null, pvKw: byHour(() => 0) };
  return {
    horizon: { startsMs, endMs },
    currency: "CNY",
    supplyPu: 1,
    nodes: [
      {
        ...plainNode,
        id: "site",
        parentId: null,
        importLimitKw: event.map((on) => (on ? cars * 1.9 : cars * 3)),
        exportLimitKw: byHour(() => cars * 2),
        limitSource: event.map((on) => (on ? "evening" : null)),
        baseKw: byHour((hour) => cars * (hour >= 17 && hour < 22 ? 1.2 : 0.5)),
        failsafe: { headroomKw: byHour((hour) => cars * (hour >= 17 && hour < 22 ? 1.6 : 2.4)) },
      },
      {
        ...plainNode,
        id: "garage",
        parentId: "site",
        importLimitKw: byHour(() => cars * 1.6),
        baseKw: byHour(() => 0),
      },
    ],
    meteringPoints: [
      {
        id: "meter",
        nodeId: "site",
        buyPricePerKwh,
        demandCharge: null,
        carbonKgPerKwh: null,
        sellPricePerKwh: buyPricePerKwh.map((price) => price * 0.9),
      },
    ],
    sessions: Array.from({ length: cars }, (_, index) => communityCar(index, next)),
    storages: [],
    swapStations: [],
    targets: [],
    payments: [],
    penalties: { limitSlackPerKwh: 1000, reservePerKwhHour: 5, timePerKwhHour: 0.0005, changePerKwh: 0.001 },
    weights: NEUTRAL,
    previous: null,
  };
};
