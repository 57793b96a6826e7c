/** A profile of ours that a station holds. */
export interface HeldProfile {
  readonly id: number;
  readonly purpose: string;
  readonly stackLevel: number;
  /** 0: the whole station. */
  readonly evseId: number;
  /** null: of none. */
  readonly transactionId: string | null;
}

/** What a station told, and holds, as far as the rules of a profile hang on it. */
export interface StationFacts {
  /** SmartChargingCtrlr: kind Dynamic is understood. */
  readonly dynamicProfiles: boolean;
  /** SmartChargingCtrlr.SupportedAdditionalPurposes has PriorityCharging. */
  readonly priorityCharging: boolean;
  /** V2XChargingCtrlr: CentralSetpoint is understood. */
  readonly setpoints: boolean;
  /** Profiles from outside have ids up to this; null: none is told. */
  readonly maxExternalConstraintsId: number | null;
  /** Transaction that runs on the EVSE; null: none does; undefined: not known here. */
  readonly transactionId: string | null | undefined;
  readonly held: readonly HeldProfile[];
}
