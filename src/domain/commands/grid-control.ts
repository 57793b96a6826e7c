import type { EpochMs } from "../units.js";

/** The 22 kinds of DER controls of OCPP 2.1, and the field of SetDERControl that says each. */
export const DER_FIELDS = {
  EnterService: "enterService",
  FreqDroop: "freqDroop",
  FreqWatt: "curve",
  FixedPFAbsorb: "fixedPFAbsorb",
  FixedPFInject: "fixedPFInject",
  FixedVar: "fixedVar",
  Gradients: "gradient",
  HFMustTrip: "curve",
  HFMayTrip: "curve",
  HVMustTrip: "curve",
  HVMomCess: "curve",
  HVMayTrip: "curve",
  LimitMaxDischarge: "limitMaxDischarge",
  LFMustTrip: "curve",
  LVMustTrip: "curve",
  LVMomCess: "curve",
  LVMayTrip: "curve",
  PowerMonitoringMustTrip: "curve",
  VoltVar: "curve",
  VoltWatt: "curve",
  WattPF: "curve",
  WattVar: "curve",
} as const;

export type DerControlType = keyof typeof DER_FIELDS;

/** What the grid asks of a station that discharges; OCPP 2.1 alone has words for it. */
export type GridControlCommand =
  | {
      readonly kind: "set-der-control";
      readonly controlId: string;
      readonly controlType: DerControlType;
      /** Of a default there is one per kind, without start and duration. */
      readonly isDefault: boolean;
      /** In OCPP 2.1's words, of the field that the kind has: `{priority, pctMaxDischargePower, startTime, duration}`. */
      readonly parameters: Readonly<Record<string, unknown>>;
    }
  /** What a station holds; it tells that after its answer. null: any. */
  | {
      readonly kind: "get-der-controls";
      readonly isDefault: boolean | null;
      readonly controlType: DerControlType | null;
      readonly controlId: string | null;
    }
  | {
      readonly kind: "clear-der-control";
      readonly isDefault: boolean;
      readonly controlType: DerControlType | null;
      readonly controlId: string | null;
    }
  /** The grid operator's signal for automatic frequency restoration, as it is forwarded. */
  | { readonly kind: "afrr-signal"; readonly signal: number; readonly atMs: EpochMs };
