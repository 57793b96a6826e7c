import { drawBoundKw, scheduledKw } from "../domain/draw.js";
import type { EvseState } from "../domain/fleet.js";
import type { Schedule, SchedulePeriod } from "../domain/schedule.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, floorTo } from "../domain/units.js";
import { cutTo, mergeEqual, RATE_STEP } from "./periods.js";

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

export interface Round {
  /** Schedules that may be sent at once, in any order, whatever of them is lost. */
  readonly send: readonly Schedule[];
  /** What waits for the confirmations of this round. */
  readonly waiting: readonly DispatchEvse[];
}

const TOLERANCE_KW = 1e-6;

/**
 * The next round of sending. Reductions first: a schedule that nowhere exceeds what its EVSE may draw
 * already is always safe. An increase is sent as soon as every guarded node would hold even if the
 * EVSE kept the larger of old and new at each moment. When only mixed changes are left and none fits,
 * the smaller of old and new goes first, which makes the room that the new ones need.
 */
export const nextRound = (
  all: readonly DispatchEvse[],
  guards: readonly GuardedNode[],
  gridMs: readonly EpochMs[],
): Round => {
  const wanting = all.filter((evse) => evse.wanted !== null);
  const ledger = new BoundLedger(all, guards);
  const send: Schedule[] = [];
  const waiting: DispatchEvse[] = [];
  for (const evse of [...wanting].sort(reductionsFirst)) {
    if (evse.wanted !== null && ledger.admit(evse, evse.wanted)) send.push(evse.wanted);
    else waiting.push(evse);
  }
  if (send.length > 0) return { send, waiting };
  return { send: waiting.flatMap((evse) => smallerOfBoth(evse, gridMs)), waiting };
};

const reductionsFirst = (a: DispatchEvse, b: DispatchEvse): number =>
  Number(isReduction(b)) - Number(isReduction(a));

const isReduction = ({ config, evse, wanted }: DispatchEvse): boolean =>
  wanted !== null &&
  wanted.periods.every(
    ({ startMs, powerKw }) => powerKw <= drawBoundKw(config, evse, startMs) + TOLERANCE_KW,
  );

/** Sums of what may be drawn below each guarded node, raised as schedules are admitted. */
class BoundLedger {
  readonly #guards: readonly GuardedNode[];
  readonly #sumsKw: number[][];

  constructor(all: readonly DispatchEvse[], guards: readonly GuardedNode[]) {
    this.#guards = guards;
    this.#sumsKw = guards.map((guard) =>
      guard.timesMs.map((atMs) =>
        all
          .filter(({ nodePath }) => nodePath.includes(guard.nodeId))
          .reduce((total, evse) => total + counted(guard, drawBoundKw(evse.config, evse.evse, atMs)), 0),
      ),
    );
  }

  /** Takes the schedule into the sums if every guarded node then holds or is not made worse. */
  admit(evse: DispatchEvse, wanted: Schedule): boolean {
    const rises = this.#guards.map((guard) => this.#rises(guard, evse, wanted));
    const fits = rises.every((rise, g) =>
      rise.every(
        (kw, t) => kw <= TOLERANCE_KW || this.#sum(g, t) + kw <= this.#headroom(g, t) + TOLERANCE_KW,
      ),
    );
    if (fits) rises.forEach((rise, g) => rise.forEach((kw, t) => this.#raise(g, t, kw)));
    return fits;
  }

  #rises(guard: GuardedNode, { config, evse, nodePath }: DispatchEvse, wanted: Schedule): number[] {
    if (!nodePath.includes(guard.nodeId)) return guard.timesMs.map(() => 0);
    return guard.timesMs.map((atMs) => {
      const before = counted(guard, drawBoundKw(config, evse, atMs));
      const after = scheduledKw(wanted, atMs);
      return after === null ? 0 : Math.max(0, counted(guard, after) - before);
    });
  }

  #sum(g: number, t: number): number {
    return this.#sumsKw[g]?.[t] ?? 0;
  }

  #headroom(g: number, t: number): number {
    return this.#guards[g]?.headroomKw[t] ?? Infinity;
  }

  #raise(g: number, t: number, kw: number): void {
    const sums = this.#sumsKw[g];
    if (sums !== undefined) sums[t] = (sums[t] ?? 0) + kw;
  }
}

const counted = (guard: GuardedNode, powerKw: number): number =>
  guard.countsDischarge ? powerKw : Math.max(0, powerKw);

/** The wanted schedule held down to what the EVSE may draw already; nothing when that changes nothing. */
const smallerOfBoth = (
  { config, evse, wanted, maxPeriods }: DispatchEvse,
  gridMs: readonly EpochMs[],
): Schedule[] => {
  if (wanted === null) return [];
  const times = gridMs.filter((atMs) => atMs >= wanted.startMs && atMs < wanted.endMs);
  const periods = times.map((startMs) =>
    smallerPeriod(wanted, config, { startMs, boundKw: drawBoundKw(config, evse, startMs) }),
  );
  const reduces = periods.some(
    ({ startMs, powerKw }) => powerKw < drawBoundKw(config, evse, startMs) - TOLERANCE_KW,
  );
  return reduces ? [{ ...wanted, periods: cutTo(mergeEqual(periods), maxPeriods) }] : [];
};

const smallerPeriod = (
  wanted: Schedule,
  config: EvseConfig,
  { startMs, boundKw }: { startMs: EpochMs; boundKw: number },
): SchedulePeriod => {
  const period = wanted.periods.findLast((candidate) => candidate.startMs <= startMs) ?? wanted.periods[0]!;
  if (period.powerKw <= boundKw + TOLERANCE_KW) return { ...period, startMs };
  // Only a setpoint can ask for discharge.
  const roomKw = period.mode === "setpoint" ? boundKw : Math.max(0, boundKw);
  const kwPerUnit = wanted.unit === "W" ? 0.001 : (config.phases * config.voltageV) / 1000;
  const value = floorTo(roomKw / kwPerUnit, RATE_STEP[wanted.unit]);
  return { ...period, startMs, value, powerKw: value * kwPerUnit };
};
