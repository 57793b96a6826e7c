import { type Horizon, slotEndMs } from "../domain/horizon.js";
import type { SiteDemandCharge } from "../domain/site.js";
import { MINUTE_MS } from "../domain/units.js";
import { periodSpans } from "../domain/tariff.js";
import { localMoment } from "./local-time.js";

/** Slots with a moment at which a demand charge counts power, by the local clock; null: all. */
export const demandSlots = (
  { countsFrom, countsTo }: SiteDemandCharge,
  { timeZone, horizon }: { timeZone: string; horizon: Horizon },
): boolean[] | null => {
  if (countsFrom === null || countsTo === null) return null;
  const spans = periodSpans({ from: countsFrom, to: countsTo });
  const counts = (atMs: number): boolean => {
    const { minuteOfDay } = localMoment(timeZone, atMs);
    return spans.some(([from, to]) => from <= minuteOfDay && minuteOfDay < to);
  };
  return horizon.startsMs.map((startMs, slot) => {
    for (let atMs = startMs; atMs < slotEndMs(horizon, slot); atMs += MINUTE_MS)
      if (counts(atMs)) return true;
    return counts(slotEndMs(horizon, slot) - 1);
  });
};
