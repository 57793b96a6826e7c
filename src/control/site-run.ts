import type { FleetEvent, StationState } from "../domain/fleet.js";
import { slotAt } from "../domain/horizon.js";
import type { Measurement, Site } from "../domain/site.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import { importLimits } from "../planning/node-limits.js";
import { createBaseMemory } from "./base-memory.js";
import { evPowerKw } from "./base-observer.js";
import type { CycleRecord } from "./contract.js";
import { correctSite } from "./corrector.js";
import type { Plan } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import {
  planWhatIf,
  runCycle,
  type SharingAsked,
  type SiteMemory,
  type SiteParts,
  type Trigger,
} from "./cycle.js";
import { createEvTelemetry } from "./ev-telemetry.js";
import { checkFollowing, nextTryMs } from "./follow-check.js";
import { createSiteHistory, type SiteHistory } from "./history.js";
import { createInverterDesk, type InverterDesk } from "./inverter-desk.js";
import { createLimitWatch, type LimitWatch } from "./limit-watch.js";
import { createNodeMeters, nodeOf } from "./node-meters.js";
import { createNodeWatches, type NodeWatches } from "./node-watches.js";
import { createPriceBook, type PriceBook } from "./price-book.js";
import { nodeSurroundings, ownFloors, pvSurroundings } from "./pv-surroundings.js";
import { createReconciler } from "./reconciler.js";
import { returnedAbove } from "./returned.js";
import { createSavingsBook, type SavingsBook } from "./savings-book.js";
import { stationRows } from "./session-views.js";
import { createShortfallLog } from "./shortfall-log.js";
import { createStorageDesk, type StorageDesk } from "./storage-desk.js";
import { createSiteLoop, type SiteLoop } from "./site-loop.js";
import { backgroundKwh, cheapestToCome } from "./site-money.js";
import { createWakes } from "./wakes.js";

/** The history of the cars' power is noted no more often than this, by the product's clock. */
const NOTE_EVERY_MS = 10 * SECOND_MS;

/** One site's part of the control loop. */
export interface SiteRun {
  readonly site: Site;
  readonly memory: SiteMemory;
  readonly loop: SiteLoop;
  readonly storages: StorageDesk;
  readonly inverters: InverterDesk;
  readonly history: SiteHistory;
  readonly prices: PriceBook;
  readonly savings: SavingsBook;
  readonly limitWatch: LimitWatch;
  /** The same for what cars return. */
  readonly exportWatch: LimitWatch;
  /** The same for import at nodes that have meters of their own. */
  readonly nodeWatches: NodeWatches;
  /** And for what comes out of those nodes. */
  readonly nodeExportWatches: NodeWatches;
  /** What would be planned if sharing had another outlook; takes its turn among the passes of all sites. */
  whatIf(asked: SharingAsked): Promise<{ problem: Problem; plan: Plan | null }>;
  onFleetEvent(event: FleetEvent, before: StationState): void;
  measure(measurement: Measurement): void;
  /** Import limit in force now at a node, the site's root unless one is named; null when there is none. */
  limitKw(nowMs: EpochMs, nodeId?: string): number | null;
}

export interface SiteRunHooks {
  readonly onCycle: (record: CycleRecord) => void;
  readonly onChange: () => void;
}

type RunParts = Omit<SiteParts, "planAgain" | "makeRoom" | "storages" | "inverters">;

export const createSiteRun = (given: RunParts, site: Site, hooks: SiteRunHooks): SiteRun => {
  const memory: SiteMemory = {
    plan: null,
    warmStart: null,
    view: null,
    signals: null,
    base: null,
    floors: null,
    departsMs: null,
    eventChangeMs: null,
    baseMemory: createBaseMemory(),
    nodeMeters: createNodeMeters(),
  };
  const storages = createStorageDesk({
    parts: given,
    site,
    plan: () => memory.plan,
    planAgain: () => loop.trigger("storage"),
  });
  const inverters = createInverterDesk({
    parts: given,
    site,
    floors: (nowMs) => memory.floors ?? ownFloors(site, nowMs),
    surroundings: (nowMs) => pvSurroundings({ ...given, storages }, { site, memory }, nowMs),
    nodeSurroundings: (at) => nodeSurroundings({ ...given, storages }, { site, memory }, at),
    planAgain: () => loop.trigger("inverter"),
  });
  const parts: SiteParts = {
    ...given,
    storages,
    inverters,
    planAgain: () => loop.trigger("answer"),
    makeRoom: () => loop.hurry("answer"),
  };
  const logShortfalls = createShortfallLog(site, parts.log);
  const loop = createSiteLoop({
    clock: parts.clock,
    gatherMs: parts.settings.gatherMs,
    turns: parts.planningTurns,
    cycle: async (trigger) => {
      wakes.began(trigger.causes, parts.clock.now());
      await cycle(parts, { site, memory, hooks }, trigger);
      wakes.next([
        { atMs: memory.departsMs, cause: "departure" },
        { atMs: nextTryMs(parts, site), cause: "retry" },
        { atMs: memory.eventChangeMs, cause: "event-change" },
      ]);
      notes.noteCars();
      const { plan } = memory;
      const seen = { fleet: parts.keeper.state, plan, nowMs: parts.clock.now() };
      // Of sessions alone: what is held for others is no matter here.
      logShortfalls(stationRows(site, { ...seen, heldAt: () => [] }));
    },
  });
  const watched = { exceeded: parts.exceeded };
  const run = {
    site,
    memory,
    loop,
    storages,
    inverters,
    ...moneyBooks(parts, site, memory),
    limitWatch: createLimitWatch(site, parts.log, "import", watched),
    exportWatch: createLimitWatch(site, parts.log, "export", watched),
    nodeWatches: createNodeWatches(site, parts.log, "import", watched),
    nodeExportWatches: createNodeWatches(site, parts.log, "export", watched),
    limitKw: (nowMs: EpochMs, nodeId = site.rootNodeId) => limitInForce(site, memory, { nowMs, nodeId }),
  };
  const wakes = createWakes(loop);
  const notes = createNotes(parts, run);
  const look = createLook(parts, run);
  const reconciler = createReconciler(parts, site);
  return {
    ...run,
    whatIf: (asked) => parts.planningTurns(() => planWhatIf(parts, site, memory, asked)),
    onFleetEvent: (event, before) => {
      takeFleetEvent(parts, run, { event, before });
      if (event.kind === "session-closed") reconciler.over(event, before);
      if (changesAuthorization(event, before)) loop.trigger("authorization");
      if (changesFixedLoad(event, before)) loop.trigger("fixed-load");
      if (event.kind === "sampled") {
        notes.noteSometimes(event.atMs);
        reconciler.see(event);
      }
      hooks.onChange();
    },
    measure: (measurement) => {
      // One that comes late belongs to the telemetry alone: the present is known better.
      if (takeMeasurement(parts, run, measurement)) {
        look();
        notes.note(measurement.atMs);
      }
      hooks.onChange();
    },
  };
};

type Run = Omit<SiteRun, "onFleetEvent" | "measure" | "whatIf">;

const moneyBooks = ({ signals, clock }: SiteParts, site: Site, memory: SiteMemory) => {
  const history = createSiteHistory();
  const prices = createPriceBook(site, signals);
  const savings = createSavingsBook({
    site,
    prices,
    sinceMs: clock.now(),
    backgroundKwh: (meterId) => backgroundKwh(site, history, meterId),
    cheapestToCome: (session, nowMs) => cheapestToCome(site, memory, session, nowMs),
  });
  return { history, prices, savings };
};

const cycle = async (
  parts: SiteParts,
  { site, memory, hooks }: { site: Site; memory: SiteMemory; hooks: SiteRunHooks },
  trigger: Trigger,
): Promise<void> => {
  try {
    hooks.onCycle(await runCycle(parts, site, memory, trigger));
  } catch (error) {
    parts.log.error(
      { siteId: site.id, err: error },
      "a pass of the control loop failed; the next one follows",
    );
  }
  hooks.onChange();
};

const limitInForce = (
  site: Site,
  { signals, plan }: SiteMemory,
  { nowMs, nodeId }: { readonly nowMs: EpochMs; readonly nodeId: string },
): number | null => {
  const node = site.nodes.find(({ id }) => id === nodeId);
  if (node === undefined || signals === null || plan === null) return node?.importLimitKw ?? null;
  const limits = importLimits({ signals, horizon: plan.horizon }, node);
  return limits?.[Math.max(0, slotAt(plan.horizon, nowMs))] ?? null;
};

/** Notes what the site draws, for history and telemetry. */
const createNotes = ({ clock, keeper, telemetry }: SiteParts, { site, memory, history, limitKw }: Run) => {
  const evTelemetry = createEvTelemetry(site, telemetry);
  let notedMs = -Infinity;
  const note = (atMs: EpochMs): void => {
    const evKw = evPowerKw(site, keeper.state);
    const pvKw = memory.baseMemory.pvKw(atMs, site.measurementStaleMs) ?? 0;
    const batteryKw = memory.baseMemory.battery(atMs, site.measurementStaleMs)?.powerKw ?? 0;
    const measured = memory.baseMemory.siteImport;
    const fresh = measured !== null && atMs - measured.atMs <= site.measurementStaleMs;
    const baseKw = memory.baseMemory.observed?.powerKw ?? memory.base?.meanKw[0] ?? 0;
    const importKw = fresh ? measured.powerKw : baseKw + evKw + batteryKw - pvKw;
    history.note(atMs, {
      importKw,
      evKw,
      baseKw: Math.max(0, importKw - evKw - batteryKw + pvKw),
      pvKw,
      limitKw: limitKw(atMs),
    });
    evTelemetry.note(keeper.state, atMs);
    notedMs = atMs;
  };
  const noteSometimes = (atMs: EpochMs): void => {
    if (atMs - notedMs >= NOTE_EVERY_MS) note(atMs);
  };
  /** At every pass of the loop, so that what the cars draw is never old, and soon after one is gone. */
  const noteCars = (): void => evTelemetry.note(keeper.state, clock.now());
  return { note, noteSometimes, noteCars };
};

/** False: a later one of its kind is known. */
const takeMeasurement = (parts: SiteParts, run: Run, measurement: Measurement): boolean => {
  parts.telemetry.append(measurement);
  const { powerKw, atMs } = measurement;
  const nodeId = nodeOf(measurement);
  if (nodeId !== null) {
    if (!run.memory.nodeMeters.measure(measurement)) return false;
    run.nodeWatches.see(nodeId, { powerKw, limitKw: run.limitKw(atMs, nodeId), atMs });
    const returned = returnedAbove(run, parts.keeper.state, { ...measurement, nodeId });
    if (returned !== null) run.nodeExportWatches.see(nodeId, { ...returned, atMs });
    return true;
  }
  if (!run.memory.baseMemory.measure(measurement)) return false;
  if (measurement.kind === "site-import") {
    run.limitWatch.see({ powerKw, limitKw: run.limitKw(atMs), atMs });
    const atRoot = { ...measurement, nodeId: run.site.rootNodeId };
    const returned = returnedAbove(run, parts.keeper.state, atRoot);
    if (returned !== null) run.exportWatch.see({ ...returned, atMs });
  }
  return true;
};

/**
 * Samples of the same instant may still be on their way: looks at the whole after the gathering delay, once
 * for all that is measured until then.
 */
const createLook = (parts: SiteParts, run: Run): (() => void) => {
  let pending = false;
  return () => {
    if (pending) return;
    pending = true;
    parts.clock.after(parts.settings.gatherMs, () => {
      pending = false;
      void parts.inverters.update();
      void correctSite(parts, run).catch((err: unknown) =>
        parts.log.error({ siteId: run.site.id, err }, "cars could not be corrected between two plans"),
      );
      if (needsAttention(parts, run)) run.loop.trigger("measurement");
    });
  };
};

/** Events after which the best plan may be another. */
const REPLAN_ON: ReadonlySet<FleetEvent["kind"]> = new Set([
  "connected",
  "disconnected",
  "booted",
  "capabilities",
  "needs",
  "priority",
  "car-schedule",
  "outside-limit",
  "outside-limit-cleared",
  "der-control",
  "session-opened",
  "session-recovered",
  "session-closed",
]);

const takeFleetEvent = (
  parts: SiteParts,
  { savings, loop }: Run,
  { event, before }: { event: FleetEvent; before: StationState },
): void => {
  if ("session" in event) savings.note(event.session, event.atMs);
  if (event.kind === "sampled" && checkFollowing(parts, event, before)) loop.trigger("following");
  if (showsDischarge(event, before)) loop.trigger("discharge-shown");
  if (endsDischarge(event, before) || beginsUnbound(event, before)) loop.hurry(event.kind);
  else if (REPLAN_ON.has(event.kind)) loop.trigger(event.kind);
};

/** A change of what a car gives back that others wait for, or miss at once, kW. */
const BACK_KW = 0.5;

/** What a car is to give back makes room only once its meter shows it: those who wait for that hear of it. */
const showsDischarge = (event: FleetEvent, before: StationState): boolean =>
  event.kind === "sampled" &&
  event.sample.powerKw < Math.min(0, before.evses.get(event.evseId)?.sample?.powerKw ?? 0) - BACK_KW;

/** The default that its EVSE was told is not known to be held: a car that begins there draws what it likes. */
const beginsUnbound = (event: FleetEvent, before: StationState): boolean => {
  const evse = event.kind === "session-opened" ? before.evses.get(event.evseId) : undefined;
  return evse !== undefined && evse.toldMs !== null && evse.heldDefault === null;
};

/** A car that gave back is gone, or gives back less: the others have its room still, and every second counts. */
const endsDischarge = (event: FleetEvent, before: StationState): boolean => {
  if (event.kind !== "session-closed" && event.kind !== "sampled") return false;
  const givenKw = before.evses.get(event.evseId)?.sample?.powerKw ?? 0;
  const nowKw = event.kind === "sampled" ? event.sample.powerKw : 0;
  return givenKw < -BACK_KW && nowKw > givenKw + BACK_KW;
};

/** A card that is shown after the cable, accepted after all, or refused later changes what the car may have. */
const changesAuthorization = (event: FleetEvent, before: StationState): boolean => {
  if (event.kind !== "session-changed") return false;
  const session = before.evses.get(event.evseId)?.session;
  return (
    session?.authorized !== event.session.authorized ||
    (session.idToken === null && event.session.idToken !== null)
  );
};

/** A fixed load that moves by less than this is not worth a plan of its own, kW. */
const FIXED_LOAD_KW = 0.5;

/** A car that is planned as a load, since its station does not follow, draws more or less than before. */
const changesFixedLoad = (event: FleetEvent, before: StationState): boolean => {
  if (event.kind !== "sampled") return false;
  const evse = before.evses.get(event.evseId);
  if (evse === undefined || evse.notFollowingSinceMs === null) return false;
  return Math.abs(event.sample.powerKw - (evse.sample?.powerKw ?? 0)) > FIXED_LOAD_KW;
};

/** Whether a node's meter shows more base load than the plan in force was made for, or is heard for the first time. */
const isAboveAtNode = (
  { keeper, storages }: Pick<SiteParts, "keeper" | "storages">,
  { site, memory: { nodeMeters, base }, limitKw }: Run,
): boolean => {
  const heardBefore = nodeMeters.observed.size;
  nodeMeters.observe({
    site,
    fleet: keeper.state,
    storages: storages.situations(),
    limitKw: (nodeId, atMs) => limitKw(atMs, nodeId),
  });
  if (nodeMeters.observed.size > heardBefore) return true;
  return [...nodeMeters.observed].some(
    ([nodeId, { highKw }]) => highKw > (base?.nodes?.get(nodeId)?.upperKw[0] ?? 0),
  );
};

/**
 * A limit exceeded as measured, or a base load above what the plan in force was made for. An older
 * observation says nothing: the base load falls and rises with the hour.
 */
const needsAttention = ({ keeper, clock, storages }: SiteParts, run: Run): boolean => {
  const { site, memory, limitWatch, exportWatch } = run;
  const { baseMemory, base } = memory;
  const { siteImport } = baseMemory;
  const isAboveAnywhere = [run.nodeWatches, run.nodeExportWatches]
    .map((watches) => watches.asksForPlan())
    .includes(true);
  if (isAboveAtNode({ keeper, storages }, run) || isAboveAnywhere) return true;
  if (siteImport === null) return false;
  if (limitWatch.overSinceMs !== null) return limitWatch.asksForPlan();
  if (exportWatch.overSinceMs !== null) return exportWatch.asksForPlan();
  baseMemory.observe(site, keeper.state);
  const { observed } = baseMemory;
  const upperKw = base?.upperKw[0];
  const battery = storages.rest(baseMemory.battery(clock.now(), site.measurementStaleMs));
  const batteryKw = Math.max(0, battery?.powerKw ?? 0);
  return (
    upperKw !== undefined && observed?.atMs === siteImport.atMs && observed.powerKw + batteryKw > upperKw
  );
};
