import type { EpochMs } from "./units.js";

/**
 * Where a solve was some way before its end: plain data from which the next solve of much the same problem may
 * begin, a few slots later, with some cars gone and others come. It proves nothing and binds nothing: whatever
 * it says, a solve that begins from it ends where one that begins anew does.
 */
export interface WarmStart {
  /** Product of distances and duals at the point, money: how far from its end the solve was. */
  readonly product: number;
  readonly startsMs: readonly EpochMs[];
  readonly endMs: EpochMs;
  readonly sessions: readonly WarmSession[];
  readonly rows: readonly WarmRows[];
}

/** Powers of one session or storage, and what they are worth to it, from `firstSlot` on, slot by slot. */
export interface WarmSession {
  readonly id: string;
  readonly firstSlot: number;
  readonly chargeKw: readonly number[];
  readonly dischargeKw: readonly number[];
  /** Worth of one more kWh in the battery; empty where the rows below say it. */
  readonly worthPerKwh: readonly number[];
}

/** Duals of the rows of one kind that are about the same node, metering point, signal or session. */
export interface WarmRows {
  readonly kind: string;
  readonly id: string;
  /** Money per kWh (of peaks per kW), slot by slot of the horizon; null where there is no such row. */
  readonly dual: readonly (number | null)[];
}

/** What a solve is given of the one before, and where it leaves what the next may begin from. */
export interface WarmStarting {
  readonly warmStart?: WarmStart | undefined;
  /** Called once by a solve that has a point to begin the next one from. */
  readonly onWarmStart?: ((warmStart: WarmStart) => void) | undefined;
}
