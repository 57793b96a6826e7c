import { YouxuError } from "../domain/errors.js";
import type { GridEvent } from "../domain/signal.js";
import type { Measurement, Site } from "../domain/site.js";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../domain/units.js";
import type { EventResult, NodeResult } from "../domain/views.js";
import { pathsToRoot } from "../planning/tree.js";
import { DEFAULT_MAX_HOLD_MS } from "../settlement/energy.js";
import { type SeriesResult, seriesResult } from "../settlement/event-result.js";
import { betterMeasured, totalResult } from "../settlement/event-total.js";
import { spanOf } from "../signals/event-state.js";
import { effectiveAt } from "../signals/ignored.js";
import { intervalCapKw } from "../signals/interval-cap.js";
import { targetedNodes } from "../signals/targeting.js";
import type { ControlParts } from "./contract.js";
import { evKindAt } from "./ev-telemetry.js";

/** Measurements from this long before an event on are read, for its baseline. */
const BASELINE_SPAN_MS = 2 * HOUR_MS;
/** The cars' power is noted at every quarter of an hour at least, a little after it. */
const SESSIONS_HOLD_MS = DEFAULT_MAX_HOLD_MS + MINUTE_MS;

export type ResultParts = Pick<ControlParts, "sites" | "events" | "telemetry" | "clock">;

/** What an event brought at each of its nodes, from the telemetry, against the quarter of an hour before it. */
export const resultOfEvent = async (parts: ResultParts, eventId: string): Promise<EventResult> => {
  const event = parts.events.find(eventId);
  if (event === null) throw new YouxuError("not-found.event", `no event "${eventId}"`, "params.id");
  const aims = parts.sites.flatMap((site) =>
    targetedNodes(event, site).map((nodeId): Aim => ({ event: effectiveAt(event, site), site, nodeId })),
  );
  const nodes = await Promise.all(aims.map((aim) => resultAt(parts, aim)));
  return totalResult(
    eventId,
    nodes,
    nodes.filter((_, index) => !liesBelowAnother(aims[index], aims)),
  );
};

/** One node that the event aims at. */
interface Aim {
  /** With what takes effect at the site alone. */
  readonly event: GridEvent;
  readonly site: Site;
  readonly nodeId: string;
}

const liesBelowAnother = (aim: Aim | undefined, aims: readonly Aim[]): boolean => {
  if (aim === undefined) return false;
  const above = pathsToRoot(aim.site).get(aim.nodeId) ?? [];
  return aims.some(
    ({ site, nodeId }) => site === aim.site && nodeId !== aim.nodeId && above.includes(nodeId),
  );
};

/** The root is measured by the site's meter where that was heard; any other node by its cars. */
const resultAt = async (parts: ResultParts, aim: Aim): Promise<NodeResult> => {
  const { site, nodeId } = aim;
  const sessions = await resultBy(parts, aim, {
    kind: evKindAt(site, nodeId),
    maxHoldMs: SESSIONS_HOLD_MS,
  });
  const meter =
    nodeId === site.rootNodeId
      ? await resultBy(parts, aim, { kind: "site-import", maxHoldMs: site.measurementStaleMs })
      : null;
  return { siteId: site.id, nodeId, ...betterMeasured(meter, sessions) };
};

const resultBy = async (
  { telemetry, clock }: ResultParts,
  { event, site, nodeId }: Aim,
  { kind, maxHoldMs }: { kind: Measurement["kind"]; maxHoldMs: number },
): Promise<SeriesResult> => {
  const nowMs = clock.now();
  const measurements = await telemetry.between({ siteId: site.id, kind, ...readSpan(event, nowMs) });
  const limitKw = site.nodes.find(({ id }) => id === nodeId)?.importLimitKw ?? null;
  return seriesResult({
    event,
    measurements,
    nowMs,
    maxHoldMs,
    capKwOf: (interval) => intervalCapKw(interval, limitKw),
  });
};

const readSpan = (event: GridEvent, nowMs: EpochMs): { fromMs: EpochMs; toMs: EpochMs } => {
  const { startMs, endMs } = spanOf(event);
  return {
    fromMs: Math.min(nowMs, startMs ?? nowMs) - BASELINE_SPAN_MS,
    toMs: Math.min(nowMs, endMs ?? nowMs) + 1,
  };
};
