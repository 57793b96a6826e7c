import type { AsideWording, DischargeWay } from "../discharge.js";
import type { Schedule } from "../schedule.js";
import type { TriggerMessage } from "../trigger.js";

/** What the plan and its dispatch ask of a station, free of any OCPP version. */
export type SteeringCommand =
  | { readonly kind: "set-schedule"; readonly schedule: Schedule }
  /** A correction that is in force is told a new value; OCPP 2.1. */
  | { readonly kind: "update-schedule"; readonly schedule: Schedule }
  /** Priority charging, as by the driver's own button at the station; OCPP 2.1. */
  | { readonly kind: "use-priority"; readonly transactionId: string; readonly on: boolean }
  /** Ways of energy transfer that the driver allows, in OCPP's words; OCPP 2.1. */
  | {
      readonly kind: "allow-transfers";
      readonly transactionId: string;
      readonly transfers: readonly string[];
    }
  /** The power of an EVSE, signed, to a station that is told to give back beside its profile. */
  | {
      readonly kind: "tell-power";
      readonly way: DischargeWay;
      readonly evseId: number;
      readonly transactionId: string | null;
      readonly powerKw: number;
      /** In which words; absent: in those that hold for the station. */
      readonly wording?: AsideWording;
    }
  | { readonly kind: "clear-schedule"; readonly evseId: number; readonly purpose: Schedule["purpose"] }
  | { readonly kind: "get-composite"; readonly evseId: number; readonly durationS: number }
  | { readonly kind: "remote-start"; readonly evseId: number; readonly idToken: string }
  | { readonly kind: "remote-stop"; readonly transactionId: string }
  | {
      readonly kind: "trigger";
      readonly message: TriggerMessage;
      readonly evseId: number | null;
      /** Of the EVSE; 2.x only, the first where it is left out. */
      readonly connectorId?: number;
      /** Which CustomTrigger, as the vendor calls it (2.1). */
      readonly custom?: string;
    };
