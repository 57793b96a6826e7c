import { type Horizon, slotEndMs } from "../domain/horizon.js";
import type { GridEvent, NodeTarget } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import type { Notes } from "./notes.js";
import { targetedNodes } from "./targeting.js";
import { type Claim, claimsOf, heldBetween } from "./timeline.js";

interface TargetInputs {
  readonly site: Site;
  readonly events: readonly GridEvent[];
  readonly horizon: Horizon;
  readonly pricePerKwh: number;
  readonly notes: Notes;
}

interface SlotTarget {
  readonly eventId: string;
  readonly powerKw: number;
}

/** The event that holds longest in a slot, if it holds for half of it at least, with its mean. */
const targetOfSlot = (
  claims: readonly Claim[],
  { startMs, endMs, what, notes }: { startMs: number; endMs: number; what: string; notes: Notes },
): SlotTarget | null => {
  const byEvent = new Map<string, { lengthMs: number; weighted: number }>();
  for (const held of heldBetween(claims, startMs, endMs)) {
    notes.tie(held, what);
    if (held.claim === null) continue;
    const lengthMs = held.endMs - held.startMs;
    const sofar = byEvent.get(held.claim.event.id) ?? { lengthMs: 0, weighted: 0 };
    byEvent.set(held.claim.event.id, {
      lengthMs: sofar.lengthMs + lengthMs,
      weighted: sofar.weighted + lengthMs * Number(held.claim.value),
    });
  }
  const [longest] = [...byEvent].toSorted(([, a], [, b]) => b.lengthMs - a.lengthMs);
  if (longest === undefined || longest[1].lengthMs * 2 < endMs - startMs) return null;
  return { eventId: longest[0], powerKw: longest[1].weighted / longest[1].lengthMs };
};

/**
 * Soft targets from DISPATCH_SETPOINT: wanted net import of the node in kW, negative for export. A
 * slot of which an event covers less than half has no target, since the target would hold all of it.
 */
export const layTargets = ({ site, events, horizon, pricePerKwh, notes }: TargetInputs): NodeTarget[] =>
  site.nodes.flatMap(({ id: nodeId }) => {
    const claims = events
      .filter((event) => targetedNodes(event, site).includes(nodeId))
      .flatMap((event) => claimsOf(event, "DISPATCH_SETPOINT"));
    if (claims.length === 0) return [];
    const what = `DISPATCH_SETPOINT at ${nodeId}`;
    const slots = horizon.startsMs.map((startMs, slot) =>
      targetOfSlot(claims, { startMs, endMs: slotEndMs(horizon, slot), what, notes }),
    );
    const eventIds = [...new Set(slots.flatMap((target) => target?.eventId ?? []))];
    return eventIds.map((eventId) => ({
      id: eventId,
      nodeId,
      powerKw: slots.map((target) => (target?.eventId === eventId ? target.powerKw : null)),
      pricePerKwh,
    }));
  });
