import type { HeldFor } from "./held-for.js";
import type { EpochMs } from "./units.js";

/**
 * Why a session does what it does in a slot: one key with its numbers. Text belongs to the
 * interface; keys belong here. Prices are per kWh in the site's currency. A shadow price is what room
 * would save; null where room would meet a need or keep a limit, which is no matter of money.
 */
export type Reason =
  | { readonly key: "charging"; readonly pricePerKwh: number }
  | {
      /** Until the next slot in which the plan charges; what energy costs now minus what it costs then, > 0. */
      readonly key: "waiting-for-cheaper-slot";
      readonly untilMs: EpochMs;
      readonly savingPerKwh: number;
    }
  | {
      /** Until the next slot in which the plan charges, where a kWh causes less CO₂ by so many kg, > 0. */
      readonly key: "waiting-for-cleaner-slot";
      readonly untilMs: EpochMs;
      readonly savingKgPerKwh: number;
    }
  | {
      /** No price and no limit keeps it now: its turn is not before this, and there is time enough. */
      readonly key: "charging-later";
      readonly untilMs: EpochMs;
    }
  | { readonly key: "node-full"; readonly nodeId: string; readonly shadowPricePerKwh: number | null }
  | {
      /** The limit of one phase of the supply, 1–3, on which the car draws. */
      readonly key: "phase-full";
      readonly nodeId: string;
      readonly phase: number;
      readonly shadowPricePerKwh: number | null;
    }
  | {
      /** The voltage of a node would be too low. */
      readonly key: "voltage-low";
      readonly nodeId: string;
      readonly shadowPricePerKwh: number | null;
    }
  | {
      /** Another car has the pile, or it is being handed over. */
      readonly key: "waiting-for-pile";
      readonly nodeId: string;
    }
  | {
      /** A full battery of a swap station, until somebody takes it. */
      readonly key: "held-for-swap";
      readonly untilMs: EpochMs;
    }
  | {
      readonly key: "held-for-failsafe";
      readonly nodeId: string;
      readonly shadowPricePerKwh: number | null;
    }
  | {
      readonly key: "demand-response-event";
      readonly eventId: string;
      readonly shadowPricePerKwh: number | null;
    }
  | {
      /** More power now would raise the peak that the metering point is billed for, or that is weighed: and at what price. */
      readonly key: "peak-held";
      readonly meteringPointId: string;
      readonly peakKw: number;
      readonly pricePerKw: number;
    }
  | {
      /** Base load alone breaks the limit of a node, or what an event left of it. */
      readonly key: "limit-cannot-be-kept";
      readonly nodeId: string;
      readonly eventId: string | null;
      readonly overKw: number;
    }
  | {
      /** Energy costs at least what it is worth that will be missing; null: not in money, but as the objective weighs it. */
      readonly key: "dearer-than-shortfall";
      readonly pricePerKwh: number | null;
      readonly worthPerKwh: number | null;
    }
  | { readonly key: "target-reached" }
  | { readonly key: "below-reserve-charging-first"; readonly reserveKwh: number }
  | { readonly key: "selling"; readonly pricePerKwh: number; readonly wearPerKwh: number }
  | { readonly key: "driver-chose-fast" }
  /** A use of the emergency pile whose price is accepted: it charges at once. */
  | { readonly key: "emergency-use" }
  | { readonly key: "minimum-current"; readonly minChargeKw: number }
  | { readonly key: "station-offline" }
  | { readonly key: "station-not-following" }
  | { readonly key: "not-authorized" }
  /** It stands at an emergency pile, and no price is accepted for it, or no more. */
  | { readonly key: "price-not-accepted" }
  /** It stands at a pile that its owner lends, is none of the owner's and has no booking in force. */
  | { readonly key: "not-booked" }
  | { readonly key: "evse-not-configured" }
  | {
      /** Somebody else's limit at the station or the EVSE: its owner's energy manager, the grid operator. */
      readonly key: "limited-from-outside";
      readonly stationId: string;
    }
  /** The car takes no more by its own schedule. */
  | { readonly key: "limited-by-car" }
  | { readonly key: "rule"; readonly rule: string }
  | { readonly key: "not-plugged-in" }
  | {
      /** No session runs, and the EVSE is held for somebody. */
      readonly key: "reserved";
      readonly heldFor: HeldFor;
      readonly untilMs: EpochMs;
    }
  /** The car is to have left by then. */
  | { readonly key: "past-departure" }
  /** A car is plugged in and no session runs: the last one has ended, or none is known of. */
  | { readonly key: "session-over" }
  | { readonly key: "no-session" };

export type ReasonKey = Reason["key"];
