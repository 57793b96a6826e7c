import { ratedKw } from "../domain/draw.js";
import { type Horizon, slotAt, slotEndMs } from "../domain/horizon.js";
import type { Plan } from "../domain/plan.js";
import type { Session } from "../domain/session.js";
import type { LaidSignals } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import { DAY_MS, type EpochMs, HOUR_MS, hours, SLOT_MS } from "../domain/units.js";
import type { SiteLive, SitePoint } from "../domain/views.js";
import { importLimits } from "../planning/formulate-nodes.js";
import { DEFAULT_EFFICIENCY, resolveNeed } from "../planning/needs.js";
import { energyOf, type PowerStep } from "../settlement/energy.js";
import { savings } from "../settlement/savings.js";
import { uncontrolledPowerKw, type UncontrolledSession } from "../settlement/uncontrolled.js";
import { quarterStartMs } from "../signals/calendar.js";
import { evPowerKw } from "./base-observer.js";
import { defaultsFor } from "./cycle.js";
import { viewEvent } from "./event-views.js";
import type { SessionTrace, SlotMean } from "./history.js";
import type { OperationsParts } from "./operations.js";
import { stationRows } from "./session-views.js";
import type { SiteRun } from "./site-run.js";

/** Past shown on the live page. */
const PAST_MS = 12 * HOUR_MS;

/** Everything that the live page of a site shows, as of now. */
export const liveSite = async (context: OperationsParts, run: SiteRun): Promise<SiteLive> => {
  const { parts, keeper } = context;
  const { site, memory } = run;
  const nowMs = parts.clock.now();
  const sessions = await recentSessions(context, site, nowMs);
  const uncontrolled = uncontrolledPowerKw(sessions.map((session) => asUncontrolled(site, session, nowMs)));
  const past = pastPrices(context, site, nowMs);
  const measured = memory.baseMemory.siteImport;
  return {
    siteId: site.id,
    name: site.name,
    timeZone: site.timeZone,
    currency: site.currency,
    nowMs,
    measured:
      measured === null
        ? null
        : {
            importKw: measured.powerKw,
            atMs: measured.atMs,
            stale: nowMs - measured.atMs > site.measurementStaleMs,
          },
    evKw: evPowerKw(site, keeper.state),
    limitKw: run.limitKw(nowMs),
    past: run.history
      .means(nowMs - PAST_MS, nowMs)
      .map((mean) => pastPoint(mean, { site, past, uncontrolled, nowMs })),
    planned: plannedPoints(run, uncontrolled),
    savings: siteSavings(run, sessions, past),
    plan: planSummary(run),
    events: parts.events.current().map((event) => viewEvent(event, nowMs)),
    rows: stationRows(site, keeper.state, memory.plan, nowMs),
  };
};

/** Sessions of the last day, running ones as they stand. */
const recentSessions = async (
  { parts, keeper }: OperationsParts,
  site: Site,
  nowMs: EpochMs,
): Promise<Session[]> => {
  const here = new Set(site.stations.map(({ id }) => id));
  const stored = await parts.ledger.sessionsBetween(nowMs - DAY_MS, nowMs + 1);
  return stored
    .filter(({ stationId }) => here.has(stationId))
    .map((session) => keeper.running(session.id) ?? session);
};

const asUncontrolled = (site: Site, session: Session, nowMs: EpochMs): UncontrolledSession => {
  const need = resolveNeed(session, defaultsFor(site, session.startedMs), nowMs);
  return {
    startedMs: session.startedMs,
    endedMs: session.endedMs,
    maxChargeKw: maxChargeKw(site, session),
    energyNeedKwh: need.energyNeedKwh,
  };
};

const maxChargeKw = (site: Site, session: Session): number => {
  const station = site.stations.find(({ id }) => id === session.stationId);
  const config = station?.evses.find(({ evseId }) => evseId === session.evseId);
  return Math.min(config === undefined ? 0 : ratedKw(config), session.needs?.maxChargeKw ?? Infinity);
};

interface PastPrices {
  readonly horizon: Horizon;
  readonly signals: LaidSignals;
}

/** Signals of the day that has passed, on quarters of an hour. */
const pastPrices = ({ parts }: OperationsParts, site: Site, nowMs: EpochMs): PastPrices => {
  const endMs = quarterStartMs(nowMs) + SLOT_MS;
  const startsMs = Array.from({ length: DAY_MS / SLOT_MS }, (_, slot) => endMs - DAY_MS + slot * SLOT_MS);
  const horizon = { startsMs, endMs };
  return { horizon, signals: parts.signals.lay({ siteId: site.id, horizon, nowMs }) };
};

const priceAt = (site: Site, { horizon, signals }: PastPrices, which: "buyPerKwh" | "sellPerKwh") => {
  const point = site.meteringPoints[0];
  const prices = point === undefined ? undefined : signals.prices.get(point.id)?.[which];
  return (atMs: EpochMs): number => prices?.[Math.max(0, slotAt(horizon, atMs))] ?? 0;
};

interface PastContext {
  readonly site: Site;
  readonly past: PastPrices;
  readonly uncontrolled: readonly PowerStep[];
  readonly nowMs: EpochMs;
}

const pastPoint = (mean: SlotMean, { site, past, uncontrolled, nowMs }: PastContext): SitePoint => {
  const endMs = Math.min(nowMs, mean.startMs + SLOT_MS);
  return {
    ...mean,
    endMs,
    uncontrolledKw: mean.baseKw - mean.pvKw + meanKw(uncontrolled, mean.startMs, endMs),
    buyPricePerKwh: priceAt(site, past, "buyPerKwh")(mean.startMs),
    sellPricePerKwh: priceAt(site, past, "sellPerKwh")(mean.startMs),
  };
};

const meanKw = (steps: readonly PowerStep[], fromMs: EpochMs, toMs: EpochMs): number => {
  if (toMs <= fromMs) return 0;
  const inside = steps
    .map((step) => ({ ...step, startMs: Math.max(step.startMs, fromMs), endMs: Math.min(step.endMs, toMs) }))
    .filter(({ startMs, endMs }) => endMs > startMs);
  return energyOf(inside) / ((toMs - fromMs) / HOUR_MS);
};

const plannedPoints = ({ site, memory }: SiteRun, uncontrolled: readonly PowerStep[]): SitePoint[] => {
  const { plan, base, signals } = memory;
  if (plan === null || base === null || signals === null) return [];
  const root = site.nodes.find(({ id }) => id === site.rootNodeId);
  const limits = root === undefined ? null : importLimits({ signals, horizon: plan.horizon }, root);
  const prices = signals.prices.get(site.meteringPoints[0]?.id ?? "");
  return plan.horizon.startsMs.map((startMs, slot) => {
    const endMs = slotEndMs(plan.horizon, slot);
    const evKw = plannedEvKw(plan, slot);
    const [baseKw = 0, pvKw = 0] = [base.meanKw[slot], base.pvKw[slot]];
    return {
      startMs,
      endMs,
      importKw: baseKw + evKw - pvKw,
      evKw,
      baseKw,
      pvKw,
      limitKw: limits?.[slot] ?? null,
      uncontrolledKw: baseKw - pvKw + meanKw(uncontrolled, startMs, endMs),
      buyPricePerKwh: prices?.buyPerKwh[slot] ?? null,
      sellPricePerKwh: prices?.sellPerKwh[slot] ?? null,
    };
  });
};

const plannedEvKw = (plan: Plan, slot: number): number =>
  plan.sessions.reduce(
    (total, { chargeKw, dischargeKw }) => total + (chargeKw[slot] ?? 0) - (dischargeKw[slot] ?? 0),
    0,
  );

const siteSavings = (run: SiteRun, sessions: readonly Session[], past: PastPrices) => {
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

const planSummary = ({ memory }: SiteRun): SiteLive["plan"] => {
  const { view } = memory;
  if (view === null) return null;
  const { outcome } = view;
  if (outcome.status === "invalid")
    return {
      status: outcome.status,
      solver: null,
      plannedMs: view.plannedMs,
      solveMs: 0,
      certificate: null,
      notes: outcome.problems.map(({ place, message }) => `${place}: ${message}`),
    };
  return {
    status: outcome.status,
    solver: outcome.plan.solver,
    plannedMs: view.plannedMs,
    solveMs: outcome.times.solveMs,
    certificate: outcome.plan.certificate,
    notes: outcome.notes,
  };
};
