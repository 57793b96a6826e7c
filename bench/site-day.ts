import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { MeteringPoint, Problem, ProblemNode, ProblemSession } from "../src/domain/problem.js";
import { NEUTRAL } from "../src/domain/weights.js";
import { PLAIN_NODE } from "../test/fixtures/plain-node.js";

export const SLOTS = 96;
const START_MS = Date.UTC(2026, 10, 2, 4, 0);
const SLOT_MS = 900_000;

/** Numbers in [0, 1) that repeat with the seed. */
const drawing = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 0x1_0000_0000;
};

const session = (index: number, draw: () => number, nodeId = "site"): ProblemSession => {
  // Noon is slot 0: arrivals between four and nine in the evening, departures between six and ten.
  const firstSlot = 16 + Math.floor(draw() * 20);
  const endSlot = Math.min(SLOTS, 72 + Math.floor(draw() * 16));
  const capacityKwh = 40 + Math.floor(draw() * 5) * 10;
  const initialKwh = capacityKwh * (0.15 + 0.4 * draw());
  const twoWay = index % 2 === 0;
  return {
    id: `car-${index}`,
    nodeId,
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

const SLOT_NUMBERS = Array.from({ length: SLOTS }, (_, slot) => slot);
const hourOf = (slot: number): number => (12 + slot / 4) % 24;

const buyPrices = (draw: () => number): number[] =>
  SLOT_NUMBERS.map((slot) => {
    const hour = hourOf(slot);
    const tariff = hour >= 16 && hour < 22 ? 0.9 : hour < 7 ? 0.25 : 0.55;
    return tariff + 0.08 * draw();
  });

/** Base load per car, with an evening peak. */
const baseOf = (sessions: number): number[] =>
  SLOT_NUMBERS.map((slot) => sessions * (0.4 + 0.6 * Math.exp(-(((hourOf(slot) - 19) / 2.5) ** 2))));

/** A limit per car that binds in the evening. */
const LIMIT_KW = 2.2;

/** A node with limits and nothing else that is special. */
const nodeOf = (
  { id, parentId }: { id: string; parentId: string | null },
  { limitKw, baseKw }: { limitKw: number; baseKw: number[] },
): ProblemNode => ({
  ...PLAIN_NODE,
  id,
  parentId,
  importLimitKw: SLOT_NUMBERS.map(() => limitKw),
  exportLimitKw: SLOT_NUMBERS.map(() => limitKw / 2),
  baseKw,
  pvKw: SLOT_NUMBERS.map(() => 0),
});

const meterOf = (
  { id, nodeId }: { id: string; nodeId: string },
  buyPricePerKwh: number[],
  demandCharge: MeteringPoint["demandCharge"] = null,
): MeteringPoint => ({
  id,
  nodeId,
  buyPricePerKwh,
  sellPricePerKwh: buyPricePerKwh.map((buy) => buy * 0.9),
  demandCharge,
  carbonKgPerKwh: null,
});

type Site = Pick<Problem, "nodes" | "meteringPoints" | "sessions">;

const dayOf = (site: Site): Problem => ({
  horizon: {
    startsMs: SLOT_NUMBERS.map((slot) => START_MS + slot * SLOT_MS),
    endMs: START_MS + SLOTS * SLOT_MS,
  },
  currency: "CNY",
  supplyPu: 1,
  ...site,
  storages: [],
  swapStations: [],
  targets: [],
  payments: [],
  penalties: { limitSlackPerKwh: 100, reservePerKwhHour: 5, timePerKwhHour: 0.001, changePerKwh: 0.002 },
  weights: NEUTRAL,
  previous: null,
});

/** A day of a site: time-of-use prices with a spot ripple, base load with an evening peak, a limit that binds. */
export const siteDay = (
  sessions: number,
  seed = 1,
  demandCharge: MeteringPoint["demandCharge"] = null,
): Problem => {
  const draw = drawing(seed);
  const price = buyPrices(draw);
  const node = nodeOf(
    { id: "site", parentId: null },
    { limitKw: sessions * LIMIT_KW, baseKw: baseOf(sessions) },
  );
  return dayOf({
    nodes: [node],
    meteringPoints: [meterOf({ id: "meter", nodeId: "site" }, price, demandCharge)],
    sessions: Array.from({ length: sessions }, (_, index) => session(index, draw)),
  });
};

/** Share of what the limits of its sites add up to that a feeder lets through. */
const FEEDER_SHARE = 0.9;

/**
 * A day of sites under one feeder, each with a limit and a metering point of its own; the limit of the feeder
 * binds as well.
 */
export const feederDay = (sites: number, sessions: number, seed = 1): Problem => {
  const draw = drawing(seed);
  const price = buyPrices(draw);
  const siteOf = (index: number): number => index % sites;
  const sizes = Array.from({ length: sites }, (_, site) => Math.ceil((sessions - site) / sites));
  const feeder = nodeOf(
    { id: "feeder", parentId: null },
    { limitKw: FEEDER_SHARE * sessions * LIMIT_KW, baseKw: baseOf(0) },
  );
  const own = sizes.map((size, site) =>
    nodeOf(
      { id: `site-${site}`, parentId: "feeder" },
      { limitKw: size * LIMIT_KW * (0.9 + 0.4 * draw()), baseKw: baseOf(size) },
    ),
  );
  const meters = sizes.map((_, site) => meterOf({ id: `meter-${site}`, nodeId: `site-${site}` }, price));
  return dayOf({
    nodes: [feeder, ...own],
    meteringPoints: meters,
    sessions: Array.from({ length: sessions }, (_, index) => session(index, draw, `site-${siteOf(index)}`)),
  });
};
