import { ratedKw } from "../domain/draw.js";
import { type Horizon, slotAt } from "../domain/horizon.js";
import type { Session } from "../domain/session.js";
import type { LaidSignals } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import { DAY_MS, type EpochMs, HOUR_MS, hours, SLOT_MS } from "../domain/units.js";
import type { Savings } from "../domain/views.js";
import { DEFAULT_EFFICIENCY } from "../planning/needs.js";
import type { PowerStep } from "../settlement/energy.js";
import { savings } from "../settlement/savings.js";
import { quarterStartMs } from "../signals/calendar.js";
import type { SessionTrace } from "./history.js";
import type { OperationsParts } from "./operations.js";
import type { SiteRun } from "./site-run.js";

export interface PastPrices {
  readonly horizon: Horizon;
  readonly signals: LaidSignals;
}

/** Signals of the day that has passed, on quarters of an hour. */
export const pastPrices = ({ parts }: OperationsParts, site: Site, nowMs: EpochMs): PastPrices => {
  const endMs = quarterStartMs(nowMs) + SLOT_MS;
  const startsMs = Array.from({ length: DAY_MS / SLOT_MS }, (_, slot) => endMs - DAY_MS + slot * SLOT_MS);
  const horizon = { startsMs, endMs };
  return { horizon, signals: parts.signals.lay({ siteId: site.id, horizon, nowMs }) };
};

export const priceAt = (site: Site, { horizon, signals }: PastPrices, which: "buyPerKwh" | "sellPerKwh") => {
  const point = site.meteringPoints[0];
  const prices = point === undefined ? undefined : signals.prices.get(point.id)?.[which];
  return (atMs: EpochMs): number => prices?.[Math.max(0, slotAt(horizon, atMs))] ?? 0;
};

export const maxChargeKw = (site: Site, session: Session): number => {
  const station = site.stations.find(({ id }) => id === session.stationId);
  const config = station?.evses.find(({ evseId }) => evseId === session.evseId);
  return Math.min(config === undefined ? 0 : ratedKw(config), session.needs?.maxChargeKw ?? Infinity);
};

/** Money saved so far: what was drawn when it was drawn, against the same energy from plug-in on. */
export const siteSavings = (run: SiteRun, sessions: readonly Session[], past: PastPrices): Savings => {
  const { site, traces } = run;
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const buyPriceAt = priceAt(site, past, "buyPerKwh");
  const sellPriceAt = priceAt(site, past, "sellPerKwh");
  const exportsAt = exportingQuarters(run);
  return savings({
    sessions: traces.traces().flatMap((trace) => {
      const session = byId.get(trace.sessionId);
      if (session === undefined) return [];
      return [
        { startedMs: trace.startedMs, maxChargeKw: maxChargeKw(site, session), drawn: drawnSteps(trace) },
      ];
    }),
    currency: site.currency,
    buyPriceAt,
    // A kWh given back is not bought while the meter still imports, and sold once it exports.
    dischargeValueAt: (atMs) => (exportsAt(atMs) ? sellPriceAt(atMs) : buyPriceAt(atMs)),
    wearPerKwh: site.wearPerKwh,
    roundTripEfficiency: DEFAULT_EFFICIENCY ** 2,
  });
};

/** Whether the meter that the cars are billed by exported in the quarter of an hour of a moment. */
const exportingQuarters = ({ site, traces, history }: SiteRun): ((atMs: EpochMs) => boolean) => {
  const netKwh = new Map<EpochMs, number>();
  const add = (startMs: EpochMs, kwh: number): void =>
    void netKwh.set(startMs, (netKwh.get(startMs) ?? 0) + kwh);
  for (const { byQuarter } of traces.traces())
    for (const [startMs, { importedKwh, exportedKwh }] of byQuarter) add(startMs, importedKwh - exportedKwh);
  // A meter at the root sees the base load and PV too.
  if (site.meteringPoints[0]?.nodeId === site.rootNodeId)
    for (const { startMs, baseKw, pvKw } of history.means(0, 0))
      add(startMs, (baseKw - pvKw) * hours(SLOT_MS));
  return (atMs) => (netKwh.get(quarterStartMs(atMs)) ?? 0) < 0;
};

const drawnSteps = ({ byQuarter }: SessionTrace): PowerStep[] =>
  [...byQuarter].map(([startMs, { importedKwh, exportedKwh }]) => ({
    startMs,
    endMs: startMs + SLOT_MS,
    powerKw: (importedKwh - exportedKwh) / (SLOT_MS / HOUR_MS),
  }));
