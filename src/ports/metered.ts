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

/** Where a message stands in its transaction. */
export const placed = (
  event: Pick<TransactionEvent, "kind" | "atMs" | "stationTimeMs">,
): Omit<Told, "wh"> => {
  const atMs = plausibleMs(event);
  return {
    atMs,
    heardMs: event.atMs,
    isDated: atMs === event.stationTimeMs,
    toldMs: event.stationTimeMs,
    place: PLACES[event.kind],
  };
};
