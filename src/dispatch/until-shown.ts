import { countedPhases, minimumKw } from "../domain/draw.js";
import type { Schedule } from "../domain/schedule.js";
import { type EpochMs, sum } from "../domain/units.js";
import {
  type DispatchEvse,
  type GuardedNode,
  mayDrawKw,
  plannedKw,
  sumsBelow,
  TOLERANCE_KW,
  wouldDrawKw,
} from "./bounds.js";
import { loweredTo } from "./smaller-of-both.js";

/** What an EVSE is held down to at each moment at which it is. */
type Caps = Map<EpochMs, number>;

interface HoldDown {
  /** The moments at which any schedule changes. */
  readonly gridMs: readonly EpochMs[];
  /** Whether the car of a schedule would not come back from nothing. */
  readonly isNeverPaused: (wanted: Schedule) => boolean;
}

/**
 * A plan counts what a car is to give back, and that one that did not follow does from now on; a limit must not, before
 * the car's meter shows it. Until then the others are held down by what is only promised, as far as a guarded node
 * would not hold otherwise: first those that would draw more than they may already, then those that draw most. Who had
 * better not pause keeps its least power.
 */
export const heldUntilShown = (
  all: readonly DispatchEvse[],
  guards: readonly GuardedNode[],
  { gridMs, isNeverPaused }: HoldDown,
): DispatchEvse[] => {
  const capsOf = new Map<DispatchEvse, Caps>();
  for (const guard of guards)
    for (const [t, excessKw] of promisedAlone(guard, all).entries())
      cut({ guard, all, capsOf, isNeverPaused }, guard.timesMs[t] ?? 0, excessKw);
  return all.map((one) => {
    const caps = capsOf.get(one);
    if (caps === undefined || one.wanted === null) return one;
    const boundKwAt = (atMs: EpochMs): number => caps.get(atMs) ?? Infinity;
    return { ...one, wanted: loweredTo(one, one.wanted, { gridMs, boundKwAt }) };
  });
};

/** By how much each of a guard's times relies on what no meter shows yet, kW. */
const promisedAlone = (guard: GuardedNode, all: readonly DispatchEvse[]): number[] => {
  if (guard.counts !== "net") return [];
  const [reliedOn, planned] = [
    sumsBelow(guard, all, wouldDrawKw),
    sumsBelow(guard, all, (_, one, atMs) => plannedKw(one, atMs)),
  ];
  return reliedOn.map((kw, t) =>
    Math.max(0, Math.min(kw - (guard.headroomKw[t] ?? Infinity), kw - (planned[t] ?? kw))),
  );
};

interface Cutting extends Pick<HoldDown, "isNeverPaused"> {
  readonly guard: GuardedNode;
  readonly all: readonly DispatchEvse[];
  readonly capsOf: Map<DispatchEvse, Caps>;
}

const cut = ({ guard, all, capsOf, isNeverPaused }: Cutting, atMs: EpochMs, excessKw: number): void => {
  if (excessKw <= TOLERANCE_KW) return;
  const wouldKw = (one: DispatchEvse): number =>
    Math.min(wouldDrawKw(guard, one, atMs), capsOf.get(one)?.get(atMs) ?? Infinity);
  const charging = all.filter(
    (one) => one.wanted !== null && one.nodePath.includes(guard.nodeId) && wouldKw(one) > 0,
  );
  // What was taken from them for another guard makes room here too.
  let leftKw = excessKw - alreadyCutKw({ guard, capsOf }, charging, atMs);
  const lower = (one: DispatchEvse, leastKw: number): void => {
    const beforeKw = wouldKw(one);
    if (leftKw <= TOLERANCE_KW || beforeKw <= leastKw) return;
    const afterKw = whatFlows(one, Math.max(leastKw, beforeKw - leftKw), isNeverPaused);
    leftKw -= beforeKw - afterKw;
    capsOf.set(one, (capsOf.get(one) ?? new Map<EpochMs, number>()).set(atMs, afterKw));
  };
  const largestFirst = charging.toSorted((a, b) => wouldKw(b) - wouldKw(a));
  for (const one of largestFirst) lower(one, Math.max(0, mayDrawKw(guard, one, atMs)));
  for (const one of largestFirst) lower(one, 0);
};

const alreadyCutKw = (
  { guard, capsOf }: Pick<Cutting, "guard" | "capsOf">,
  charging: readonly DispatchEvse[],
  atMs: EpochMs,
): number =>
  sum(
    charging.map((one) =>
      Math.max(0, wouldDrawKw(guard, one, atMs) - (capsOf.get(one)?.get(atMs) ?? Infinity)),
    ),
  );

/** Below its least power nothing flows; a car that would not come back from nothing keeps that. */
const whatFlows = (
  { config, evse, wanted }: DispatchEvse,
  powerKw: number,
  isNeverPaused: HoldDown["isNeverPaused"],
): number => {
  const leastKw = minimumKw(evse === null ? config : { ...config, phases: countedPhases(config, evse) });
  if (powerKw >= leastKw) return powerKw;
  return wanted !== null && isNeverPaused(wanted) ? leastKw : 0;
};
