import { slotEndMs } from "../domain/horizon.js";
import type { SessionPlan } from "../domain/plan.js";
import type { Session } from "../domain/session.js";
import type { Site } from "../domain/site.js";
import { DAY_MS, type EpochMs, HOUR_MS, SLOT_MS } from "../domain/units.js";
import type { EventView, InverterView, SiteLive, SitePoint } from "../domain/views.js";
import { importLimits } from "../planning/node-limits.js";
import { resolveNeed } from "../planning/needs.js";
import { energyOf, type PowerStep } from "../settlement/energy.js";
import { uncontrolledPowerKw, type UncontrolledSession } from "../settlement/uncontrolled.js";
import { evPowerKw } from "./base-observer.js";
import { defaultsFor } from "./site-defaults.js";
import { viewEvents } from "./event-views.js";
import { PAST_MS, type SlotMean } from "./history.js";
import type { InverterStanding } from "./inverter-desk.js";
import type { OperationsParts } from "./operations.js";
import { stationRows, withLent } from "./session-views.js";
import type { PriceBook } from "./price-book.js";
import { maxChargeKw, shownMeterId } from "./site-money.js";
import type { SiteRun } from "./site-run.js";

/** Everything that the live page of a site shows, as of now. */
export const liveSite = async (context: OperationsParts, run: SiteRun): Promise<SiteLive> => {
  const { parts, keeper, reservations } = context;
  const { site, memory } = run;
  const nowMs = parts.clock.now();
  const sessions = await recentSessions(context, site, nowMs);
  const uncontrolled = uncontrolledPowerKw(sessions.map((session) => asUncontrolled(site, session, nowMs)));
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
    overLimitSinceMs: run.limitWatch.overSinceMs,
    past: run.history
      .means(nowMs - PAST_MS, nowMs)
      .map((mean) =>
        pastPoint(mean, { prices: run.prices, meterId: shownMeterId(site), uncontrolled, nowMs }),
      ),
    planned: plannedPoints(run, uncontrolled),
    savings: run.savings.read(nowMs),
    plan: planSummary(run),
    events: shownEvents(context, site, nowMs),
    rows: withLent(
      stationRows(site, {
        fleet: keeper.state,
        plan: memory.plan,
        nowMs,
        heldAt: (stationId) => reservations.of(stationId),
      }),
      context.lentNow,
    ),
    ...(site.inverters === undefined ? {} : { inverters: run.inverters.standings().map(viewInverter) }),
  };
};

const viewInverter = (standing: InverterStanding): InverterView => ({
  deviceId: standing.config.id,
  ratedKw: standing.config.ratedKw,
  powerKw: standing.measuredKw,
  limitKw: standing.lastToldKw,
  steered: standing.steered,
  following: standing.following,
  reason: standing.reason,
});

/** Events that aim at the site; those that are over as long as the chart shows them. */
const shownEvents = ({ parts }: OperationsParts, site: Site, nowMs: EpochMs): EventView[] =>
  viewEvents(parts.events.recent(), [site], nowMs).filter(
    ({ sites, endMs }) => sites.length > 0 && (endMs ?? Infinity) > nowMs - PAST_MS,
  );

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

interface PastContext {
  readonly prices: PriceBook;
  readonly meterId: string | null;
  readonly uncontrolled: readonly PowerStep[];
  readonly nowMs: EpochMs;
}

const pastPoint = (mean: SlotMean, { prices, meterId, uncontrolled, nowMs }: PastContext): SitePoint => {
  const endMs = Math.min(nowMs, mean.startMs + SLOT_MS);
  const price = prices.at(meterId, mean.startMs, nowMs);
  return {
    ...mean,
    endMs,
    uncontrolledKw: mean.baseKw - mean.pvKw + meanKw(uncontrolled, mean.startMs, endMs),
    buyPricePerKwh: price?.buyPerKwh ?? null,
    sellPricePerKwh: price?.sellPerKwh ?? null,
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
  const prices = signals.prices.get(shownMeterId(site) ?? "");
  return plan.horizon.startsMs.map((startMs, slot) => {
    const endMs = slotEndMs(plan.horizon, slot);
    const evKw = plannedKwOf(plan.sessions, slot);
    const [baseKw = 0, pvKw = 0] = [base.meanKw[slot], base.pvKw[slot]];
    const batteryKw = (base.batteryKw[slot] ?? 0) + plannedKwOf(plan.storages ?? [], slot);
    return {
      startMs,
      endMs,
      importKw: baseKw + evKw + batteryKw - pvKw,
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

const plannedKwOf = (
  planned: readonly Pick<SessionPlan, "chargeKw" | "dischargeKw">[],
  slot: number,
): number =>
  planned.reduce(
    (total, { chargeKw, dischargeKw }) => total + (chargeKw[slot] ?? 0) - (dischargeKw[slot] ?? 0),
    0,
  );

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
