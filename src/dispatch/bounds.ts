import { dischargeBoundKw, drawBoundKw, lostDrawKw, lostDrawUnderKw, scheduledKw } from "../domain/draw.js";
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
  /** It is told one value at a time. */
  readonly oneValue?: boolean;
  /** Least time between two schedules for it, reductions that a limit needs aside, ms. */
  readonly betweenMs?: number;
}

/**
 * A node whose sum must hold while messages are under way. `headroomKw[t]` is what cars may draw, or give
 * back, at `timesMs[t]`: `net` counts what they draw less what they give back, `draw` what they draw if they
 * were lost, discharge as nothing, and `discharge` what they give back, charging as nothing.
 */
export interface GuardedNode {
  readonly nodeId: string;
  readonly timesMs: readonly EpochMs[];
  readonly headroomKw: readonly number[];
  readonly counts: "net" | "draw" | "discharge";
}

/** Below this a difference of power is arithmetic, kW. */
export const TOLERANCE_KW = 1e-6;

const BOUND_KW = { net: drawBoundKw, draw: lostDrawKw, discharge: dischargeBoundKw };

/** The most that an EVSE may draw, or give back, at a moment as a guard counts it. */
export const mayDrawKw = ({ counts }: GuardedNode, { config, evse }: DispatchEvse, atMs: EpochMs): number =>
  BOUND_KW[counts](config, evse, atMs);

/** The same once it has taken the wanted schedule. */
export const wouldDrawKw = (guard: GuardedNode, one: DispatchEvse, atMs: EpochMs): number => {
  const { config, evse, wanted } = one;
  if (wanted === null) return mayDrawKw(guard, one, atMs);
  if (guard.counts === "draw") return lostDrawUnderKw(config, evse, wanted, atMs);
  if (guard.counts === "discharge") return Math.max(0, -(scheduledKw(wanted, atMs) ?? 0));
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
