import type { Site } from "../domain/site.js";
import { type EpochMs, SLOT_MS } from "../domain/units.js";
import type { SignalSource } from "../ports/signal-source.js";
import { quarterStartMs } from "../signals/calendar.js";

interface QuarterPrice {
  readonly buyPerKwh: number;
  readonly sellPerKwh: number;
}

/** Prices at the meter that the cars of a site are billed by, by quarter of an hour. */
export interface PriceBook {
  at(atMs: EpochMs, nowMs: EpochMs): QuarterPrice;
  forgetBefore(beforeMs: EpochMs): void;
}

/** What has passed is laid once and kept; the running quarter may still change by an event. */
export const createPriceBook = (site: Site, signals: SignalSource): PriceBook => {
  const known = new Map<EpochMs, QuarterPrice>();
  const lay = (startMs: EpochMs, nowMs: EpochMs): QuarterPrice => {
    const horizon = { startsMs: [startMs], endMs: startMs + SLOT_MS };
    const { prices } = signals.lay({ siteId: site.id, horizon, nowMs });
    const laid = prices.get(site.meteringPoints[0]?.id ?? "");
    return { buyPerKwh: laid?.buyPerKwh[0] ?? 0, sellPerKwh: laid?.sellPerKwh[0] ?? 0 };
  };
  return {
    at: (atMs, nowMs) => {
      const startMs = quarterStartMs(atMs);
      const found = known.get(startMs) ?? lay(startMs, nowMs);
      if (startMs + SLOT_MS <= nowMs) known.set(startMs, found);
      return found;
    },
    forgetBefore: (beforeMs) => {
      for (const startMs of known.keys()) if (startMs + SLOT_MS <= beforeMs) known.delete(startMs);
    },
  };
};
