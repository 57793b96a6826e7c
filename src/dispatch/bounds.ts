import { drawBoundKw, lostDrawKw, lostDrawUnderKw, scheduledKw } from "../domain/draw.js";
import type { EvseState } from "../domain/fleet.js";
import type { Schedule } from "../domain/schedule.js";
import type { EvseConfig } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";

/** An EVSE in the fail-safe sum, with the schedule wanted for it; null keeps what it has. */
export interface DispatchEvse {
  readonly config: EvseConfig;
  readonly evse: EvseState | null;
  readonly nodePath: readonly string[];
  readonly wanted: Schedule | null;
  readonly maxPeriods: number;
}

/**
 * A node whose sum must hold while messages are under way. `headroomKw[t]` is what cars may draw at
 * `timesMs[t]`. Strict counts discharge as nothing; graced counts it, and looks only at the times given.
 */
export interface GuardedNode {
  readonly nodeId: string;
  readonly timesMs: readonly EpochMs[];
  readonly headroomKw: readonly number[];
  readonly countsDischarge: boolean;
}

/** Below this a difference of power is arithmetic, kW. */
export const TOLERANCE_KW = 1e-6;

/** What an EVSE may draw at a moment as a guard counts it: where discharge is nothing, as if it were lost. */
export const mayDrawKw = (guard: GuardedNode, { config, evse }: DispatchEvse, atMs: EpochMs): number =>
  guard.countsDischarge ? drawBoundKw(config, evse, atMs) : lostDrawKw(config, evse, atMs);

/** What it may draw once it has taken the wanted schedule, counted alike. */
export const wouldDrawKw = (guard: GuardedNode, one: DispatchEvse, atMs: EpochMs): number => {
  const { config, evse, wanted } = one;
  if (wanted === null) return mayDrawKw(guard, one, atMs);
  if (!guard.countsDischarge) return lostDrawUnderKw(config, evse, wanted, atMs);
  return scheduledKw(wanted, atMs) ?? drawBoundKw(config, evse, atMs);
};

/** What EVSEs below a guarded node may draw at each of its times, as counted there, kW. */
export const sumsBelow = (
  guard: GuardedNode,
  all: readonly DispatchEvse[],
  drawKw: typeof mayDrawKw = mayDrawKw,
): number[] => {
  const below = all.filter(({ nodePath }) => nodePath.includes(guard.nodeId));
  return guard.timesMs.map((atMs) => below.reduce((total, evse) => total + drawKw(guard, evse, atMs), 0));
};
