import type { Site } from "../domain/site.js";
import { type EpochMs, SLOT_MS } from "../domain/units.js";
import type { LaidSignals } from "../domain/signal.js";
import type { SignalSource } from "../ports/signal-source.js";
import { quarterStartMs } from "../signals/calendar.js";

interface QuarterPrice {
  readonly buyPerKwh: number;
  readonly sellPerKwh: number;
}

/** Prices at the meters of a site, by quarter of an hour. */
export interface PriceBook {
  /** null: nothing is known of what this meter costs. */
  at(meterId: string | null, atMs: EpochMs, nowMs: EpochMs): QuarterPrice | null;
  forgetBefore(beforeMs: EpochMs): void;
}

/** What has passed is laid once and kept; the running quarter may still change by an event. */
export const createPriceBook = (site: Site, signals: SignalSource): PriceBook => {
  const known = new Map<EpochMs, LaidSignals["prices"]>();
  const lay = (startMs: EpochMs, nowMs: EpochMs): LaidSignals["prices"] => {
    const horizon = { startsMs: [startMs], endMs: startMs + SLOT_MS };
    return signals.lay({ siteId: site.id, horizon, nowMs }).prices;
  };
  return {
    at: (meterId, atMs, nowMs) => {
      const startMs = quarterStartMs(atMs);
      const found = known.get(startMs) ?? lay(startMs, nowMs);
      if (startMs + SLOT_MS <= nowMs) known.set(startMs, found);
      const laid = found.get(meterId ?? "");
      const [buyPerKwh, sellPerKwh] = [laid?.buyPerKwh[0], laid?.sellPerKwh[0]];
      return buyPerKwh === undefined || sellPerKwh === undefined ? null : { buyPerKwh, sellPerKwh };
    },
    forgetBefore: (beforeMs) => {
      for (const startMs of known.keys()) if (startMs + SLOT_MS <= beforeMs) known.delete(startMs);
    },
  };
};
