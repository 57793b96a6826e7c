import {
  dischargeBoundKw,
  drawBoundKw,
  lostDrawKw,
  lostDrawUnderKw,
  ratedKw,
  scheduledKw,
} from "../domain/draw.js";
import type { EvseState } from "../domain/fleet.js";
import type { Schedule } from "../domain/schedule.js";
import type { EvseConfig } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import { reliedOnKw } from "./shown-discharge.js";

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
 * A node whose sum must hold while messages are under way, from the first of its times on, which is now.
 * `headroomKw[t]` is what cars may draw, or give back, at `timesMs[t]`: `net` counts what they draw less what their
 * meters show that they give back, `draw` what they draw if they were lost, discharge as nothing, and `discharge` what
 * they may give back, charging as nothing.
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

/**
 * The most that an EVSE may draw, or give back, at a moment as a guard counts it: also what it draws though it was told
 * less.
 */
export const mayDrawKw = (guard: GuardedNode, { config, evse }: DispatchEvse, atMs: EpochMs): number => {
  const boundKw = BOUND_KW[guard.counts](config, evse, atMs);
  return guard.counts === "discharge" ? boundKw : asSeenKw(guard, evse, Math.max(boundKw, heedlessKw(evse)));
};

/** The same once it has taken the wanted schedule. */
export const wouldDrawKw = (guard: GuardedNode, one: DispatchEvse, atMs: EpochMs): number => {
  const { config, evse, wanted } = one;
  if (wanted === null) return mayDrawKw(guard, one, atMs);
  if (guard.counts === "discharge") return Math.max(0, -(scheduledKw(wanted, atMs) ?? 0));
  const toldKw = guard.counts === "draw" ? lostDrawUnderKw(config, evse, wanted, atMs) : plannedKw(one, atMs);
  return asSeenKw(guard, evse, Math.max(toldKw, triedKw(config, evse)));
};

/** What it draws by the wanted schedule, else by what it has, as a plan counts it: whether or not that was ever seen. */
export const plannedKw = ({ config, evse, wanted }: DispatchEvse, atMs: EpochMs): number =>
  (wanted === null ? null : scheduledKw(wanted, atMs)) ?? drawBoundKw(config, evse, atMs);

/** Where discharge counts, no more of it than was seen. */
const asSeenKw = ({ counts, timesMs }: GuardedNode, evse: EvseState | null, kw: number): number =>
  counts === "net" ? reliedOnKw(kw, evse, timesMs[0] ?? -Infinity) : kw;

/** What one that does not follow was seen to draw, whatever it was told. */
const heedlessKw = (evse: EvseState | null): number =>
  evse === null || evse.session === null || evse.notFollowingSinceMs === null
    ? -Infinity
    : (evse.sample?.powerKw ?? -Infinity);

/** What one that did not follow may go on with while it is tried. */
const triedKw = (config: EvseConfig, evse: EvseState | null): number =>
  Math.min(ratedKw(config), evse?.trialKw ?? -Infinity);

/** What EVSEs below a guarded node may draw at each of its times, as counted there, kW. */
export const sumsBelow = (
  guard: GuardedNode,
  all: readonly DispatchEvse[],
  drawKw: typeof mayDrawKw = mayDrawKw,
): number[] => {
  const below = all.filter(({ nodePath }) => nodePath.includes(guard.nodeId));
  return guard.timesMs.map((atMs) => below.reduce((total, evse) => total + drawKw(guard, evse, atMs), 0));
};
