import { slotAt } from "../domain/horizon.js";
import type { FleetEvent } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import { followsTold } from "../dispatch/following.js";
import { importLimits } from "../planning/formulate-nodes.js";
import { createBaseMemory } from "./base-memory.js";
import { evPowerKw } from "./base-observer.js";
import type { CycleRecord } from "./contract.js";
import { runCycle, type SiteMemory, type SiteParts } from "./cycle.js";
import { createSiteHistory, createTraceBook, type SiteHistory, type TraceBook } from "./history.js";
import { createSiteLoop, type SiteLoop } from "./site-loop.js";

/** The history of the cars' power is noted no more often than this, by the product's clock. */
const NOTE_EVERY_MS = 10 * SECOND_MS;
/** A measured excess over the limit below this is meter noise. */
const EXCESS_KW = 0.05;
/** A station that refused a schedule is asked again after this. */
const RETRY_AFTER_MS = 15 * 60 * SECOND_MS;

/** One site's part of the control loop. */
export interface SiteRun {
  readonly site: Site;
  readonly memory: SiteMemory;
  readonly loop: SiteLoop;
  readonly history: SiteHistory;
  readonly traces: TraceBook;
  onFleetEvent(event: FleetEvent): void;
  measure(measurement: Measurement): void;
  /** Import limit in force now at the site's root; null when there is none. */
  limitKw(nowMs: EpochMs): number | null;
}

export interface SiteRunHooks {
  readonly onCycle: (record: CycleRecord) => void;
  readonly onChange: () => void;
}

export const createSiteRun = (
  given: Omit<SiteParts, "onLateAnswer">,
  site: Site,
  hooks: SiteRunHooks,
): SiteRun => {
  const parts: SiteParts = { ...given, onLateAnswer: () => loop.trigger("late-answer") };
  const { clock, keeper, telemetry, log } = parts;
  const memory: SiteMemory = {
    plan: null,
    view: null,
    signals: null,
    base: null,
    baseMemory: createBaseMemory(),
  };
  const history = createSiteHistory();
  const traces = createTraceBook();
  let notedMs = -Infinity;

  const cycle = async (trigger: { triggeredMs: EpochMs; causes: readonly string[] }): Promise<void> => {
    try {
      hooks.onCycle(await runCycle(parts, site, memory, trigger));
    } catch (error) {
      log.error({ site: site.id, err: error }, "a pass of the control loop failed; the next one follows");
    }
    hooks.onChange();
  };
  const loop = createSiteLoop({ clock, gatherMs: parts.settings.gatherMs, cycle });

  const limitKw = (nowMs: EpochMs): number | null => {
    const root = site.nodes.find(({ id }) => id === site.rootNodeId);
    const { signals, plan } = memory;
    if (root === undefined || signals === null || plan === null) return root?.importLimitKw ?? null;
    const limits = importLimits({ signals, horizon: plan.horizon }, root);
    return limits?.[Math.max(0, slotAt(plan.horizon, nowMs))] ?? null;
  };

  const noteHistory = (atMs: EpochMs): void => {
    const evKw = evPowerKw(site, keeper.state);
    const pvKw = memory.baseMemory.pvKw(atMs, site.measurementStaleMs) ?? 0;
    const measured = memory.baseMemory.siteImport;
    const fresh = measured !== null && atMs - measured.atMs <= site.measurementStaleMs;
    const baseKw = memory.baseMemory.observed?.powerKw ?? memory.base?.meanKw[0] ?? 0;
    const importKw = fresh ? measured.powerKw : baseKw + evKw - pvKw;
    history.note(atMs, {
      importKw,
      evKw,
      baseKw: Math.max(0, importKw - evKw + pvKw),
      pvKw,
      limitKw: limitKw(atMs),
    });
    telemetry.append({ siteId: site.id, kind: "ev", powerKw: evKw, atMs });
    notedMs = atMs;
  };

  const measure = (measurement: Measurement): void => {
    memory.baseMemory.measure(measurement);
    telemetry.append(measurement);
    noteHistory(measurement.atMs);
    // Samples of the same instant may still be on their way: look at the whole after the gathering delay.
    clock.after(parts.settings.gatherMs, () => {
      if (needsAttention(site, memory, keeper, limitKw(clock.now()))) loop.trigger("measurement");
    });
    hooks.onChange();
  };

  const checkFollowing = (event: Extract<FleetEvent, { kind: "sampled" }>): void => {
    const evse = keeper.station(event.stationId)?.evses.get(event.evseId);
    if (evse === undefined || !parts.settings.steer) return;
    const follows = followsTold(evse, parts.settings.followWithinMs);
    const since = evse.notFollowingSinceMs;
    if (follows === (since === null)) return;
    if (follows && evse.refusedMs !== null && event.atMs - evse.refusedMs < RETRY_AFTER_MS) return;
    log.warn(
      { station: event.stationId, evse: event.evseId, follows, powerKw: event.sample.powerKw },
      "following changed",
    );
    keeper.apply({ ...place(event), kind: "following", sinceMs: follows ? null : event.atMs });
    loop.trigger("following");
  };

  const onFleetEvent = (event: FleetEvent): void => {
    if (
      event.kind === "session-changed" ||
      event.kind === "session-closed" ||
      event.kind === "session-opened"
    )
      traces.note({ ...event.session, sessionId: event.session.id, atMs: event.atMs });
    if (event.kind === "sampled") checkFollowing(event);
    if (event.kind === "sampled" && event.atMs - notedMs >= NOTE_EVERY_MS) noteHistory(event.atMs);
    if (REPLAN_ON.has(event.kind)) loop.trigger(event.kind);
    hooks.onChange();
  };

  return { site, memory, loop, history, traces, onFleetEvent, measure, limitKw };
};

const place = ({ stationId, evseId, atMs }: { stationId: string; evseId: number; atMs: EpochMs }) => ({
  stationId,
  evseId,
  atMs,
});

/** Events after which the best plan may be another. */
const REPLAN_ON: ReadonlySet<FleetEvent["kind"]> = new Set([
  "connected",
  "disconnected",
  "booted",
  "capabilities",
  "needs",
  "session-opened",
  "session-closed",
]);

/**
 * A limit exceeded as measured, or a base load above what the plan in force was made for. An older
 * observation says nothing: the base load falls and rises with the hour.
 */
const needsAttention = (
  site: Site,
  memory: SiteMemory,
  keeper: SiteParts["keeper"],
  limitKw: number | null,
): boolean => {
  const { baseMemory, base } = memory;
  const { siteImport } = baseMemory;
  if (siteImport === null) return false;
  if (limitKw !== null && siteImport.powerKw > limitKw + EXCESS_KW) return true;
  baseMemory.observe(site, keeper.state);
  const { observed } = baseMemory;
  const upperKw = base?.upperKw[0];
  return upperKw !== undefined && observed?.atMs === siteImport.atMs && observed.powerKw > upperKw;
};
