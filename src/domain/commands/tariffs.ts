import type { EpochMs } from "../units.js";

/** When a price applies, by the station's local clock; what is left out says nothing. */
export interface PriceCondition {
  /** `HH:MM`. */
  readonly fromTime?: string;
  /** `HH:MM`, not included. */
  readonly toTime?: string;
  /** ISO: Monday is 1. */
  readonly weekdays?: readonly number[];
  /** `YYYY-MM-DD`. */
  readonly fromDate?: string;
  /** `YYYY-MM-DD`, not included. */
  readonly toDate?: string;
}

/** What a driver pays, as a station is told it; of several prices the first whose condition holds. */
export interface DriverTariff {
  readonly tariffId: string;
  readonly currency: string;
  /** Shown to drivers; null: nothing. */
  readonly text: string | null;
  readonly energy: readonly { readonly pricePerKwh: number; readonly when: PriceCondition }[];
  /** Of a minute in which the car is plugged in and does not charge; null: none. */
  readonly pricePerIdleMinute: number | null;
  /** Of a session; null: none. */
  readonly fixedFee: number | null;
}

/** A tariff that a station has. */
export interface TariffAssignment {
  readonly tariffId: string;
  readonly kind: "default" | "driver";
  readonly validFromMs: EpochMs | null;
  readonly evseIds: readonly number[];
}

/** What a session has cost so far. */
export interface RunningCost {
  readonly transactionId: string;
  /** In the site's currency. */
  readonly totalCost: number;
  /** The following is told in 1.6 alone. */
  readonly atMs: EpochMs;
  readonly meterWh: number;
  readonly isCharging: boolean;
  readonly pricePerKwh: number;
  /** The price after this one; null: it stays. */
  readonly next: { readonly atMs: EpochMs; readonly pricePerKwh: number } | null;
}

/** What a station knows of prices and shows of costs. */
export type TariffCommand =
  /** 2.1. `tariff` of null: that of the station's site; an EVSE of null: all. */
  | {
      readonly kind: "set-default-tariff";
      readonly evseId: number | null;
      readonly tariff: DriverTariff | null;
    }
  /** 2.1. */
  | { readonly kind: "get-tariffs"; readonly evseId: number | null }
  /** 2.1; of no ids all. */
  | { readonly kind: "clear-tariffs"; readonly tariffIds: readonly string[]; readonly evseId: number | null }
  /** 2.1. `tariff` of null: that of the station's site. */
  | {
      readonly kind: "change-transaction-tariff";
      readonly transactionId: string;
      readonly tariff: DriverTariff | null;
    }
  /** CostUpdated in 2.x, a DataTransfer of the Open Charge Alliance in 1.6. */
  | { readonly kind: "running-cost"; readonly cost: RunningCost }
  /** 1.6; 2.x is told it in the answer to its last message of the transaction. */
  | {
      readonly kind: "final-cost";
      readonly transactionId: string;
      readonly totalCost: number;
      /** Shown to the driver. */
      readonly text: string;
    }
  /** What a driver will pay, shown once the token was presented; 1.6. */
  | { readonly kind: "user-price"; readonly idToken: string; readonly text: string };
