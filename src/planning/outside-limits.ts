import type { EvseState, FleetState, LimitStep, StationState } from "../domain/fleet.js";
import { type Horizon, slotEndMs } from "../domain/horizon.js";
import type { HeldCause, Plan, ShortfallCause } from "../domain/plan.js";
import type { Reason } from "../domain/reason.js";
import type { ProblemNode } from "../domain/problem.js";
import type { Site, StationConfig } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";

/** How a node of the problem begins that stands for a limit from outside, then the station, and the EVSE. */
const OUTSIDE_NODE = "outside:";
/** The same for what a car limits by its own schedule. */
const CAR_NODE = "car:";

/** A reason that names such a node in the words of what it stands for. */
const plainReason = (reason: Reason): Reason => {
  if (reason.key !== "node-full" && reason.key !== "limit-cannot-be-kept") return reason;
  if (reason.nodeId.startsWith(CAR_NODE)) return { key: "limited-by-car" };
  if (!reason.nodeId.startsWith(OUTSIDE_NODE)) return reason;
  const [stationId = ""] = reason.nodeId.slice(OUTSIDE_NODE.length).split("/");
  return { key: "limited-from-outside", stationId };
};

const plainHeld = (cause: HeldCause): HeldCause => {
  if (cause.key !== "limits") return cause;
  if (cause.nodeId.startsWith(CAR_NODE)) return { key: "limited-by-car" };
  if (!cause.nodeId.startsWith(OUTSIDE_NODE)) return cause;
  const [stationId = ""] = cause.nodeId.slice(OUTSIDE_NODE.length).split("/");
  return { key: "limited-from-outside", stationId };
};

/** The same of what keeps energy from a car. */
const plainCause = (cause: ShortfallCause | null): ShortfallCause | null => {
  if (cause?.key === "limits") return plainHeld(cause);
  if (cause?.key !== "stay-too-short" || cause.besides === undefined) return cause;
  return { ...cause, besides: { ...cause.besides, cause: plainHeld(cause.besides.cause) } };
};

/** A plan whose reasons and causes name no node that the site does not have. */
export const withPlainReasons = (plan: Plan): Plan => ({
  ...plan,
  sessions: plan.sessions.map((session) => ({
    ...session,
    reasons: session.reasons.map(plainReason),
    shortfallCause: plainCause(session.shortfallCause),
  })),
});

/** The same in a note of the plan. */
export const plainNote = (note: string): string =>
  note
    .replaceAll(/node outside:([^\s/]+)\S* has no room for more/g, "a limit at station $1 leaves no more")
    .replaceAll(/node car:\S+ has no room for more/g, "the car takes no more by its own schedule");

/** Bounds per slot; null: none. */
interface SlotBounds {
  readonly chargeKw: readonly (number | null)[];
  readonly dischargeKw: readonly (number | null)[];
}

/** A limit that bounds what is planned: a list of steps, and when it ends. */
interface Bounding {
  readonly steps: readonly LimitStep[];
  readonly endMs: EpochMs | null;
}

export interface OutsideNodes {
  /** Below those of the site, parents first. */
  readonly nodes: readonly ProblemNode[];
  /** The node of a car's session: the narrowest of these, or the station's own. */
  nodeOf(station: StationConfig, evseId: number): string;
}

/**
 * Limits that a station told of, and what a car limits by its own schedule, as nodes of the problem below the
 * station's: one for the whole station, one for an EVSE, one for its car. Where nobody limits anything there
 * are none.
 */
export const outsideNodes = ({
  site,
  fleet,
  horizon,
}: {
  readonly site: Site;
  readonly fleet: FleetState;
  readonly horizon: Horizon;
}): OutsideNodes => {
  const nodes: ProblemNode[] = [];
  const narrowest = new Map<string, string>();
  const add = (place: Place, bounding: readonly Bounding[]): string => {
    const bounds = boundsBySlot(bounding, horizon);
    if (bounds === null) return place.parentId;
    nodes.push(nodeOf(place, bounds, horizon));
    return place.id;
  };
  for (const station of site.stations) {
    const state = fleet.stations.get(station.id);
    if (state === undefined) continue;
    const ofStation = add(
      { id: `${OUTSIDE_NODE}${station.id}`, parentId: station.nodeId },
      limitsOf(state, 0),
    );
    for (const { evseId } of station.evses) {
      const place = `${station.id}/${evseId}`;
      const ofEvse = add({ id: `${OUTSIDE_NODE}${place}`, parentId: ofStation }, limitsOf(state, evseId));
      const own = carLimits(state.evses.get(evseId));
      narrowest.set(place, add({ id: `${CAR_NODE}${place}`, parentId: ofEvse }, own));
    }
  }
  return {
    nodes,
    nodeOf: (station, evseId) => narrowest.get(`${station.id}/${evseId}`) ?? station.nodeId,
  };
};

interface Place {
  readonly id: string;
  readonly parentId: string;
}

const limitsOf = ({ outsideLimits = [] }: StationState, evseId: number): Bounding[] =>
  outsideLimits.flatMap((limit) =>
    limit.evseId === evseId && limit.steps !== null ? [{ steps: limit.steps, endMs: limit.endMs }] : [],
  );

const carLimits = (evse: EvseState | undefined): Bounding[] =>
  evse?.session == null || evse.carSchedule === null ? [] : [evse.carSchedule];

/** The tightest in each slot; null where nothing is bounded in any. */
const boundsBySlot = (bounding: readonly Bounding[], horizon: Horizon): SlotBounds | null => {
  // As a rule nobody limits anything: then no slot need be looked at.
  if (bounding.length === 0) return null;
  const least = (key: "chargeKw" | "dischargeKw"): (number | null)[] =>
    horizon.startsMs.map((startMs, slot) => {
      const span = { fromMs: startMs, untilMs: slotEndMs(horizon, slot) };
      const all = bounding.flatMap((one) => leastWithin(one, key, span));
      return all.length === 0 ? null : Math.min(...all);
    });
  const [chargeKw, dischargeKw] = [least("chargeKw"), least("dischargeKw")];
  return [...chargeKw, ...dischargeKw].every((kw) => kw === null) ? null : { chargeKw, dischargeKw };
};

/** What a limit leaves in any part of a slot. */
const leastWithin = (
  { steps, endMs }: Bounding,
  key: "chargeKw" | "dischargeKw",
  { fromMs, untilMs }: { readonly fromMs: EpochMs; readonly untilMs: EpochMs },
): number[] =>
  steps.flatMap((step, index) => {
    const stepEndMs = Math.min(steps[index + 1]?.startMs ?? Infinity, endMs ?? Infinity);
    const value = step[key];
    return value !== null && step.startMs < untilMs && stepEndMs > fromMs ? [value] : [];
  });

const nodeOf = ({ id, parentId }: Place, bounds: SlotBounds, { startsMs }: Horizon): ProblemNode => {
  const none = startsMs.map(() => 0);
  return {
    id,
    parentId,
    importLimitKw: [...bounds.chargeKw],
    exportLimitKw: null,
    limitSource: null,
    baseKw: none,
    pvKw: none,
    failsafe: null,
    dischargeLimitKw: [...bounds.dischargeKw],
    flatteningPerKw2h: 0,
    smoothChange: null,
    phaseLimitKw: null,
    phaseBaseKw: null,
    line: null,
    reactiveKvar: null,
    voltageLimits: null,
    exclusive: null,
  };
};
