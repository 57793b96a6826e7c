import type {
  MeteringPoint,
  Problem,
  ProblemNode,
  ProblemSession,
  ProblemStorage,
} from "../../src/domain/problem.js";
import type { SwapStation } from "../../src/domain/swap-station.js";
import { STORAGE, SWAP_STATION } from "./named-batteries.js";
import { plainProblem } from "./problems.js";

/**
 * Small problems with the best plan worked out by hand beside each. Slots are an hour long, so kW are kWh;
 * time and change cost nothing, and everything a problem does not name is absent: no limits, efficiency 1.
 */
export interface NamedProblem {
  readonly name: string;
  readonly problem: Problem;
  readonly objective: number;
  /** Net power per car, then the storage, then the swap batteries as they are lent, and slot of the only best plan, kW. */
  readonly powersKw: readonly (readonly number[])[];
}

const HOUR_MS = 3_600_000;

interface Site {
  /** Price of a bought kWh per slot, and of a sold one where it is not 0.1 less. */
  readonly buy: readonly number[];
  readonly sell?: readonly number[];
  readonly cars: readonly Partial<ProblemSession>[];
  readonly root?: Partial<ProblemNode>;
  /** A node below the root. */
  readonly below?: Partial<ProblemNode>;
  readonly demandCharge?: MeteringPoint["demandCharge"];
  readonly targets?: Problem["targets"];
  readonly payments?: Problem["payments"];
  readonly storage?: Partial<ProblemStorage>;
  readonly swapStation?: Partial<SwapStation>;
}

export const site = ({
  buy,
  sell,
  cars,
  root,
  below,
  storage,
  swapStation,
  demandCharge = null,
  targets = [],
  payments = [],
}: Site): Problem => {
  const problem = plainProblem(buy.length);
  const [node] = problem.nodes;
  const [car] = problem.sessions;
  if (node === undefined || car === undefined) throw new Error("no node or no car");
  const zero = buy.map(() => 0);
  const bare = { ...node, importLimitKw: null, exportLimitKw: null, failsafe: null, baseKw: zero };
  const startMs = problem.horizon.startsMs[0] ?? 0;
  return {
    ...problem,
    horizon: {
      startsMs: buy.map((_, slot) => startMs + slot * HOUR_MS),
      endMs: startMs + buy.length * HOUR_MS,
    },
    nodes: [
      { ...bare, ...root },
      ...(below === undefined ? [] : [{ ...bare, id: "below", parentId: "site", ...below }]),
    ],
    meteringPoints: [
      {
        id: "meter",
        nodeId: "site",
        buyPricePerKwh: [...buy],
        sellPricePerKwh: buy.map((price, slot) => sell?.[slot] ?? price - 0.1),
        demandCharge,
        carbonKgPerKwh: null,
      },
    ],
    sessions: cars.map((own, index) => ({
      ...car,
      id: `car-${index}`,
      endSlot: buy.length,
      minChargeKw: 0,
      minDischargeKw: 0,
      maxDischargeKw: 0,
      chargeEfficiency: 1,
      dischargeEfficiency: 1,
      capacityKwh: 40,
      initialKwh: 0,
      reserveKwh: 0,
      wearPerKwh: 0,
      salvagePerKwh: 0,
      shortfallPerPercent: 1,
      ...own,
    })),
    storages: storage === undefined ? [] : [{ ...STORAGE, ...storage }],
    swapStations: swapStation === undefined ? [] : [{ ...SWAP_STATION, ...swapStation }],
    targets: [...targets],
    payments: [...payments],
    penalties: { ...problem.penalties, timePerKwhHour: 0, changePerKwh: 0 },
  };
};

export const NAMED: readonly NamedProblem[] = [
  {
    // 5 kWh bought for 5·0.4 = 2 give 5·0.8 = 4 back: 2 spare the base load a price of 1, 2 are sold at 0.8.
    // The last one sold earns 0.8·(0.8 − 0.05) = 0.6 per kWh bought, above 0.4; the port ends at 5 kW.
    // Cost 2 − 2·0.8 + 4·0.05 = 0.6.
    name: "two prices",
    problem: site({
      buy: [0.4, 1],
      sell: [0.2, 0.8],
      root: { baseKw: [0, 2] },
      cars: [
        {
          initialKwh: 10,
          targetKwh: 10,
          maxChargeKw: 5,
          maxDischargeKw: 5,
          dischargeEfficiency: 0.8,
          wearPerKwh: 0.05,
        },
      ],
    }),
    objective: 0.6,
    powersKw: [[5, -4]],
  },
  {
    // 2 kWh are wanted, 8 fit in and are paid for: 6 (the port) at −0.2, then 2 at −0.1. With 1 kW of base load
    // 7·(−0.2) + 1·0.3 + 3·(−0.1) = −1.4.
    name: "negative price",
    problem: site({
      buy: [-0.2, 0.3, -0.1],
      root: { baseKw: [1, 1, 1] },
      cars: [{ initialKwh: 4, targetKwh: 6, capacityKwh: 12, maxChargeKw: 6 }],
    }),
    objective: -1.4,
    powersKw: [[6, 0, 2]],
  },
  {
    // Surplus is 4, 8, −1 kW and 2 kW may leave. Of 10 kWh: 5 (the port) in slot 1, 1 of the other 3 curtailed;
    // 4 in slot 0, in place of a sale at 0.1, as a fifth would be bought at 0.9; 1 at 0.8 in slot 2.
    // Cost 0 − 2·0.1 + (1 + 1)·0.8 = 1.4.
    name: "PV surplus",
    problem: site({
      buy: [0.9, 0.9, 0.8],
      sell: [0.1, 0.1, 0.1],
      root: { baseKw: [1, 1, 1], pvKw: [5, 9, 0], exportLimitKw: [2, 2, 2] },
      cars: [{ targetKwh: 10, maxChargeKw: 5 }],
    }),
    objective: 1.4,
    powersKw: [[4, 5, 1]],
  },
  {
    // Up to the billed 5 kW there is room for 1 + 3 + 5 = 9 of 12 kWh; 3 more lift all three slots to 6 kW.
    // Energy 18·0.5 = 9, peak (6 − 5)·10 = 10. Cost 19.
    name: "demand charge",
    problem: site({
      buy: [0.5, 0.5, 0.5],
      root: { baseKw: [4, 2, 0] },
      demandCharge: { pricePerKw: 10, billedPeakKw: 5, countsInSlot: null },
      cars: [{ targetKwh: 12, maxChargeKw: 8 }],
    }),
    objective: 19,
    powersKw: [[2, 4, 6]],
  },
  {
    // An event caps the cheapest slot at 6 kW, 5 beside the base load; the other 7 of 12 kWh go to the next.
    // Cost 1·1 + 6·0.2 + 8·0.6 = 7.
    name: "demand response: cap",
    problem: site({
      buy: [1, 0.2, 0.6],
      root: {
        baseKw: [1, 1, 1],
        importLimitKw: [20, 6, 20],
        limitSource: [null, "event", null],
      },
      cars: [{ targetKwh: 12, maxChargeKw: 8 }],
    }),
    objective: 7,
    powersKw: [[0, 5, 7]],
  },
  {
    // Beyond the wanted 4 kW a kWh in slot 1 costs 0.2 + 0.5 = 0.7: dearer than slot 2, which takes 6 (the port)
    // of 11 kWh, cheaper than slot 0: the last one goes above the target.
    // Cost 5·0.2 + 6·0.6 + (5 − 4)·0.5 = 5.1.
    name: "demand response: dispatch target",
    problem: site({
      buy: [0.9, 0.2, 0.6],
      targets: [{ id: "event", nodeId: "site", powerKw: [null, 4, null], pricePerKwh: 0.5 }],
      cars: [{ targetKwh: 11, maxChargeKw: 6 }],
    }),
    objective: 5.1,
    powersKw: [[0, 5, 6]],
  },
  {
    // The first car fills up, 2 kWh, and gives 10 − 6 = 4 back; a fifth would be below the reserve, at 5 an hour.
    // The second reaches 2 + 3 = 5 at full power and must then have 6: not the last kWh at 0.2 an hour later.
    // Cost (2 + 3)·0.3 − (4 − 1)·0.9 + 4·0.1 = 1.5 − 2.7 + 0.4 = −0.8.
    name: "reserve",
    problem: site({
      buy: [0.3, 1, 0.2],
      cars: [
        {
          initialKwh: 8,
          targetKwh: 6,
          reserveKwh: 6,
          capacityKwh: 10,
          maxChargeKw: 5,
          maxDischargeKw: 5,
          wearPerKwh: 0.1,
        },
        { initialKwh: 2, targetKwh: 6, reserveKwh: 6, maxChargeKw: 3 },
      ],
    }),
    objective: -0.8,
    powersKw: [
      [2, -4, 0],
      [3, 1, 0],
    ],
  },
  {
    // At most 8 − e/2 kW: a after 4 kWh leaves b ≤ 6 − a/2 and c ≤ 6 − a/2 − b/2 = 3 − a/4, in all 9 + a/4. So
    // 10 kWh need a = 4, b = 4, c = 2; a higher a only moves kWh to the dearest slot.
    // Cost 4·0.6 + 4·0.2 + 2·0.4 = 4.
    name: "taper",
    problem: site({
      buy: [0.6, 0.2, 0.4],
      cars: [{ initialKwh: 4, targetKwh: 14, maxChargeKw: 8, taper: { interceptKw: 8, slopeKwPerKwh: 0.5 } }],
    }),
    objective: 4,
    powersKw: [[4, 4, 2]],
  },
  {
    // 7 kW for three cars: the first leaves after slot 0 with 2 kWh, the second needs its 3 kW in both its
    // slots, so the third has 2, 4 and, of 8, 2 more in the dearest. Cost 7·0.2 + 7·0.5 + 2·1 = 6.9.
    name: "shared pile",
    problem: site({
      buy: [0.2, 0.5, 1],
      below: { importLimitKw: [7, 7, 7] },
      cars: [
        { nodeId: "below", endSlot: 1, targetKwh: 2, maxChargeKw: 7 },
        { nodeId: "below", endSlot: 2, targetKwh: 6, maxChargeKw: 3 },
        { nodeId: "below", targetKwh: 8, maxChargeKw: 7 },
      ],
    }),
    objective: 6.9,
    powersKw: [
      [2, 0, 0],
      [3, 3, 0],
      [2, 4, 2],
    ],
  },
  {
    // Each phase has 5 − 3/3 = 4 kW. In the cheap slot a kW of the three-phase car takes a third of one of phase
    // 1: all its 9 kWh (3 kW), which leaves 1 of 4 kWh to the car on phase 1 alone, 3 to the dear slot.
    // Cost (3 + 9 + 1)·0.2 + (3 + 3)·0.8 = 7.4.
    name: "phase limit",
    problem: site({
      buy: [0.2, 0.8],
      root: {
        baseKw: [3, 3],
        phaseLimitKw: [
          [5, 5],
          [5, 5],
          [5, 5],
        ],
      },
      cars: [
        { targetKwh: 4, maxChargeKw: 7, phases: [1] },
        { targetKwh: 9, maxChargeKw: 12 },
      ],
    }),
    objective: 7.4,
    powersKw: [
      [1, 3],
      [9, 0],
    ],
  },
  {
    // A kW takes 2·1000·1.3/400² = 0.01625 from the squared voltage, a kvar half of it. 1 − 0.95² = 0.0975 is
    // 6 kW: 1 and 2 kvar of base load leave 4. The far car takes 4, 4, 2 of 10 kWh, the one at the root 5 at once.
    // Cost 1·(0.2 + 0.5 + 1) + 4·0.2 + 4·0.5 + 2·1 + 5·0.2 = 7.5.
    name: "feeder voltage",
    problem: site({
      buy: [0.2, 0.5, 1],
      below: {
        baseKw: [1, 1, 1],
        reactiveKvar: [2, 2, 2],
        line: { resistanceOhm: 1.3, reactanceOhm: 0.65, nominalV: 400 },
        voltageLimits: { minPu: 0.95, maxPu: null },
      },
      cars: [
        { nodeId: "below", targetKwh: 10, maxChargeKw: 7 },
        { targetKwh: 5, maxChargeKw: 7 },
      ],
    }),
    objective: 7.5,
    powersKw: [
      [4, 4, 2],
      [5, 0, 0],
    ],
  },
  {
    // 15 kWh are wanted, 12 can be had. A kWh of the first car costs 2·100/10 = 20, of the second 2·100/5 = 40:
    // the second has its 5, the first 1 + 6 of 10. Cost 12·0.5 + 3·20 = 66.
    name: "infeasible target",
    problem: site({
      buy: [0.5, 0.5],
      root: { importLimitKw: [6, 6] },
      cars: [
        { targetKwh: 10, maxChargeKw: 8, shortfallPerPercent: 2 },
        { targetKwh: 5, maxChargeKw: 8, shortfallPerPercent: 2, endSlot: 1 },
      ],
    }),
    objective: 66,
    powersKw: [
      [1, 6],
      [5, 0],
    ],
  },
  {
    // Price + 2·0.01·net is even: 0.06 cheaper is 3 kW more. n + n + (n + 3) = 11 + 10, so n = 6: nets 6, 6, 9.
    // Cost 12·0.5 + 9·0.44 + 0.01·(36 + 36 + 81) = 6 + 3.96 + 1.53 = 11.49.
    name: "flattening",
    problem: site({
      buy: [0.5, 0.5, 0.44],
      root: { baseKw: [2, 5, 4], flatteningPerKw2h: 0.01 },
      cars: [{ targetKwh: 10, maxChargeKw: 7 }],
    }),
    objective: 11.49,
    powersKw: [[4, 1, 5]],
  },
  {
    // The plan in force has 4 kW in slot 0 and none in slot 1; slot 2 is beyond it. Every kWh costs 0.47 then:
    // 0.5 + 2·0.01·(n − 4) = 0.47 gives 2.5 in slot 0, 0.44 + 2·0.01·n = 0.47 gives 1.5 in slot 1, 2 of 6 are left.
    // Cost 2.5·0.5 + 1.5·0.44 + 2·0.47 + 0.01·(1.5² + 1.5²) = 1.25 + 0.66 + 0.94 + 0.045 = 2.895.
    name: "smooth change",
    problem: site({
      buy: [0.5, 0.44, 0.47],
      root: { smoothChange: { perKw2h: 0.01, inForceKw: [4, 0, null] } },
      cars: [{ targetKwh: 6, maxChargeKw: 7 }],
    }),
    objective: 2.895,
    powersKw: [[2.5, 1.5, 2]],
  },
  {
    // The car takes 10 kW in slot 1, where 6 may be bought: the storage gives 4, which takes 5 kWh of it. A fifth
    // would take 1.25 kWh at 0.9 and wear, more than the price of 1. A kWh stored costs 0.2/0.8 = 0.25 in slot 0, so
    // it charges all it can, and 0.76/0.8 = 0.95 in slot 2, above its worth. It ends with 3 + 6.4 − 5 = 4.4 kWh.
    // Cost 8·0.2 + 6·1 + 4·0.1 − (4.4 − 2)·0.9 = 1.6 + 6 + 0.4 − 2.16 = 5.84.
    name: "storage",
    problem: site({
      buy: [0.2, 1, 0.76],
      root: { importLimitKw: [20, 6, 20] },
      cars: [{ firstSlot: 1, endSlot: 2, targetKwh: 10, maxChargeKw: 10 }],
      storage: { energyKwh: 3, minimumKwh: 2, wearPerKwh: 0.1, terminalValuePerKwh: 0.9 },
    }),
    objective: 5.84,
    powersKw: [
      [0, 10, 0],
      [8, -4, 0],
    ],
  },
  {
    // One of two asked for at once is full: 40 for the other. Then the 6 kWh battery is lent in slot 2: it needs 5 kWh
    // from the grid; what came back in slot 0 with 2 kWh in slot 3: 10 kWh, of which slot 2 would cost 1 per kWh. So
    // it takes 5 kW in slots 0 and 1, which leaves the other 3 of the 8 kW in slot 1, and 2 in slot 0: 7·0.4 + 8·0.2
    // = 4.4. A kWh left at the end is worth 0.7, more than 0.5/0.8 and less than 1/0.8: what came back in slots 2 and
    // 3 takes 5 kW each in slot 3, 10·0.5 = 5, and lacks 4 kWh each, 8·0.7 = 5.6. Cost 40 + 4.4 + 5 + 5.6 = 55.
    name: "swap station",
    problem: site({
      buy: [0.4, 0.2, 1, 0.5],
      root: { importLimitKw: [20, 8, 20, 20] },
      cars: [],
      swapStation: { energiesKwh: [6, 10], demand: [2, 0, 1, 1], terminalValuePerKwh: 0.7 },
    }),
    objective: 55,
    powersKw: [
      [2, 3, 0, 0],
      [5, 5, 0, 0],
      [0, 0, 0, 5],
      [0, 0, 0, 5],
    ],
  },
];
