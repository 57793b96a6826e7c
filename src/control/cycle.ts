import { TOLERANCE_KW } from "../dispatch/bounds.js";
import { isOfProbe, probeSchedule } from "../dispatch/discharge-probe.js";
import { scheduleOf } from "../dispatch/schedules.js";
import { storageMayTakeKw, storageWouldTakeKw } from "../dispatch/storage-setpoints.js";
import type { Waiting } from "../dispatch/waiting.js";
import type { DischargeProbe } from "../domain/discharge.js";
import type { StationCapabilities } from "../domain/fleet.js";
import type { PvFloors } from "../domain/curtailment.js";
import { countedPvKw, presentPvKw } from "../domain/inverter.js";
import type { SharingOutlook } from "../domain/outlook.js";
import { type Horizon, quarterHourHorizon, withBoundaries } from "../domain/horizon.js";
import { LEFT_OUT_NOTE, type Plan, type PlanOutcome } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import type { Schedule } from "../domain/schedule.js";
import type { LaidSignals } from "../domain/signal.js";
import type { StorageSituation } from "../domain/storage.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { PlanView } from "../domain/views.js";
import type { WarmStart } from "../domain/warm-start.js";
import { type BaseForecast, forecastBase } from "../planning/base-forecast.js";
import { urgentEnds } from "../planning/expected-cars.js";
import { formulate } from "../planning/formulate.js";
import { importLimits } from "../planning/node-limits.js";
import type { SiteDefaults } from "../planning/needs.js";
import { plainNote, withPlainReasons } from "../planning/outside-limits.js";
import { curtailmentsOf, pvFloors } from "../planning/pv-floors.js";
import { type PresentCar, presentCars } from "../planning/present-cars.js";
import { withSharingReasons } from "../planning/sharing-reasons.js";
import { pathsToRoot } from "../planning/tree.js";
import { nextDeparture, tightDepartures } from "../planning/tight-departures.js";
import { quarterOfLocalDay } from "../signals/calendar.js";
import { eventChanges } from "../signals/event-changes.js";
import type { Asides } from "./asides.js";
import { type BaseMemory } from "./base-memory.js";
import { capabilitiesOf } from "./capabilities.js";
import type { ControlParts, CycleRecord } from "./contract.js";
import type { FleetKeeper } from "./fleet-keeper.js";
import { giveAnotherTry } from "./follow-check.js";
import { guardsOf } from "./guards.js";
import type { NodeMeters } from "./node-meters.js";
import { dropFailedSwitches, switchPhases } from "./phase-switches.js";
import type { InverterDesk } from "./inverter-desk.js";
import type { PlanningTurns } from "./planning-turns.js";
import { missingFloor } from "./safety-floor.js";
import { siteDefaults } from "./site-defaults.js";
import { sendTogether } from "./sending.js";
import type { StorageDesk } from "./storage-desk.js";
import { mayGoOnMs } from "./told-book.js";
import { changesOfCars, sendInRounds, sumsOfCars } from "./transport.js";

export interface SiteParts extends ControlParts {
  readonly keeper: FleetKeeper;
  readonly planningTurns: PlanningTurns;
  /** Words beside profiles. */
  readonly asides: Asides;
  /** An answer came after its pass had gone on. */
  readonly planAgain: () => void;
  /** A station does not take what was planned. */
  readonly makeRoom: () => void;
  /** The site's commanded batteries. */
  readonly storages: StorageDesk;
  /** Its commanded PV inverters. */
  readonly inverters: InverterDesk;
  /** Who is expected at the site's shared piles. */
  readonly outlookOf: (siteId: string) => SharingOutlook;
}

/** What a site remembers from one pass to the next. */
export interface SiteMemory {
  plan: Plan | null;
  /** Where the last solve was some way before its end: the next begins there. */
  warmStart: WarmStart | null;
  view: PlanView | null;
  signals: LaidSignals | null;
  base: BaseForecast | null;
  /** What PV may not bring the site below; null before the first plan. */
  floors: PvFloors | null;
  /** When the plan has the next car gone that may still be there then; null: none. */
  departsMs: EpochMs | null;
  /** When what events ask of the site changed next, as seen at the begin of the last pass; null: not any more. */
  eventChangeMs: EpochMs | null;
  readonly baseMemory: BaseMemory;
  readonly nodeMeters: NodeMeters;
}

export interface Trigger {
  readonly triggeredMs: EpochMs;
  readonly causes: readonly string[];
}

/** One pass of the loop: signals and forecast → problem → plan → schedules → stations. */
export const runCycle = async (
  parts: SiteParts,
  site: Site,
  memory: SiteMemory,
  trigger: Trigger,
): Promise<CycleRecord> => {
  const startedMs = parts.clock.now();
  dropFailedSwitches(parts, site);
  giveAnotherTry(parts, site);
  const gathered = performance.now();
  const sharing = parts.outlookOf(site.id);
  const situation = lookAround(parts, site, memory, { sharing, endsMs: urgentEnds(sharing) });
  const planning = performance.now();
  const { problem, outcome } = await planSite(parts, site, memory, situation);
  const dispatching = performance.now();
  const toSend = plannedSchedules(parts, site, outcome);
  const planned = isMeasuredAbove(site, memory, situation) ? { ...toSend, waiting: new Map() } : toSend;
  const sending = performance.now();
  const sent = await transmit(parts, site, { ...situation, plan: memory.plan }, planned);
  const done = performance.now();
  switchPhases(parts, site, { problem, outcome });
  if (sent.waiting.length > 0)
    parts.log.warn({ siteId: site.id, storages: sent.waiting }, "batteries wait, to keep the limits");
  if (sent.heldBack.length > 0)
    parts.log.warn({ siteId: site.id, evses: sent.heldBack }, "increases held back to keep the limits");
  return {
    siteId: site.id,
    triggeredMs: trigger.triggeredMs,
    causes: trigger.causes,
    startedMs,
    horizon: situation.horizon,
    problem,
    outcome,
    commands: sent.commands,
    rejected: sent.rejected,
    wall: {
      gatherMs: planning - gathered,
      planMs: dispatching - planning,
      dispatchMs: sending - dispatching,
      transportMs: done - sending,
    },
  };
};

interface Situation {
  readonly sharing: SharingOutlook;
  readonly horizon: Horizon;
  readonly signals: LaidSignals;
  readonly base: BaseForecast;
  readonly nowMs: EpochMs;
  readonly defaultsOf: ReadonlyMap<string, SiteDefaults>;
  readonly storages: readonly StorageSituation[];
}

/** What sharing adds to a plan, and ends of stays at which the horizon gets boundaries. */
export interface SharingAsked {
  readonly sharing: SharingOutlook;
  readonly endsMs: readonly EpochMs[];
}

const lookAround = (
  parts: SiteParts,
  site: Site,
  memory: SiteMemory,
  { sharing, endsMs }: SharingAsked,
): Situation => {
  const nowMs = parts.clock.now();
  const defaultsOf = siteDefaults(site, parts);
  const quarters = quarterHourHorizon(nowMs, parts.settings.horizonSlots);
  const around = { site, fleet: parts.keeper.state, nowMs };
  // Events keep to no quarter: the slot that runs is cut where they change, so that a limit holds neither before its
  // event begins nor after its end. Slots to come are cut when they run: a day of five-minute prices is three plans long.
  const events = parts.events.recent();
  const changesMs = eventChanges({ events, site, fromMs: nowMs, untilMs: Infinity });
  const horizon = withBoundaries(quarters, [
    ...tightDepartures(around, defaultsOf),
    ...changesMs.filter((atMs) => atMs < (quarters.startsMs[1] ?? quarters.endMs)),
    ...endsMs,
  ]);
  const signals = parts.signals.lay({ siteId: site.id, horizon, nowMs });
  const limitKw = limitNow(site, { signals, horizon }, site.rootNodeId);
  memory.baseMemory.observe(site, parts.keeper.state, limitKw);
  const storages = parts.storages.situations();
  const pvKw = parts.inverters.holdsBack() ? null : memory.baseMemory.pvKw(nowMs, site.measurementStaleMs);
  const forecast = forecastBase({
    site,
    horizon,
    quarters: horizon.startsMs.map((startMs) => quarterOfLocalDay(startMs, site.timeZone)),
    nowQuarter: quarterOfLocalDay(nowMs, site.timeZone),
    nowMs,
    observed: memory.baseMemory.observed,
    pvKw,
    battery: parts.storages.rest(memory.baseMemory.battery(nowMs, site.measurementStaleMs)),
    experience: memory.baseMemory.experience,
  });
  memory.nodeMeters.observe({
    site,
    fleet: parts.keeper.state,
    storages,
    limitKw: (nodeId) => limitNow(site, { signals, horizon }, nodeId),
  });
  const nodes = memory.nodeMeters.forecast(site, horizon.startsMs, nowMs);
  const base = withCountedPv(parts, { ...forecast, ...(nodes === undefined ? {} : { nodes }) }, horizon);
  memory.signals = signals;
  memory.base = base;
  memory.departsMs = nextDeparture(around, defaultsOf);
  memory.eventChangeMs = changesMs[0] ?? null;
  return { sharing, horizon, signals, base, nowMs, defaultsOf, storages };
};

/** Import limit of a node in the slot that runs; null: it has none. */
const limitNow = (site: Site, laid: Parameters<typeof importLimits>[0], nodeId: string): number | null => {
  const node = site.nodes.find(({ id }) => id === nodeId);
  return node === undefined ? null : (importLimits(laid, node)?.[0] ?? null);
};

/** PV as far as it can be relied on: no more than inverters that are not steered generate for sure. */
const withCountedPv = ({ inverters }: SiteParts, base: BaseForecast, horizon: Horizon): BaseForecast => {
  const othersExist = inverters.othersExist();
  const standings = inverters.standings();
  return {
    ...base,
    pvKw: base.pvKw.map((kw, slot) =>
      Math.min(kw, countedPvKw(standings, { othersExist, atMs: horizon.startsMs[slot] ?? horizon.endMs })),
    ),
  };
};

const planSite = async (
  parts: SiteParts,
  site: Site,
  memory: SiteMemory,
  situation: Situation,
): Promise<{ problem: Problem; outcome: PlanOutcome }> => {
  const fleet = parts.keeper.state;
  const problem = formulate({ site, fleet, ...situation, previous: memory.plan });
  const solved = await parts.policy.plan(problem, {
    warmStart: memory.warmStart ?? undefined,
    onWarmStart: (warmStart) => (memory.warmStart = warmStart),
  });
  const outcome =
    solved.status === "invalid"
      ? solved
      : {
          ...solved,
          plan: withSharingReasons(withPlainReasons(solved.plan), situation.sharing),
          notes: solved.notes.map(plainNote),
        };
  if (outcome.status === "invalid")
    parts.log.error({ siteId: site.id, problems: outcome.problems }, "problem refused; the last plan stands");
  else {
    memory.plan = outcome.plan;
    const leftOut = outcome.notes.filter((note) => note.startsWith(LEFT_OUT_NOTE));
    if (leftOut.length > 0) parts.log.warn({ siteId: site.id, leftOut }, "planned without what is at fault");
  }
  const floors = pvFloors({ site, ...situation, plan: memory.plan });
  memory.floors = floors;
  memory.view = {
    siteId: site.id,
    plannedMs: situation.nowMs,
    outcome,
    signalNotes: situation.signals.notes,
    curtailments: outcome.status === "invalid" ? [] : curtailmentsOf(outcome.plan, floors, site),
  };
  return { problem, outcome };
};

/** What would be planned now if sharing had another outlook; changes nothing. */
export const planWhatIf = async (
  parts: SiteParts,
  site: Site,
  memory: SiteMemory,
  asked: SharingAsked,
): Promise<{ problem: Problem; plan: Plan | null }> => {
  const situation = lookAround(parts, site, { ...memory }, asked);
  const fleet = parts.keeper.state;
  const problem = formulate({ site, fleet, ...situation, previous: memory.plan });
  const outcome = await parts.policy.plan(problem, { warmStart: memory.warmStart ?? undefined });
  return { problem, plan: outcome.status === "invalid" ? null : withPlainReasons(outcome.plan) };
};

interface Planned {
  readonly planned: readonly Schedule[];
  readonly waiting: ReadonlyMap<Schedule, Waiting>;
}

/** Schedules of the plan, but for EVSEs that still owe an answer to the last one. */
const plannedSchedules = (parts: SiteParts, site: Site, outcome: PlanOutcome): Planned => {
  const waiting = new Map<Schedule, Waiting>();
  if (outcome.status === "invalid" || !parts.settings.steer) return { planned: [], waiting };
  const fleet = parts.keeper.state;
  const plans = new Map(outcome.plan.sessions.map((plan) => [plan.sessionId, plan]));
  const planned = presentCars({ site, fleet }).steered.flatMap(({ session, config, evse, station }) => {
    const plan = plans.get(session.id);
    if (plan === undefined || evse.sending !== null) return [];
    const capabilities = capabilitiesOf(fleet, station.id);
    if (evse.probe != null) return probing(evse.probe, { session, config, evse, capabilities });
    const input = { session, plan, horizon: outcome.plan.horizon, config, evse, capabilities };
    const schedule = scheduleOf(input);
    if (capabilities.pausesAtMinimum === true)
      waiting.set(schedule, (mayWait) => scheduleOf({ ...input, mayWait }));
    return [schedule];
  });
  return { planned, waiting };
};

/** An EVSE that is probed is told that alone, once: the probe ends by itself. */
const probing = (
  probe: DischargeProbe,
  {
    session,
    config,
    evse,
    capabilities,
  }: Pick<PresentCar, "session" | "config" | "evse"> & { readonly capabilities: StationCapabilities },
): Schedule[] => {
  const schedule = probeSchedule(probe, { session, config, rateUnit: capabilities.rateUnit });
  return evse.held !== null && isOfProbe(evse.held, probe) ? [] : [schedule];
};

/** Whether the site draws more than its limit, as last measured. */
const isMeasuredAbove = (site: Site, { baseMemory }: SiteMemory, situation: Situation): boolean => {
  const { siteImport } = baseMemory;
  const root = site.nodes.find(({ id }) => id === site.rootNodeId);
  if (siteImport === null || root === undefined) return false;
  if (situation.nowMs - siteImport.atMs > site.measurementStaleMs) return false;
  return siteImport.powerKw > (importLimits(situation, root)?.[0] ?? Infinity);
};

interface Sending extends Situation {
  readonly plan: Plan | null;
}

/**
 * Batteries give up what they take of the others' room first and take more last, when the cars have confirmed
 * what makes room for it.
 */
const transmit = async (parts: SiteParts, site: Site, situation: Sending, planned: Planned) => {
  if (!parts.settings.steer) return { commands: 0, rejected: 0, heldBack: [], waiting: [] };
  await parts.storages.lower();
  const floor = missingFloor(parts, site, situation.nowMs);
  const outcomes = await sendTogether(parts, floor);
  const refused = outcomes.filter(({ status }) => status !== "accepted").length;
  const guardsAt = (timesMs: readonly EpochMs[]) =>
    guardsOf({
      site,
      fleet: parts.keeper.state,
      ...situation,
      base: withPresentPv(parts, situation.base),
      storages: parts.storages.situations(),
      timesMs,
    });
  const sent = await sendInRounds(parts, { site, ...planned, horizon: situation.horizon, guardsAt });
  const waiting = await parts.storages.raise((storage, powerKw) =>
    hasRoom(parts, { site, situation, storage, powerKw }),
  );
  await parts.inverters.update();
  return {
    commands: sent.commands + floor.length,
    rejected: sent.rejected + refused,
    heldBack: sent.heldBack,
    waiting,
  };
};

/** PV that is held back makes no room before its limit is raised. */
const withPresentPv = ({ inverters, clock }: SiteParts, base: BaseForecast): BaseForecast => {
  const mostKw = presentPvKw(inverters.standings(), {
    othersExist: inverters.othersExist(),
    atMs: clock.now(),
  });
  return { ...base, pvKw: base.pvKw.map((kw) => Math.min(kw, mostKw)) };
};

interface Wish {
  readonly site: Site;
  readonly situation: Sending;
  readonly storage: StorageSituation;
  readonly powerKw: number;
}

/**
 * Whether every guarded node bears a battery's power beside what all others may do, for as long as the battery may
 * go on with it though nothing else reaches it.
 */
const hasRoom = (parts: SiteParts, { site, situation, storage, powerKw }: Wish): boolean => {
  const { keeper, storages, clock } = parts;
  const nowMs = clock.now();
  const others = storages.situations().filter(({ config }) => config.id !== storage.config.id);
  const base = withPresentPv(parts, situation.base);
  const around = { ...situation, base, site, fleet: keeper.state, storages: others, plan: null };
  const span = { fromMs: nowMs, untilMs: nowMs + mayGoOnMs(storage.config) };
  const timesMs = [nowMs, ...changesOfCars(site, keeper.state, { ...span, horizon: situation.horizon })];
  const guards = guardsOf({ ...around, timesMs }).filter(({ nodeId }) =>
    pathsToRoot(site).get(storage.config.nodeId)?.includes(nodeId),
  );
  const sums = sumsOfCars(site, keeper.state, guards);
  return guards.every((guard, g) => {
    const wouldKw = storageWouldTakeKw(guard, powerKw);
    return guard.timesMs.every((atMs, t) => {
      if (wouldKw <= storageMayTakeKw(guard, storage, atMs) + TOLERANCE_KW) return true;
      return (sums[g]?.[t] ?? 0) + wouldKw <= (guard.headroomKw[t] ?? Infinity) + TOLERANCE_KW;
    });
  });
};
