import type { ProblemStorage } from "../../src/domain/problem.js";
import type { SwapStation } from "../../src/domain/swap-station.js";

/** Loses a fifth on the way in and a fifth on the way out. */
export const STORAGE: ProblemStorage = {
  id: "storage",
  nodeId: "site",
  capacityKwh: 20,
  energyKwh: 0,
  minimumKwh: 0,
  maxChargeKw: 8,
  maxDischargeKw: 8,
  chargeEfficiency: 0.8,
  dischargeEfficiency: 0.8,
  wearPerKwh: 0,
  terminalValuePerKwh: null,
};

/** Two batteries of 10 kWh, of which a fifth is lost on the way in; what comes back has 2 kWh. */
export const SWAP_STATION: SwapStation = {
  id: "swaps",
  nodeId: "site",
  fullKwh: 10,
  returnedKwh: 2,
  energiesKwh: [10, 10],
  demand: [],
  refused: null,
  maxChargeKw: 5,
  maxDischargeKw: 0,
  chargeEfficiency: 0.8,
  dischargeEfficiency: 0.8,
  wearPerKwh: 0,
  terminalValuePerKwh: null,
  stockOutPrice: 40,
};
