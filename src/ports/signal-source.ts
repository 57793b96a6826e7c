import type { LaidSignals } from "../domain/signal.js";
import type { Horizon } from "../domain/horizon.js";
import type { EpochMs } from "../domain/units.js";

/** Every signal of a site laid on a horizon; the control loop asks at each plan. */
export interface SignalSource {
  lay(query: { siteId: string; horizon: Horizon; nowMs: EpochMs }): LaidSignals;
}
