import type { Telemetry } from "../../src/ports/telemetry.js";

/** A telemetry whose batch can be kept back, so that what the disk takes is measured for itself. */
export interface HeldTelemetry extends Telemetry {
  hold(): void;
  /** Hands over what was kept back, in its order. */
  release(): void;
}

type Append = () => void;

export const heldTelemetry = (telemetry: Telemetry): HeldTelemetry => {
  let held: Append[] | null = null;
  const take = (append: Append): void => void (held === null ? append() : held.push(append));
  return {
    append: (measurement) => take(() => telemetry.append(measurement)),
    sample: (sample) => take(() => telemetry.sample(sample)),
    between: (query) => telemetry.between(query),
    quarters: (series, window) => telemetry.quarters(series, window),
    hold: () => {
      held ??= [];
    },
    release: () => {
      const appends = held ?? [];
      held = null;
      for (const append of appends) append();
    },
  };
};
