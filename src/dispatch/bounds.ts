import { drawBoundKw, scheduledKw } from "../domain/draw.js";
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

/** Power as a guard counts it, kW. */
export const counted = (guard: GuardedNode, powerKw: number): number =>
  guard.countsDischarge ? powerKw : Math.max(0, powerKw);

/** What EVSEs below a guarded node may draw at each of its times, as counted there, kW. */
export const sumsBelow = (
  guard: GuardedNode,
  all: readonly DispatchEvse[],
  powerKw: (evse: DispatchEvse, atMs: EpochMs) => number = ({ config, evse }, atMs) =>
    drawBoundKw(config, evse, atMs),
): number[] => {
  const below = all.filter(({ nodePath }) => nodePath.includes(guard.nodeId));
  return guard.timesMs.map((atMs) =>
    below.reduce((total, evse) => total + counted(guard, powerKw(evse, atMs)), 0),
  );
};

/** What an EVSE may draw once it has taken the wanted schedule, kW. */
export const wantedKw = ({ config, evse, wanted }: DispatchEvse, atMs: EpochMs): number =>
  (wanted === null ? null : scheduledKw(wanted, atMs)) ?? drawBoundKw(config, evse, atMs);
