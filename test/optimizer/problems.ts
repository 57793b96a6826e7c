import * as fc from "fast-check";
import type { MeteringPoint, Problem, ProblemNode, ProblemSession } from "../../src/domain/problem.js";
import { NEUTRAL } from "../../src/domain/weights.js";
import { PLAIN_NODE } from "../fixtures/plain-node.js";
import { storages } from "./drawn-storages.js";
import { swapStations } from "./drawn-swap-stations.js";
import { allOrNothing, floorShare, grid, payments, smoothChange, targets, weights } from "./drawn-worth.js";

/** What the generated problems may contain. */
export interface ProblemShape {
  readonly maxSessions: number;
  readonly maxSlots: number;
  /** Bidirectional cars. */
  readonly discharge: boolean;
  /** Prices below zero, sell prices above buy prices: where direction binaries are needed. */
  readonly oddPrices: boolean;
  /** Ports with a minimum power, as all real ones. */
  readonly minimumPower: boolean;
  /** Base load that alone breaks import limits, and fail-safe rows that are broken before any car draws. */
  readonly overload: boolean;
  /** Nodes whose net power costs by its square. */
  readonly flattening?: boolean;
}

export const SMALL: ProblemShape = {
  maxSessions: 4,
  maxSlots: 8,
  discharge: true,
  oddPrices: false,
  minimumPower: true,
  overload: true,
};

const START_MS = Date.UTC(2026, 10, 2, 9, 0);
const SLOT_MS = 900_000;

const each = (slots: number, value: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(value, { minLength: slots, maxLength: slots });

export const horizonOf = (slots: number, firstMinutes: number): Problem["horizon"] => {
  const shiftMs = SLOT_MS - firstMinutes * 60_000;
  const startsMs = Array.from({ length: slots }, (_, slot) =>
    slot === 0 ? START_MS + shiftMs : START_MS + slot * SLOT_MS,
  );
  return { startsMs, endMs: START_MS + slots * SLOT_MS };
};

const limit = (slots: number, low: number, high: number): fc.Arbitrary<(number | null)[] | null> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: grid(low, high, 0.5).map((kw) => Array.from({ length: slots }, () => kw)) },
  );

/** At times a limit of each phase, of one of them for some slots only. */
const phaseLimits = (slots: number, floorKw: number): fc.Arbitrary<(number | null)[][] | null> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(each(3, grid(floorKw, floorKw + 5, 0.25)), fc.nat({ max: slots }))
        .map(([kw, from]) =>
          kw.map((one, phase) =>
            Array.from({ length: slots }, (_, slot) => (phase === 2 && slot < from ? null : one)),
          ),
        ),
    },
  );

/** Shares of base load that is not spread evenly over the phases. */
const SKEW = [0.5, 0.2, 0.3];

/** Ten kW through half an ohm at 400 V take 6 % from the squared voltage. */
const line = fc.record({
  resistanceOhm: grid(0, 1, 0.25),
  reactanceOhm: grid(0, 0.5, 0.25),
  nominalV: fc.constantFrom(380, 400),
});

const voltageLimits = fc.record({
  minPu: fc.option(grid(0.88, 0.99, 0.01), { nil: null }),
  maxPu: fc.option(grid(1, 1.03, 0.01), { nil: null }),
});

interface NodeShape {
  readonly id: string;
  readonly parentId: string | null;
  readonly slots: number;
  /** Base load at the node itself, and the most that it and the nodes below it can draw without a car. */
  readonly mostBaseKw: number;
  readonly mostBelowKw: number;
  /** Limits may lie below the base load. */
  readonly overload: boolean;
  readonly flattening: boolean;
}

/** A node with base load, PV, limits, a fail-safe row; an event may cap it for some slots. */
const node = ({
  id,
  parentId,
  slots,
  mostBaseKw,
  mostBelowKw,
  overload,
  flattening,
}: NodeShape): fc.Arbitrary<ProblemNode> => {
  const floorKw = overload ? 0 : mostBelowKw;
  return fc
    .record({
      importLimitKw: limit(slots, overload ? floorKw : floorKw + 2, mostBelowKw + 24),
      exportLimitKw: limit(slots, 0, 12),
      baseKw: each(slots, grid(0, mostBaseKw, 0.25)),
      pvKw: fc.oneof(fc.constant(Array.from({ length: slots }, () => 0)), each(slots, grid(0, 6, 0.5))),
      failsafe: fc.option(grid(overload ? -4 : 1, 20, 0.5), { nil: null }),
      dischargeLimitKw: limit(slots, 0, 8),
      flatteningPerKw2h: flattening ? fc.oneof(fc.constant(0), grid(0.002, 0.04, 0.002)) : fc.constant(0),
      phaseLimitKw: phaseLimits(slots, overload ? 0 : mostBelowKw / 2),
      smoothChange: flattening ? smoothChange(slots) : fc.constant(null),
      isSkewed: fc.boolean(),
      line: fc.option(line, { nil: null, freq: 2 }),
      reactiveKvar: fc.option(each(slots, grid(-1, 1, 0.5)), { nil: null }),
      voltageLimits: fc.option(voltageLimits, { nil: null, freq: 2 }),
      capFrom: fc.integer({ min: 0, max: slots }),
      capKw: grid(floorKw, mostBelowKw + 6, 0.5),
    })
    .map(({ importLimitKw, failsafe, capFrom, capKw, isSkewed, ...rest }) => {
      const capped = (slot: number): boolean => slot >= capFrom && slot < capFrom + 2;
      const own = importLimitKw ?? Array.from({ length: slots }, () => null);
      return {
        id,
        parentId,
        importLimitKw: own.map((kw, slot) => (capped(slot) ? Math.min(kw ?? Infinity, capKw) : kw)),
        limitSource: own.map((_, slot) => (capped(slot) ? "event" : null)),
        ...rest,
        exclusive: null,
        phaseBaseKw: isSkewed ? SKEW.map((share) => rest.baseKw.map((kw) => kw * share)) : null,
        failsafe: failsafe === null ? null : { headroomKw: Array.from({ length: slots }, () => failsafe) },
      };
    });
};

/** A demand charge whose billed peak is above or below what cars and base load can draw, at times by night alone. */
const demandCharge = (slots: number): fc.Arbitrary<MeteringPoint["demandCharge"]> =>
  fc.option(
    fc.record({
      pricePerKw: grid(0.05, 3, 0.05),
      billedPeakKw: grid(0, 16, 0.5),
      countsInSlot: fc.option(fc.array(fc.boolean(), { minLength: slots, maxLength: slots }), { nil: null }),
    }),
    { nil: null },
  );

type Prices = Pick<MeteringPoint, "buyPricePerKwh" | "sellPricePerKwh" | "demandCharge" | "carbonKgPerKwh">;

/** Selling pays at most what buying costs, unless odd prices are wanted. */
const prices = (slots: number, { oddPrices }: ProblemShape): fc.Arbitrary<Prices> =>
  fc
    .tuple(
      fc.array(fc.tuple(grid(oddPrices ? -0.3 : 0.1, 1.2, 0.05), grid(0, oddPrices ? 1.3 : 1, 0.1)), {
        minLength: slots,
        maxLength: slots,
      }),
      demandCharge(slots),
      fc.option(each(slots, grid(0, 1, 0.1)), { nil: null }),
    )
    .map(([pairs, charge, carbonKgPerKwh]) => ({
      carbonKgPerKwh,
      buyPricePerKwh: pairs.map(([buy]) => buy),
      sellPricePerKwh: pairs.map(([buy, share]) => buy * share),
      demandCharge: charge,
    }));

const session = (
  slots: number,
  nodeIds: readonly string[],
  shape: ProblemShape,
): fc.Arbitrary<Omit<ProblemSession, "id">> =>
  fc
    .record({
      nodeId: fc.constantFrom(...nodeIds),
      window: fc.tuple(fc.nat({ max: slots - 1 }), fc.integer({ min: 1, max: slots })),
      maxChargeKw: grid(2, 11, 0.5),
      twoWay: shape.discharge ? fc.boolean() : fc.constant(false),
      maxDischargeKwh: fc.option(grid(0, 4, 0.25), { nil: null }),
      efficiency: grid(0.8, 1, 0.05),
      capacityKwh: grid(4, 30, 1),
      initialShare: grid(0, 1, 0.1),
      // At times more than the battery holds.
      targetShare: grid(0, 1.5, 0.1),
      reserveShare: grid(0, 0.5, 0.1),
      taper: fc.option(grid(0.2, 0.9, 0.1), { nil: null }),
      wearPerKwh: grid(0.02, 0.2, 0.02),
      departsAfterHorizon: fc.boolean(),
      now: fc.nat({ max: 5 }),
      phases: fc.constantFrom<number[]>([1], [2], [3], [2, 3], [1, 2, 3], [1, 2, 3]),
      unknown: fc.nat({ max: 3 }),
    })
    .map((drawn) => {
      const capacity = drawn.capacityKwh;
      const [firstSlot, length] = drawn.window;
      const slope = drawn.taper === null ? 0 : drawn.maxChargeKw / (capacity * (1 - drawn.taper));
      return {
        nodeId: drawn.nodeId,
        firstSlot,
        endSlot: Math.min(slots, firstSlot + length),
        minChargeKw: shape.minimumPower ? 1.38 : 0,
        maxChargeKw: drawn.maxChargeKw,
        minDischargeKw: shape.minimumPower && drawn.twoWay ? 1 : 0,
        maxDischargeKw: drawn.twoWay ? drawn.maxChargeKw : 0,
        maxDischargeKwh: drawn.maxDischargeKwh,
        chargeEfficiency: drawn.efficiency,
        dischargeEfficiency: drawn.efficiency,
        capacityKwh: capacity,
        initialKwh: capacity * drawn.initialShare,
        targetKwh: capacity * drawn.targetShare,
        reserveKwh: drawn.twoWay ? capacity * drawn.reserveShare : 0,
        taper: drawn.taper === null ? null : { interceptKw: slope * capacity, slopeKwPerKwh: slope },
        wearPerKwh: drawn.wearPerKwh,
        salvagePerKwh: 0.05,
        shortfallPerPercent: 2,
        departsAfterHorizon: drawn.departsAfterHorizon,
        urgency: drawn.now === 0 ? ("now" as const) : ("normal" as const),
        phases: drawn.phases,
        phasesKnown: drawn.unknown > 0,
      };
    });

const previousOf = (slots: number, count: number): fc.Arbitrary<Problem["previous"]> =>
  fc.option(
    fc.array(each(slots, grid(-4, 6, 1)), { minLength: count + 1, maxLength: count + 1 }).map((plans) =>
      plans.map((powerKw, index) => ({
        sessionId: index < count ? `car-${index}` : "storage-0",
        powerKw,
      })),
    ),
    { nil: null },
  );

const PANEL_BASE_KW = 3;

/** A site, two panels below it, and a shed below one of them; each may have load, PV, limits and events. */
const nodes = (slots: number, { overload, flattening = false }: ProblemShape): fc.Arbitrary<ProblemNode[]> =>
  fc.nat({ max: 2 }).chain((over) => {
    const common = { slots, overload: overload && over === 0, flattening };
    const panel = { ...common, mostBaseKw: PANEL_BASE_KW, parentId: "site" };
    return fc.tuple(
      node({ ...common, id: "site", parentId: null, mostBaseKw: 10, mostBelowKw: 10 + 3 * PANEL_BASE_KW }),
      node({ ...panel, id: "east", mostBelowKw: 2 * PANEL_BASE_KW }),
      node({ ...panel, id: "west", mostBelowKw: PANEL_BASE_KW }),
      node({ ...panel, id: "shed", parentId: "east", mostBelowKw: PANEL_BASE_KW }),
    );
  });

/**
 * A random valid problem: a site with base load, PV, a tariff and at times an event; panels below it, one
 * of which may have a tariff of its own; cars of every kind.
 */
export const problemArb = (shape: ProblemShape = SMALL): fc.Arbitrary<Problem> =>
  fc
    .record({
      slots: fc.integer({ min: 2, max: shape.maxSlots }),
      count: fc.integer({ min: 1, max: shape.maxSessions }),
      firstMinutes: fc.constantFrom(1, 5, 15),
    })
    .chain(({ slots, count, firstMinutes }) =>
      fc
        .record({
          nodes: nodes(slots, shape),
          sitePrices: prices(slots, shape),
          westPrices: fc.option(prices(slots, shape), { nil: null }),
          sessions: fc.array(session(slots, ["site", "east", "west", "shed"], shape), {
            minLength: count,
            maxLength: count,
          }),
          storages: storages(["site", "east", "west", "shed"]),
          swapStations: swapStations(slots, ["site", "east", "west", "shed"]),
          targets: targets(slots),
          weights: weights(),
          payments: payments(slots),
          // Two thirds limit phases, one third voltages: all at once everywhere would make every solve slow.
          counted: fc.record({ phases: fc.nat({ max: 2 }), voltages: fc.nat({ max: 2 }) }),
          previous: previousOf(slots, count),
          share: floorShare(),
        })
        .map(({ sitePrices, westPrices, sessions, nodes: drawnNodes, counted, previous, ...rest }) => ({
          previous:
            previous?.filter(({ sessionId }) => sessionId !== "storage-0" || rest.storages.length > 0) ??
            null,
          horizon: horizonOf(slots, firstMinutes),
          currency: "CNY",
          supplyPu: 1,
          meteringPoints: [
            { id: "meter", nodeId: "site", ...sitePrices },
            ...(westPrices === null ? [] : [{ id: "west-meter", nodeId: "west", ...westPrices }]),
          ],
          nodes: drawnNodes.map((one) => ({
            ...one,
            ...(counted.phases === 0 ? { phaseLimitKw: null } : {}),
            ...(counted.voltages < 2 ? { line: null, reactiveKvar: null, voltageLimits: null } : {}),
          })),
          sessions: sessions.map((drawn, index) => ({ id: `car-${index}`, ...drawn })),
          ...rest,
          penalties: {
            limitSlackPerKwh: 500,
            reservePerKwhHour: 5,
            timePerKwhHour: 0.001,
            changePerKwh: 0.002,
          },
        }))
        .map(allOrNothing),
    );

/** A sound problem of one car, for tests that spoil one thing. */
export const plainProblem = (slots = 4): Problem => {
  const flat = (value: number): number[] => Array.from({ length: slots }, () => value);
  return {
    horizon: horizonOf(slots, 15),
    currency: "CNY",
    supplyPu: 1,
    nodes: [
      {
        ...PLAIN_NODE,
        id: "site",
        parentId: null,
        importLimitKw: flat(20),
        exportLimitKw: flat(10),
        baseKw: flat(2),
        pvKw: flat(0),
        failsafe: { headroomKw: flat(15) },
      },
    ],
    meteringPoints: [
      {
        id: "meter",
        nodeId: "site",
        buyPricePerKwh: flat(0).map((_, slot) => [1, 0.5, 0.2, 0.8][slot % 4] ?? 0),
        sellPricePerKwh: flat(0.1),
        demandCharge: null,
        carbonKgPerKwh: null,
      },
    ],
    sessions: [
      {
        id: "car",
        nodeId: "site",
        firstSlot: 0,
        endSlot: 4,
        minChargeKw: 1.38,
        maxChargeKw: 7,
        minDischargeKw: 1,
        maxDischargeKw: 7,
        maxDischargeKwh: null,
        chargeEfficiency: 0.9,
        dischargeEfficiency: 0.9,
        capacityKwh: 20,
        initialKwh: 8,
        targetKwh: 10,
        reserveKwh: 4,
        taper: null,
        wearPerKwh: 0.1,
        salvagePerKwh: 0.05,
        shortfallPerPercent: 2,
        departsAfterHorizon: false,
        urgency: "normal",
        phases: [1, 2, 3],
        phasesKnown: true,
      },
    ],
    storages: [],
    swapStations: [],
    targets: [],
    payments: [],
    penalties: { limitSlackPerKwh: 500, reservePerKwhHour: 5, timePerKwhHour: 0.001, changePerKwh: 0 },
    weights: { ...NEUTRAL },
    previous: null,
  };
};
