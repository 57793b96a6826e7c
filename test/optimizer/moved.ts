import * as fc from "fast-check";
import type { MeteringPoint, Problem, ProblemNode, ProblemSession } from "../../src/domain/problem.js";

const later = <T>(series: readonly T[]): T[] => series.slice(1);
const laterOr = <T>(series: readonly T[] | null): T[] | null => (series === null ? null : later(series));

const laterNode = (node: ProblemNode): ProblemNode => ({
  ...node,
  importLimitKw: laterOr(node.importLimitKw),
  exportLimitKw: laterOr(node.exportLimitKw),
  limitSource: laterOr(node.limitSource),
  baseKw: later(node.baseKw),
  pvKw: later(node.pvKw),
  failsafe: node.failsafe === null ? null : { headroomKw: later(node.failsafe.headroomKw) },
  dischargeLimitKw: laterOr(node.dischargeLimitKw),
  smoothChange:
    node.smoothChange === null
      ? null
      : { ...node.smoothChange, inForceKw: later(node.smoothChange.inForceKw) },
  phaseLimitKw: node.phaseLimitKw?.map(later) ?? null,
  phaseBaseKw: node.phaseBaseKw?.map(later) ?? null,
  reactiveKvar: laterOr(node.reactiveKvar),
});

const laterMeter = (meter: MeteringPoint): MeteringPoint => ({
  ...meter,
  buyPricePerKwh: later(meter.buyPricePerKwh),
  sellPricePerKwh: later(meter.sellPricePerKwh),
  demandCharge:
    meter.demandCharge === null
      ? null
      : { ...meter.demandCharge, countsInSlot: laterOr(meter.demandCharge.countsInSlot) },
  carbonKgPerKwh: laterOr(meter.carbonKgPerKwh),
});

/** What a car has more or less a slot later, as a share of its battery, and whether it is another car of the same kind. */
export interface Change {
  readonly drift: number;
  readonly isOther: boolean;
}

const DRIFTED = { drift: 0, isOther: false };

const laterSession = (session: ProblemSession, { drift, isOther }: Change): ProblemSession => ({
  ...session,
  id: isOther ? `${session.id}-other` : session.id,
  firstSlot: Math.max(0, session.firstSlot - 1),
  endSlot: session.endSlot - 1,
  initialKwh:
    session.firstSlot > 0
      ? session.initialKwh
      : Math.min(Math.max(session.initialKwh + drift * session.capacityKwh, 0), session.capacityKwh),
});

/** The problem a slot later: its first slot is over, cars that left then are gone, others have changed. */
export const slotLater = (problem: Problem, changes: readonly Change[]): Problem => ({
  ...problem,
  horizon: { ...problem.horizon, startsMs: later(problem.horizon.startsMs) },
  nodes: problem.nodes.map(laterNode),
  meteringPoints: problem.meteringPoints.map(laterMeter),
  sessions: problem.sessions.flatMap((session, index) =>
    session.endSlot <= 1 ? [] : [laterSession(session, changes[index] ?? DRIFTED)],
  ),
  targets: problem.targets.map((target) => ({ ...target, powerKw: later(target.powerKw) })),
  payments: problem.payments.map((payment) => ({ ...payment, baselineKw: later(payment.baselineKw) })),
  previous:
    problem.previous?.map(({ sessionId, powerKw }) => ({ sessionId, powerKw: later(powerKw) })) ?? null,
});

/** Changes of as many cars as any random problem has. */
export const changesArb: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    drift: fc.oneof(
      { weight: 5, arbitrary: fc.double({ min: -0.05, max: 0.05, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }) },
    ),
    isOther: fc.integer({ min: 0, max: 7 }).map((drawn) => drawn === 0),
  }),
  { minLength: 24, maxLength: 24 },
);
