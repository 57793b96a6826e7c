import { MOST_CARBON_KG_PER_KWH } from "../domain/bounds.js";
import { YouxuError } from "../domain/errors.js";
import type { Horizon } from "../domain/horizon.js";
import type { GridEvent, LaidSignals, PriceSeries } from "../domain/signal.js";
import type { Site, SiteMeteringPoint } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import type { EpochMs } from "../domain/units.js";
import { demandSlots } from "./demand-slots.js";
import { effectiveAt, noteIgnored } from "./ignored.js";
import { layCaps, layExportCaps } from "./lay-caps.js";
import { layPrices, laySeries } from "./lay-prices.js";
import { DEFAULT_LAY_SETTINGS, type LaySettings } from "./lay-settings.js";
import { layTargets } from "./lay-targets.js";
import { Notes } from "./notes.js";
import { targetedNodes } from "./targeting.js";

export interface LayQuery {
  readonly site: Site;
  /** By id. */
  readonly tariffs: ReadonlyMap<string, Tariff>;
  readonly prices: ReadonlyMap<string, PriceSeries>;
  readonly events: readonly GridEvent[];
  readonly horizon: Horizon;
  /** A price series that ended before it is stale, which is noted. */
  readonly nowMs: EpochMs;
  readonly settings?: LaySettings;
}

const touches = (event: GridEvent, horizon: Horizon): boolean =>
  event.intervals.some(
    ({ startMs, endMs }) =>
      startMs < horizon.endMs && (endMs ?? Infinity) > (horizon.startsMs[0] ?? Infinity),
  );

const known = <T>(map: ReadonlyMap<string, T>, id: string, place: string): T => {
  const found = map.get(id);
  if (found === undefined) throw new YouxuError("config.invalid", `nothing is called "${id}"`, place);
  return found;
};

/**
 * Lays every signal of a site on a horizon. Pure; the same inputs give the same result. What is
 * missing, invalid, ignored or in conflict has a stated outcome and a note, never an exception; only
 * a tariff or series that the site names and nobody has is a fault of the configuration.
 */
export const laySignals = (query: LayQuery): LaidSignals => {
  const { site, tariffs, prices, horizon, nowMs, settings = DEFAULT_LAY_SETTINGS } = query;
  const notes = new Notes();
  const touching = query.events.filter(
    (event) => touches(event, horizon) && targetedNodes(event, site).length > 0,
  );
  for (const event of touching) noteIgnored(event, site, notes);
  const events = touching.map((event) => effectiveAt(event, site));
  const countsAt = ({ demandCharge }: SiteMeteringPoint) => {
    const slots =
      demandCharge === null ? null : demandSlots(demandCharge, { timeZone: site.timeZone, horizon });
    return slots === null ? {} : { demandCounts: slots };
  };
  const carbonAt = ({ id, carbon }: SiteMeteringPoint) => {
    if (carbon === null) return {};
    if ("kgPerKwh" in carbon) return { carbonKgPerKwh: horizon.startsMs.map(() => carbon.kgPerKwh) };
    const series = known(prices, carbon.seriesId, `${site.id}.meteringPoints.${id}.carbonSeries`);
    const days = settings.lookBackDays;
    return {
      carbonKgPerKwh: laySeries(series, { horizon, timeZone: site.timeZone, days, nowMs, notes }).map((kg) =>
        Math.min(Math.max(kg, 0), MOST_CARBON_KG_PER_KWH),
      ),
    };
  };
  const pricesAt = (point: SiteMeteringPoint) => ({
    ...countsAt(point),
    ...carbonAt(point),
    ...layPrices({
      site,
      point,
      tariff: known(tariffs, point.tariffId, `${site.id}.meteringPoints.${point.id}.tariff`),
      sellSeries:
        point.sellPriceId === null
          ? null
          : known(prices, point.sellPriceId, `${site.id}.meteringPoints.${point.id}.sellPrice`),
      events,
      horizon,
      nowMs,
      lookBackDays: settings.lookBackDays,
      notes,
    }),
  });
  const capInputs = { site, events, horizon, simpleShares: settings.simpleShares, notes };
  const exportCaps = layExportCaps(capInputs);
  return {
    prices: new Map(site.meteringPoints.map((point) => [point.id, pricesAt(point)] as const)),
    caps: layCaps(capInputs),
    ...(exportCaps.length === 0 ? {} : { exportCaps }),
    targets: layTargets({ site, events, horizon, pricePerKwh: settings.dispatchPricePerKwh, notes }),
    notes: notes.list(),
  };
};
