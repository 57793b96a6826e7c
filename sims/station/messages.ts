import type { ChargingNeeds } from "../../src/domain/session.js";
import type { EpochMs } from "../../src/domain/units.js";

/** States of a connector as in OCPP 1.6; 2.x tells only Available, Occupied and Unavailable. */
export type ConnectorState =
  | "Available"
  | "Preparing"
  | "Charging"
  | "SuspendedEV"
  | "SuspendedEVSE"
  | "Finishing"
  | "Unavailable";

/** The same in the words of 2.x, which has fewer. */
export const connectorStatusOf = (state: ConnectorState): "Available" | "Occupied" | "Unavailable" =>
  state === "Available" || state === "Unavailable" ? state : "Occupied";

/** What the station's meter shows, in whole watts and watt-hours as it is told. */
export interface Reading {
  readonly atMs: EpochMs;
  /** Signed; negative while discharging. */
  readonly powerW: number;
  readonly importedWh: number;
  readonly exportedWh: number;
  /** Whole percent; null when the car does not tell. */
  readonly socPercent: number | null;
}

export type UpdateTrigger = "periodic" | "rate-changed" | "triggered";
export type EndReason = "EVDisconnected" | "Remote" | "DeAuthorized" | "Reboot" | "Other";

interface InTransaction {
  readonly atMs: EpochMs;
  /** The station's own name of the transaction; OCPP 2.x sends it, 1.6 gets a number in return. */
  readonly localId: string;
  readonly seqNo: number;
  readonly reading: Reading;
  readonly state: ConnectorState;
  /** Happened while there was no connection. */
  readonly offline: boolean;
}

export type TransactionMessage =
  | (InTransaction & { readonly kind: "started"; readonly idToken: string })
  | (InTransaction & { readonly kind: "updated"; readonly trigger: UpdateTrigger })
  | (InTransaction & { readonly kind: "ended"; readonly reason: EndReason });

/** What a station has to say, free of any OCPP version. */
export type StationMessage =
  | TransactionMessage
  | { readonly kind: "status"; readonly atMs: EpochMs; readonly state: ConnectorState }
  | { readonly kind: "authorize"; readonly atMs: EpochMs; readonly idToken: string }
  | { readonly kind: "needs"; readonly atMs: EpochMs; readonly needs: ChargingNeeds; readonly phases: 1 | 3 }
  | {
      readonly kind: "metered";
      readonly atMs: EpochMs;
      readonly localId: string | null;
      readonly reading: Reading;
    }
  | {
      readonly kind: "priority";
      readonly atMs: EpochMs;
      readonly localId: string;
      readonly active: boolean;
    }
  | { readonly kind: "heartbeat"; readonly atMs: EpochMs };

/** What is kept over a lost connection: transactions, and what the car wants. */
export const isKept = (message: StationMessage): boolean =>
  ["started", "updated", "ended", "needs"].includes(message.kind);
