import type { Schedule } from "./schedule.js";
import type { EpochMs } from "./units.js";

/** What the plan and its dispatch ask of a station, free of any OCPP version. */
export type SteeringCommand =
  | { readonly kind: "set-schedule"; readonly schedule: Schedule }
  | { readonly kind: "clear-schedule"; readonly evseId: number; readonly purpose: Schedule["purpose"] }
  | { readonly kind: "get-composite"; readonly evseId: number; readonly durationS: number }
  | { readonly kind: "remote-start"; readonly evseId: number; readonly idToken: string }
  | { readonly kind: "remote-stop"; readonly transactionId: string }
  | {
      readonly kind: "trigger";
      readonly message: "BootNotification" | "StatusNotification" | "MeterValues" | "Heartbeat";
      readonly evseId: number | null;
    };

interface LocalListEntry {
  readonly idToken: string;
  /** null: it is taken off the list. */
  readonly standing: "Accepted" | "Blocked" | "Expired" | "Invalid" | null;
}

/** What an operator asks of a station, free of any OCPP version; an EVSE of null is the station itself. */
export type OperatorCommand =
  | {
      readonly kind: "reset";
      /** `when-idle`: once no transaction runs, which 1.6 cannot say. `soft` and `hard` are one in 2.x. */
      readonly how: "soft" | "hard" | "when-idle";
      readonly evseId: number | null;
    }
  | { readonly kind: "change-availability"; readonly evseId: number | null; readonly operative: boolean }
  | { readonly kind: "unlock"; readonly evseId: number; readonly connectorId: number }
  | { readonly kind: "clear-cache" }
  /** By `key` in 1.6, `Component.Variable` in 2.x; none: all, which 2.x cannot say in one answer. */
  | { readonly kind: "read-settings"; readonly names: readonly string[] }
  | { readonly kind: "write-setting"; readonly name: string; readonly value: string }
  /** Holds an EVSE, or any, for an id token. */
  | {
      readonly kind: "reserve";
      readonly reservationId: number;
      readonly evseId: number | null;
      readonly idToken: string;
      readonly expiresMs: EpochMs;
    }
  | { readonly kind: "cancel-reservation"; readonly reservationId: number }
  /** The list of id tokens by which a station decides without us: all of it, or what is added and taken off. */
  | {
      readonly kind: "send-local-list";
      readonly version: number;
      readonly isWhole: boolean;
      readonly entries: readonly LocalListEntry[];
    }
  | { readonly kind: "local-list-version" }
  | {
      readonly kind: "data-transfer";
      readonly vendorId: string;
      readonly messageId: string | null;
      readonly data: string | null;
    };

/** What we may ask of a station. */
export type StationCommand = SteeringCommand | OperatorCommand;

const STEERING: ReadonlySet<string> = new Set<SteeringCommand["kind"]>([
  "set-schedule",
  "clear-schedule",
  "get-composite",
  "remote-start",
  "remote-stop",
  "trigger",
]);

export const isSteering = (command: StationCommand): command is SteeringCommand => STEERING.has(command.kind);

export interface CompositePeriod {
  readonly startMs: EpochMs;
  readonly powerKw: number;
}

/** A key of a station's configuration (1.6), or a variable of its device model (2.x). */
export interface StationSetting {
  readonly name: string;
  /** null: it has none, or does not tell it. */
  readonly value: string | null;
  /** null: the station does not say. */
  readonly readOnly: boolean | null;
  /** Why there is no value, in the station's word: `UnknownVariable`; null: there is one. */
  readonly why: string | null;
}

/** Outcome of a command: a closed set, never an exception. */
export type CommandOutcome =
  | {
      readonly status: "accepted";
      readonly composite?: readonly CompositePeriod[];
      readonly settings?: readonly StationSetting[];
      /** What the station adds: `Scheduled` once the transaction is over, `RebootRequired`. */
      readonly detail?: string;
      /** Answer to a data transfer. */
      readonly data?: string;
      /** Of the local list: 0 where it is empty, −1 where the station has none (1.6). */
      readonly version?: number;
    }
  | {
      readonly status: "rejected" | "unsupported" | "offline" | "timeout" | "error";
      readonly detail: string;
    };
