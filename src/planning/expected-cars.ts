import { minimumKw, ratedKw } from "../domain/draw.js";
import { type Horizon, slotAt, slotCount } from "../domain/horizon.js";
import type { ExpectedCar, PileOutlook, SessionTerms, SharingOutlook } from "../domain/outlook.js";
import { MOST_PENALTY, type ProblemNode, type ProblemSession } from "../domain/problem.js";
import type { EvseConfig, StationConfig } from "../domain/site.js";
import { clamp, type EpochMs, hours, SLOT_MS } from "../domain/units.js";
import type { FormulationInput } from "./formulate.js";
import { phasesOf } from "./phases.js";

/**
 * When urgent stays end. The horizon gets boundaries there, since on whole quarters the minutes before would be lost
 * to them.
 */
export const urgentEnds = ({ piles, terms }: SharingOutlook): EpochMs[] => [
  ...piles.flatMap(({ expected }) =>
    expected.flatMap(({ isUrgent, untilMs }) => (isUrgent ? [untilMs] : [])),
  ),
  ...terms.flatMap(({ isUrgent, endsMs }) => (isUrgent && endsMs !== null ? [endsMs] : [])),
];

interface Parts {
  readonly nodes: readonly ProblemNode[];
  readonly sessions: readonly ProblemSession[];
}

/** Needs below this are priced as if they were this large, as those of cars that are there. */
const SMALLEST_PRICED_NEED_KWH = 2;

/** The largest need of a car that is expected, kWh. */
export const largestExpectedKwh = ({ sharing }: Pick<FormulationInput, "sharing">): number =>
  Math.max(
    0,
    ...(sharing?.piles ?? []).flatMap(({ expected }) => expected.map(({ energyNeedKwh }) => energyNeedKwh)),
  );

/**
 * The problem with what sharing knows: each pile at which somebody is expected becomes a node of its own that
 * serves its cars one at a time, in the order that the drivers were told; cars that are expected become sessions
 * of the time to come; and those that are plugged in keep to the terms of their use. Of a pile that cannot be
 * steered nothing is expected. No limit and no fail-safe row changes: an expected car draws nothing yet, and the
 * default of its EVSE counts for as long as nobody is plugged in.
 */
export const withSharing = (input: FormulationInput, parts: Parts, wholeNeedPrice: number): Parts => {
  const { sharing } = input;
  if (sharing === undefined) return parts;
  const terms = new Map(sharing.terms.map((one) => [one.sessionId, one]));
  const bound = parts.sessions.map((session) => underTerms(input, session, terms.get(session.id)));
  let now: Parts = { nodes: parts.nodes, sessions: bound };
  for (const pile of sharing.piles) now = withPile(input, now, { pile, wholeNeedPrice });
  return now;
};

/**
 * A bound on energy is one of the battery: neither need nor a slot at least power may go beyond it. A car whose
 * time is over takes nothing more.
 */
const underTerms = (
  { horizon, nowMs }: FormulationInput,
  session: ProblemSession,
  terms: SessionTerms | undefined,
): ProblemSession => {
  if (terms === undefined) return session;
  const isOver = terms.endsMs !== null && terms.endsMs <= nowMs;
  const leftKwh = isOver ? 0 : (terms.mostKwh ?? Infinity);
  const mostKwh = session.initialKwh + leftKwh * session.chargeEfficiency;
  const endSlot = terms.endsMs === null ? session.endSlot : lastSlotBy(horizon, terms.endsMs);
  return {
    ...session,
    endSlot: Math.max(session.firstSlot + 1, Math.min(session.endSlot, endSlot)),
    capacityKwh: Math.min(session.capacityKwh, mostKwh),
    targetKwh: Math.min(session.targetKwh, mostKwh),
    reserveKwh: Math.min(session.reserveKwh, mostKwh),
    departsAfterHorizon: session.departsAfterHorizon && terms.endsMs === null,
    // What it gave back it could not have again.
    ...(leftKwh === 0 ? { minDischargeKw: 0, maxDischargeKw: 0 } : {}),
    urgency: terms.isUrgent ? "now" : session.urgency,
  };
};

/** Energy after it would come too late: the slots that have ended by then. */
const lastSlotBy = (horizon: Horizon, atMs: EpochMs): number => {
  const slot = slotAt(horizon, atMs);
  if (slot !== -1) return slot;
  return atMs >= horizon.endMs ? slotCount(horizon) : 0;
};

/** The first slot that begins no earlier. */
const firstSlotFrom = (horizon: Horizon, atMs: EpochMs): number => {
  const slot = horizon.startsMs.findIndex((startMs) => startMs >= atMs);
  return slot === -1 ? slotCount(horizon) : slot;
};

interface Place {
  readonly station: StationConfig;
  readonly config: EvseConfig;
}

const placeOf = ({ site }: FormulationInput, { stationId, evseId }: PileOutlook): Place | null => {
  const station = site.stations.find(({ id }) => id === stationId);
  const config = station?.evses.find((evse) => evse.evseId === evseId);
  return station === undefined || config === undefined ? null : { station, config };
};

/** Name of a pile's own node, which no node of the site has. */
const nodeIdOf = (nodes: readonly ProblemNode[], { stationId, evseId }: PileOutlook): string => {
  let id = `${stationId}/${evseId}`;
  while (nodes.some((node) => node.id === id)) id += "'";
  return id;
};

const withPile = (
  input: FormulationInput,
  { nodes, sessions }: Parts,
  { pile, wholeNeedPrice }: { readonly pile: PileOutlook; readonly wholeNeedPrice: number },
): Parts => {
  const place = placeOf(input, pile);
  const state = input.fleet.stations.get(pile.stationId);
  if (place === null || state === undefined || !state.connected) return { nodes, sessions };
  const present = state.evses.get(pile.evseId)?.session ?? null;
  const isSteered = present === null || sessions.some(({ id }) => id === present.id);
  const nodeId = nodeIdOf(nodes, pile);
  const expected = pile.expected.flatMap((car) =>
    expectedSession(input, car, { ...place, nodeId, wholeNeedPrice }),
  );
  if (!isSteered || expected.length === 0) return { nodes, sessions };
  // What limits the car that is there, its station's or its own, goes on limiting it.
  const parentId = sessions.find(({ id }) => id === present?.id)?.nodeId ?? place.station.nodeId;
  const order = [...(present === null ? [] : [present.id]), ...expected.map(({ id }) => id)];
  return {
    nodes: [...nodes, pileNode(input, { id: nodeId, parentId }, { ...pile, order })],
    sessions: [
      ...sessions.map((session) => (session.id === present?.id ? { ...session, nodeId } : session)),
      ...expected,
    ],
  };
};

const pileNode = (
  { horizon }: FormulationInput,
  { id, parentId }: Pick<ProblemNode, "id" | "parentId">,
  { handoverMinutes, order }: Pick<PileOutlook, "handoverMinutes"> & { readonly order: string[] },
): ProblemNode => ({
  id,
  parentId,
  importLimitKw: null,
  exportLimitKw: null,
  limitSource: null,
  baseKw: horizon.startsMs.map(() => 0),
  pvKw: horizon.startsMs.map(() => 0),
  failsafe: null,
  dischargeLimitKw: null,
  flatteningPerKw2h: 0,
  smoothChange: null,
  phaseLimitKw: null,
  phaseBaseKw: null,
  line: null,
  reactiveKvar: null,
  voltageLimits: null,
  exclusive: { handoverMinutes, order },
});

/** A request for energy in the time in which the car can be there; none where that is shorter than a slot. */
const expectedSession = (
  { horizon, site }: FormulationInput,
  car: ExpectedCar,
  { config, nodeId, wholeNeedPrice }: Place & { readonly nodeId: string; readonly wholeNeedPrice: number },
): ProblemSession[] => {
  const firstSlot = firstSlotFrom(horizon, car.fromMs);
  const endSlot = lastSlotBy(horizon, car.untilMs);
  if (firstSlot >= endSlot) return [];
  const maxChargeKw = ratedKw(config);
  const minChargeKw = Math.min(minimumKw(config), maxChargeKw);
  const needKwh = car.energyNeedKwh;
  const perKwh = wholeNeedPrice / Math.max(needKwh, SMALLEST_PRICED_NEED_KWH);
  return [
    {
      id: car.id,
      nodeId,
      firstSlot,
      endSlot,
      minChargeKw,
      maxChargeKw,
      minDischargeKw: 0,
      maxDischargeKw: 0,
      maxDischargeKwh: null,
      chargeEfficiency: 1,
      dischargeEfficiency: 1,
      capacityKwh: needKwh + minChargeKw * hours(SLOT_MS),
      initialKwh: 0,
      targetKwh: needKwh,
      reserveKwh: 0,
      taper: null,
      wearPerKwh: site.wearPerKwh,
      salvagePerKwh: 0,
      shortfallPerPercent: clamp((perKwh * Math.max(1, needKwh)) / 100, 0, MOST_PENALTY),
      departsAfterHorizon: car.untilMs > horizon.endMs,
      urgency: car.isUrgent ? "now" : "normal",
      ...phasesOf({ config, evse: { carPhases: null } }),
    },
  ];
};
