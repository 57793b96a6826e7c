import type { FleetEvent, TransactionEvent } from "../domain/fleet.js";
import type { Recorded } from "./ledger.js";

export type Authorization = "Accepted" | "Blocked" | "Invalid";

/** The way from the stations into the core. */
export interface FleetGateway {
  /** News that need not survive a crash: connection, status, samples outside transactions. */
  report(event: FleetEvent): void;
  /** A transaction message; resolves after its commit, so that the caller may answer. */
  record(event: TransactionEvent): Promise<Recorded>;
  /** Whether an id token may charge. */
  authorize(stationId: string, idToken: string): Promise<Authorization>;
}
