import type { TransactionEvent } from "../domain/fleet.js";
import type { Told } from "./register-chain.js";
import { finelyWh, type Metered, plausibleMs, registersOf } from "./transaction-row.js";

const PLACES = {
  "transaction-started": "start",
  "transaction-updated": "sample",
  "transaction-ended": "end",
} as const satisfies Record<TransactionEvent["kind"], Told["place"]>;

export const meteredBy = (event: TransactionEvent): Metered => {
  const { importedWh, exportedWh } = registersOf(event);
  return {
    ...placed(event),
    importedWh: finelyWh(importedWh),
    exportedWh: finelyWh(exportedWh),
    powerKw: event.kind === "transaction-updated" ? (event.sample?.powerKw ?? null) : null,
  };
};

/**
 * Where a message stands in its transaction. Starts and stops keep the time that they were told by a clock that is off
 * by minutes, and samples are dated by ours: all of them by ours here, else no time would lie between the last sample
 * and a stop that was kept with it.
 */
export const placed = (
  event: Pick<TransactionEvent, "kind" | "atMs" | "stationTimeMs" | "clockAheadMs">,
): Omit<Told, "wh"> => {
  const atMs = plausibleMs(event);
  const isDated = atMs === event.stationTimeMs;
  return {
    atMs: isDated ? atMs - (event.clockAheadMs ?? 0) : atMs,
    heardMs: event.atMs,
    isDated,
    toldMs: event.stationTimeMs,
    place: PLACES[event.kind],
  };
};
