import { YouxuError } from "../domain/errors.js";
import type { Horizon } from "../domain/horizon.js";
import type { GridEvent, LaidSignals } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import type { EpochMs } from "../domain/units.js";
import type { PriceTables } from "../ports/price-tables.js";
import { laySignals } from "./lay.js";
import type { LaySettings } from "./lay-settings.js";

export interface SignalSourceParts {
  readonly sites: readonly Site[];
  readonly tariffs: readonly Tariff[];
  readonly prices: PriceTables;
  /** The port of the event store fits. What is over counts too: past hours are laid as they were. */
  readonly events: { recent(): readonly GridEvent[] };
  readonly settings?: LaySettings;
}

/** The signals of all sites, as the port `SignalSource` wants them; events and prices are read anew at each call. */
export const createSignalSource = ({ sites, events, ...parts }: SignalSourceParts) => {
  const byId = new Map(sites.map((site) => [site.id, site] as const));
  const tariffs = new Map(parts.tariffs.map((tariff) => [tariff.id, tariff] as const));
  return {
    onChange: (listener: () => void): void => parts.prices.onChange(listener),
    lay({ siteId, horizon, nowMs }: { siteId: string; horizon: Horizon; nowMs: EpochMs }): LaidSignals {
      const site = byId.get(siteId);
      if (site === undefined) throw new YouxuError("not-found.site", `no site is called "${siteId}"`, siteId);
      const prices = new Map(parts.prices.current().map((series) => [series.id, series] as const));
      const settings = parts.settings === undefined ? {} : { settings: parts.settings };
      return laySignals({ site, tariffs, prices, events: events.recent(), horizon, nowMs, ...settings });
    },
  };
};
