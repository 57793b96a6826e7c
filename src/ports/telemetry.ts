import type { Measurement } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";

/** History of measured power, for forecasts, baselines and pages. Appends are batched. */
export interface Telemetry {
  append(measurement: Measurement): void;
  /** In order of time, fromMs ≤ atMs < toMs; the last before fromMs comes first when there is one. */
  between(query: {
    siteId: string;
    kind: Measurement["kind"];
    fromMs: EpochMs;
    toMs: EpochMs;
  }): Promise<readonly Measurement[]>;
}
