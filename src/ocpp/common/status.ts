import type { EvseStatus } from "../../domain/fleet.js";
import { remember } from "./memory.js";

const STATUSES: ReadonlyMap<string, EvseStatus> = new Map([
  ["Available", "Available"],
  ["Preparing", "Occupied"],
  ["Charging", "Occupied"],
  ["SuspendedEV", "Occupied"],
  ["SuspendedEVSE", "Occupied"],
  ["Finishing", "Occupied"],
  ["Occupied", "Occupied"],
  ["Reserved", "Reserved"],
  ["Unavailable", "Unavailable"],
  ["Faulted", "Faulted"],
]);
/**
 * Of an EVSE with several connectors the first of these that any connector has: one of which we know only
 * that it is there may well be in use.
 */
const BY_WEIGHT: readonly EvseStatus[] = [
  "Occupied",
  "Reserved",
  "Unknown",
  "Available",
  "Faulted",
  "Unavailable",
];

/** A connector's status, of 1.6 or 2.x, as an EVSE's. */
export const readStatus = (text: string | null): EvseStatus => STATUSES.get(text ?? "") ?? "Unknown";

/** The EVSE's status when one of its connectors reports; `connectors` is by `evse/connector`. */
export function evseStatus(
  connectors: Map<string, EvseStatus>,
  at: { evseId: number; connectorId: number },
  status: EvseStatus,
): EvseStatus {
  remember(connectors, `${at.evseId}/${at.connectorId}`, status);
  const own = [...connectors].filter(([key]) => key.startsWith(`${at.evseId}/`)).map(([, value]) => value);
  return BY_WEIGHT.find((one) => own.includes(one)) ?? status;
}

/** The connectors that a station ever named at an EVSE; the first where it named none. */
export function connectorsOf(connectors: ReadonlyMap<string, EvseStatus>, evseId: number): readonly number[] {
  const own = [...connectors.keys()].filter((key) => key.startsWith(`${evseId}/`));
  return own.length === 0 ? [1] : own.map((key) => Number(key.slice(key.indexOf("/") + 1)));
}
