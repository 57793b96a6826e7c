import * as fc from "fast-check";
import type { Problem } from "../../src/domain/problem.js";
import { grid } from "./drawn-worth.js";

/** Stationary batteries, at times below their minimum, with or without a stated worth of what is left. */
export const storages = (nodeIds: readonly string[]): fc.Arbitrary<Problem["storages"]> =>
  fc
    .array(
      fc.record({
        nodeId: fc.constantFrom(...nodeIds),
        capacityKwh: grid(1, 20, 1),
        energyShare: grid(0, 1, 0.1),
        minimumShare: fc.oneof(fc.constant(0), grid(0, 0.6, 0.1)),
        maxChargeKw: grid(0, 8, 0.5),
        maxDischargeKw: grid(0, 8, 0.5),
        efficiency: grid(0.8, 1, 0.05),
        wearPerKwh: grid(0.02, 0.2, 0.02),
        terminalValuePerKwh: fc.option(grid(0, 1, 0.1), { nil: null }),
      }),
      { maxLength: 2 },
    )
    .map((drawn) =>
      drawn.map(({ capacityKwh, energyShare, minimumShare, efficiency, ...rest }, index) => ({
        id: `storage-${index}`,
        ...rest,
        capacityKwh,
        energyKwh: capacityKwh * energyShare,
        minimumKwh: capacityKwh * minimumShare,
        chargeEfficiency: efficiency,
        dischargeEfficiency: efficiency,
      })),
    );
