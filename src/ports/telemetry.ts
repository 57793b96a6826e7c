import type { MeterSample } from "../domain/fleet.js";
import type { Measurement } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { Quarter } from "./quarter.js";

/** What an EVSE metered at a moment. */
export interface EvseSample extends MeterSample {
  readonly stationId: string;
  readonly evseId: number;
}

/** One thing that is measured over time: a power of a site, or an EVSE. */
export type Series = Pick<Measurement, "siteId" | "kind"> | Pick<EvseSample, "stationId" | "evseId">;

/** fromMs ≤ time < toMs. */
export interface Window {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** History of what was measured, for forecasts, baselines and pages. Appends are batched. */
export interface Telemetry {
  append(measurement: Measurement): void;
  sample(sample: EvseSample): void;
  /**
   * In order of time, fromMs ≤ atMs < toMs; the last before fromMs comes first when there is one. Where the
   * values themselves are no longer kept, the means of their quarters stand for them.
   */
  between(
    query: {
      siteId: string;
      kind: Measurement["kind"];
    } & Window,
  ): Promise<readonly Measurement[]>;
  /**
   * Means per quarter of an hour by their starts in the window, in order of time; none where nothing was measured.
   * Of one that runs at `nowMs` the time until then counts; not stated: all is over.
   */
  quarters(series: Series, window: Window & { readonly nowMs?: EpochMs }): Promise<readonly Quarter[]>;
}
