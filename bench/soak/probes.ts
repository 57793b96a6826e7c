import type { Control } from "../../src/control/contract.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import type { VirtualClock } from "../../src/ports/clock.js";
import type { Scenario } from "../../sims/index.js";
import { isToBeProbed } from "./piles.js";

/** An operator looks so often for a car that an older pile may be probed with. */
const LOOK_MS = 30 * MINUTE_MS;

/** An operator lets every older pile that is said to give back prove it, as soon as a car stands there. */
export const probeOlder = (
  sites: readonly { readonly scenario: Scenario }[],
  clock: VirtualClock,
  control: Control,
): void => {
  const waiting = new Set(
    sites.flatMap(({ scenario }) => scenario.stations.filter(isToBeProbed).map(({ stationId }) => stationId)),
  );
  const probe = async (stationId: string): Promise<void> => {
    try {
      const tried = await control.dischargeProbes?.probe(stationId, { evseId: 1, way: null });
      if (tried?.some(({ works }) => works) === true) waiting.delete(stationId);
    } catch {
      // Its driver has not consented yet, or its car left: the next one.
    }
  };
  const look = (): void => {
    for (const stationId of waiting) if (control.openSessions(stationId).length > 0) void probe(stationId);
    clock.after(LOOK_MS, look);
  };
  clock.after(LOOK_MS, look);
};
