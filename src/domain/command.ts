import type { Schedule } from "./schedule.js";
import type { EpochMs } from "./units.js";

/** What we may ask of a station, free of any OCPP version. */
export type StationCommand =
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

export interface CompositePeriod {
  readonly startMs: EpochMs;
  readonly powerKw: number;
}

/** Outcome of a command: a closed set, never an exception. */
export type CommandOutcome =
  | { readonly status: "accepted"; readonly composite?: readonly CompositePeriod[] }
  | {
      readonly status: "rejected" | "unsupported" | "offline" | "timeout" | "error";
      readonly detail: string;
    };
