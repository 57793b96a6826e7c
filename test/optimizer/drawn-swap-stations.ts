import * as fc from "fast-check";
import type { SwapStation } from "../../src/domain/swap-station.js";
import type { Problem } from "../../src/domain/problem.js";
import { grid } from "./drawn-worth.js";

/** Mostly none; at times a station of a few batteries, of which more may be asked for than can be full. */
export const swapStations = (slots: number, nodeIds: readonly string[]): fc.Arbitrary<SwapStation[]> =>
  fc
    .array(
      fc
        .record({
          nodeId: fc.constantFrom(...nodeIds),
          capacityKwh: grid(2, 10, 1),
          returnedShare: grid(0, 0.5, 0.1),
          energyShares: fc.array(fc.constantFrom(0, 0.5, 0.9, 1, 1), { minLength: 1, maxLength: 2 }),
          demand: fc.array(fc.constantFrom(0, 0, 0, 1, 2), { minLength: slots, maxLength: slots }),
          isRefused: fc.nat({ max: 3 }),
          maxChargeKw: grid(2, 20, 1),
          maxDischargeKw: fc.oneof(fc.constant(0), grid(2, 10, 1)),
          efficiency: grid(0.8, 1, 0.05),
          wearPerKwh: grid(0.02, 0.2, 0.02),
          pricePerKwh: grid(0.2, 6, 0.2),
          terminalValuePerKwh: fc.option(grid(0, 1, 0.1), { nil: null }),
        })
        .map(({ capacityKwh, returnedShare, energyShares, isRefused, efficiency, pricePerKwh, ...rest }) => ({
          id: "station",
          ...rest,
          fullKwh: capacityKwh,
          returnedKwh: capacityKwh * returnedShare,
          energiesKwh: energyShares.map((share) => capacityKwh * share),
          refused: isRefused === 0 ? rest.demand.map((asked) => Math.min(1, asked)) : null,
          chargeEfficiency: efficiency,
          dischargeEfficiency: efficiency,
          stockOutPrice: pricePerKwh * capacityKwh,
        })),
      { maxLength: 1 },
    )
    // At most four swaps: small problems stay small.
    .map((stations) =>
      stations.map((station) => {
        let left = 4;
        const demand = station.demand.map((asked) => {
          const kept = Math.min(asked, left);
          left -= kept;
          return kept;
        });
        const refused = station.refused?.map((count, slot) => Math.min(count, demand[slot] ?? 0)) ?? null;
        return { ...station, demand, refused };
      }),
    );

/** Stock-outs far dearer than energy, and nothing for what is left: weights then change neither. */
export const withoutChoice = (station: SwapStation): SwapStation => ({
  ...station,
  stockOutPrice: 2_000 * station.fullKwh,
  terminalValuePerKwh: 0,
});

/** One kW more in and out for every battery. */
export const strongerChargers = (problem: Problem): Problem => ({
  ...problem,
  swapStations: problem.swapStations.map((station) => ({
    ...station,
    maxChargeKw: station.maxChargeKw + 1,
    maxDischargeKw: station.maxDischargeKw + 1,
  })),
});
