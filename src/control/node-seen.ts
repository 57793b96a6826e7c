import type { GridNode, Site } from "../domain/site.js";
import { DAY_MS, type EpochMs } from "../domain/units.js";
import { fadeAfter } from "../planning/base-experience.js";
import type { NodeBase } from "../planning/node-base.js";
import { quarterOfLocalDay } from "../signals/calendar.js";
import type { ObservedBounds } from "./base-observer.js";

/** Days of which the load of each quarter of the day is remembered. */
const MOST_DAYS = 14;

/** What one day showed in one quarter of an hour. */
interface Seen {
  readonly dayMs: EpochMs;
  mostKw: number;
  leastKw: number;
  /** Whether it was ever known for sure; else the load was at least `mostKw` and at most `leastKw`. */
  isExact: boolean;
}

/** What was seen in each quarter of the local day, the latest days of each. */
export type SeenQuarters = Map<number, Seen[]>;

interface Sight {
  readonly bounds: ObservedBounds;
  readonly isExact: boolean;
}

/** Of bounds that are apart only that counts which is sure: it was no less than the one and no more than the other. */
export const learn = (quarters: SeenQuarters, timeZone: string, { bounds, isExact }: Sight): void => {
  const { lowKw, highKw, atMs } = bounds;
  const [mostKw, leastKw] = isExact ? [highKw, lowKw] : [lowKw, highKw];
  const quarter = quarterOfLocalDay(atMs, timeZone);
  const days = quarters.get(quarter) ?? [];
  quarters.set(quarter, days);
  const last = days.at(-1);
  if (last !== undefined && atMs - last.dayMs < DAY_MS / 2) {
    last.mostKw = Math.max(last.mostKw, mostKw);
    last.leastKw = Math.min(last.leastKw, leastKw);
    last.isExact ||= isExact;
    return;
  }
  days.push({ dayMs: atMs, mostKw, leastKw, isExact });
  if (days.length > MOST_DAYS) days.shift();
};

const most = (days: readonly Seen[]): number => Math.max(...days.map(({ mostKw }) => mostKw));
const least = (days: readonly Seen[]): number => Math.min(...days.map(({ leastKw }) => leastKw));

interface When {
  readonly site: Site;
  readonly startsMs: readonly EpochMs[];
  readonly nowMs: EpochMs;
}

/**
 * No less than was ever seen at that time of day, and what is seen now as far as it still says something; where
 * that time was never seen for sure, no less than now. While the meter is silent the most and the least that it ever
 * showed, with what it said last, stand for all the day. The site's margin on both.
 */
export const forecastOf = (
  { site, startsMs, nowMs }: When,
  now: ObservedBounds,
  quarters: SeenQuarters,
): NodeBase => {
  const isFresh = nowMs - now.atMs <= site.measurementStaleMs;
  const ever = [...quarters.values()].flat();
  const withNow = (days: readonly Seen[]): { readonly upperKw: number; readonly lowerKw: number } => ({
    upperKw: Math.max(now.highKw, most(days)),
    lowerKw: Math.min(now.lowKw, least(days)),
  });
  const at = (startMs: EpochMs): { readonly upperKw: number; readonly lowerKw: number } => {
    if (!isFresh) return withNow(ever);
    const days = quarters.get(quarterOfLocalDay(startMs, site.timeZone)) ?? [];
    if (!days.some(({ isExact }) => isExact)) return withNow(days);
    const weight = fadeAfter(startMs - nowMs);
    const mixed = (nowKw: number, seenKw: number): number => seenKw + (nowKw - seenKw) * weight;
    return {
      upperKw: Math.max(most(days), mixed(now.highKw, most(days))),
      lowerKw: Math.min(least(days), mixed(now.lowKw, least(days))),
    };
  };
  const margin = (kw: number): number => Math.abs(kw) * site.baseMarginShare;
  const slots = startsMs.map(at);
  return {
    upperKw: slots.map(({ upperKw }) => Math.max(0, upperKw + margin(upperKw))),
    lowerKw: slots.map(({ lowerKw }) => lowerKw - margin(lowerKw)),
  };
};

/**
 * A node whose meter was never heard may be full: it counts at its limits, so that nothing is added to what nobody
 * sees. null: it has no limit, and nothing can be said of it.
 */
export const forecastUnheard = (
  { importLimitKw, exportLimitKw }: GridNode,
  startsMs: readonly EpochMs[],
): NodeBase | null =>
  importLimitKw === null && exportLimitKw === null
    ? null
    : {
        upperKw: startsMs.map(() => importLimitKw ?? 0),
        lowerKw: startsMs.map(() => -(exportLimitKw ?? 0)),
      };
