import type { Horizon } from "./horizon.js";
import type { EpochMs } from "./units.js";

/** Why PV is held back. Prices are per kWh in the site's currency. */
export type PvReason =
  /** The site, or a node of it, may export no more than this. */
  | { readonly key: "export-limit"; readonly limitKw: number; readonly nodeId?: string | undefined }
  /** An event lets it export no more than this. */
  | {
      readonly key: "event-export-limit";
      readonly limitKw: number;
      readonly eventId: string;
      readonly nodeId?: string | undefined;
    }
  /** What is exported costs money. */
  | { readonly key: "negative-export-price"; readonly pricePerKwh: number }
  /** What is drawn earns money: own power only takes its place. */
  | { readonly key: "negative-import-price"; readonly pricePerKwh: number }
  /** An event wants another net power. */
  | { readonly key: "dispatch-target"; readonly eventId: string };

/** A time in which a plan holds PV back, by how much and why. */
export interface Curtailment {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  /** Of the PV that the plan counts on. */
  readonly curtailedKw: number;
  readonly reason: PvReason;
}

/** The least net power that PV may bring a site to, kW, and why. */
export interface NetFloor {
  readonly netKw: number;
  readonly reason: PvReason;
}

/** The same by slot; null: PV may go out as it comes. */
export interface PvFloors {
  readonly horizon: Horizon;
  readonly bySlot: readonly (NetFloor | null)[];
  /** The same of nodes below the root at or above PV; absent: none has a limit. */
  readonly below?: ReadonlyMap<string, readonly (NetFloor | null)[]>;
}
