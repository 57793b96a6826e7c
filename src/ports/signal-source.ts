import type { LaidSignals } from "../domain/signal.js";
import type { Horizon } from "../domain/horizon.js";
import type { EpochMs } from "../domain/units.js";

/** Every signal of a site laid on a horizon; the control loop asks at each plan. */
export interface SignalSource {
  /** Hears when a price table changed; events have a port of their own. */
  onChange(listener: () => void): void;
  lay(query: { siteId: string; horizon: Horizon; nowMs: EpochMs }): LaidSignals;
}
