import type { Problem } from "../../src/domain/problem.js";
import { type NamedProblem, site } from "./named-problems.js";

/** Base load of 2 kW and a car of 6 kW in the first two of three hours: paid from 4 kW below 7 kW on. */
const event = (pricePerKwh: number): Problem["payments"][number] => ({
  id: "event",
  nodeId: "site",
  baselineKw: [7, 7, null],
  segments: [{ kw: 5, pricePerKwh }],
  excessPricePerKwh: null,
  floorKw: 4,
});

/** Of payments that are all or nothing. */
export const NAMED_EVENTS: readonly NamedProblem[] = [
  {
    // 8 kWh are wanted. Taken up, the event leaves the car 1 kW in each of its hours (a kWh there costs 0.3 + 0.16,
    // below 0.5), and 6 in the last: 2·1.1 + 2·0.3 + 6·0.5 − 2·4·0.16 = 4.52. Let be, all is charged in its hours:
    // 2·1.1 + 8·0.3 = 4.6. Were each kWh paid, the car would give up the pay for it: 0.46 is below 0.5.
    name: "all or nothing, taken up",
    problem: site({
      buy: [0.3, 0.3, 0.5],
      root: { baseKw: [2, 2, 2] },
      cars: [{ targetKwh: 8, maxChargeKw: 6 }],
      payments: [event(0.16)],
    }),
    objective: 4.52,
    powersKw: [[1, 1, 6]],
  },
  {
    // At 0.1 it pays 0.8, for which 6 kWh would cost 5·0.2 + 1·0.18 = 1.18 more: let be. The car has 6 kW (the port)
    // where it is cheapest, 1 kW above the baseline, which costs nothing: 2·1.12 + 6·0.3 + 2·0.32 = 4.68.
    name: "all or nothing, let be",
    problem: site({
      buy: [0.3, 0.32, 0.5],
      root: { baseKw: [2, 2, 2] },
      cars: [{ targetKwh: 8, maxChargeKw: 6 }],
      payments: [event(0.1)],
    }),
    objective: 4.68,
    powersKw: [[6, 2, 0]],
  },
];
