import { type Horizon, slotAt } from "../domain/horizon.js";
import type { Schedule } from "../domain/schedule.js";
import { type DispatchEvse, type GuardedNode, sumsBelow, TOLERANCE_KW, wouldDrawKw } from "./bounds.js";

/** A planned schedule in which its car waits at its least power, not at nothing, in the slots that may be. */
export type Waiting = (mayWait: (slot: number) => boolean) => Schedule;

export interface WaitingInput {
  readonly guards: readonly GuardedNode[];
  readonly horizon: Horizon;
  /** Of cars that do not come back from nothing, by the schedule that is planned for them. */
  readonly waiting: ReadonlyMap<Schedule, Waiting>;
}

/**
 * Lets cars that do not come back from nothing wait at their least power in the slots in which every guarded
 * node bears that beside all that is wanted of the others; elsewhere they pause as planned.
 */
export const withWaiting = (
  all: readonly DispatchEvse[],
  { guards, horizon, waiting }: WaitingInput,
): DispatchEvse[] => {
  if (waiting.size === 0) return [...all];
  let sumsKw = guards.map((guard) => sumsBelow(guard, all, wouldDrawKw));
  return all.map((one) => {
    const waits = one.wanted === null ? undefined : waiting.get(one.wanted);
    if (waits === undefined) return one;
    const fullMs = notBorne(
      { guards, sumsKw },
      risesKw(
        guards,
        one,
        waits(() => true),
      ),
    );
    const full = new Set(fullMs.map((atMs) => slotAt(horizon, atMs)));
    const wanted = waits((slot) => !full.has(slot));
    const rises = risesKw(guards, one, wanted);
    if (notBorne({ guards, sumsKw }, rises).length > 0) return one;
    sumsKw = sumsKw.map((sums, g) => sums.map((kw, t) => kw + (rises[g]?.[t] ?? 0)));
    return { ...one, wanted };
  });
};

const risesKw = (guards: readonly GuardedNode[], one: DispatchEvse, wanted: Schedule): number[][] =>
  guards.map((guard) =>
    guard.timesMs.map((atMs) =>
      one.nodePath.includes(guard.nodeId)
        ? wouldDrawKw(guard, { ...one, wanted }, atMs) - wouldDrawKw(guard, one, atMs)
        : 0,
    ),
  );

/** Moments at which some guarded node would not bear the rises. */
const notBorne = (
  { guards, sumsKw }: { readonly guards: readonly GuardedNode[]; readonly sumsKw: readonly number[][] },
  rises: readonly (readonly number[])[],
): number[] =>
  guards.flatMap(({ timesMs, headroomKw }, g) =>
    timesMs.filter((_, t) => {
      const kw = rises[g]?.[t] ?? 0;
      return kw > TOLERANCE_KW && (sumsKw[g]?.[t] ?? 0) + kw > (headroomKw[t] ?? Infinity) + TOLERANCE_KW;
    }),
  );
