import type { PriceSeries } from "../domain/signal.js";

/** Price tables as they stand; new days are added and old ones corrected while the server runs. */
export interface PriceTables {
  current(): readonly PriceSeries[];
  onChange(listener: () => void): void;
}

/** Tables that never change: those of a scenario. */
export const fixedPriceTables = (series: readonly PriceSeries[]): PriceTables => ({
  current: () => series,
  onChange: () => undefined,
});
