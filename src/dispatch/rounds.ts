import { drawBoundKw } from "../domain/draw.js";
import type { Schedule } from "../domain/schedule.js";
import type { EpochMs } from "../domain/units.js";
import {
  type DispatchEvse,
  type GuardedNode,
  mayDrawKw,
  sumsBelow,
  TOLERANCE_KW,
  wouldDrawKw,
} from "./bounds.js";
import { smallerOfBoth } from "./smaller-of-both.js";

export interface Round {
  /** Schedules that may be sent at once, in any order, whatever of them is lost. */
  readonly send: readonly Schedule[];
  /** What waits for the confirmations of this round. */
  readonly waiting: readonly DispatchEvse[];
}

/**
 * The next round of sending. Reductions first: a schedule that nowhere exceeds what its EVSE may draw
 * already is always safe. An increase is sent as soon as every guarded node would hold even if the
 * EVSE kept the larger of old and new at each moment. When only mixed changes are left and none fits,
 * the smaller of old and new goes first, which makes the room that the new ones need, unless more would
 * be given back by it than a guarded node lets out. `gridMs` are the
 * moments at which any schedule changes.
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
    if (evse.wanted !== null && ledger.admit(evse)) send.push(evse.wanted);
    else waiting.push(evse);
  }
  if (send.length > 0) return { send, waiting };
  const smaller = waiting.flatMap((evse) =>
    smallerOfBoth(evse, gridMs).filter((schedule) => ledger.admit({ ...evse, wanted: schedule })),
  );
  return { send: smaller, waiting };
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
    this.#sumsKw = guards.map((guard) => sumsBelow(guard, all));
  }

  /** Takes the schedule into the sums if every guarded node then holds or is not made worse. */
  admit(evse: DispatchEvse): boolean {
    const rises = this.#guards.map((guard) => this.#rises(guard, evse));
    const fits = rises.every((rise, g) =>
      rise.every(
        (kw, t) => kw <= TOLERANCE_KW || this.#sum(g, t) + kw <= this.#headroom(g, t) + TOLERANCE_KW,
      ),
    );
    if (fits) rises.forEach((rise, g) => rise.forEach((kw, t) => this.#raise(g, t, kw)));
    return fits;
  }

  #rises(guard: GuardedNode, evse: DispatchEvse): number[] {
    if (!evse.nodePath.includes(guard.nodeId)) return guard.timesMs.map(() => 0);
    return guard.timesMs.map((atMs) =>
      Math.max(0, wouldDrawKw(guard, evse, atMs) - mayDrawKw(guard, evse, atMs)),
    );
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
