import { minimumKw, ratedKw } from "../domain/draw.js";
import type { EvseState } from "../domain/fleet.js";
import type { SessionPlan } from "../domain/plan.js";
import type { Problem, ProblemNode } from "../domain/problem.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";

/** Contacts wear, and a load that comes and goes must not have them chatter. */
const SWITCH_EVERY_MS = 15 * MINUTE_MS;
/** Room for the other step and a little more: meters and forecasts differ by as much. */
const MARGIN_KW = 0.2;
/** A car that is to have nothing for so many slots is not merely waiting for its turn. */
const NOTHING_SLOTS = 2;
const SOME_KWH = 0.1;

export interface Switching {
  /** As it is wired: of three phases. */
  readonly config: EvseConfig;
  readonly evse: Pick<EvseState, "carPhases" | "switched" | "switchFailed">;
  readonly plan: SessionPlan;
  /** What the car could have now beside all others, kW. */
  readonly roomKw: number;
  readonly nowMs: EpochMs;
}

/**
 * The phases to which a pile is to be switched; null: it stays. To one where the plan has nothing for the car because
 * there is less room than flows on three phases; to three again where there is more, and one phase is all used.
 */
export const switchTo = ({ config, evse, plan, roomKw, nowMs }: Switching): 1 | 3 | null => {
  const { carPhases, switched = null } = evse;
  if (config.phases !== 3 || carPhases === 1 || evse.switchFailed === true) return null;
  if (switched !== null && nowMs - switched.sinceMs < SWITCH_EVERY_MS) return null;
  const onOne = { ...config, phases: 1 } as const;
  if (switched?.to !== 1) {
    const fits = roomKw < minimumKw(config) && roomKw >= minimumKw(onOne) + MARGIN_KW;
    return fits && isLeftOut(plan) ? 1 : null;
  }
  const isFull = (plan.chargeKw[0] ?? 0) >= ratedKw(onOne) - MARGIN_KW || plan.shortfallKwh > SOME_KWH;
  return isFull && roomKw >= minimumKw(config) + MARGIN_KW ? 3 : null;
};

const isLeftOut = ({ chargeKw, dischargeKw, shortfallKwh }: SessionPlan): boolean =>
  shortfallKwh > SOME_KWH &&
  [chargeKw, dischargeKw].every((powers) => powers.slice(0, NOTHING_SLOTS).every((kw) => kw === 0));

/** Room that is another's although no plan says so yet: by session, the least that flows where it was switched to, kW. */
export type Reserved = ReadonlyMap<string, number>;

/** What a pile that was switched lately needs of the room that it was switched for, kW; null: it was not. */
export const reservedKw = (
  config: EvseConfig,
  { switched = null }: Pick<EvseState, "switched">,
  nowMs: EpochMs,
): number | null =>
  switched?.to == null || nowMs - switched.sinceMs >= SWITCH_EVERY_MS
    ? null
    : minimumKw({ ...config, phases: switched.to });

/**
 * What a session could have in the first slot, its own included, under every import limit above it and beside what is
 * planned and reserved for others, kW.
 */
export const roomNowKw = (
  problem: Problem,
  plans: ReadonlyMap<string, SessionPlan>,
  reserved: Reserved,
  sessionId: string,
): number => {
  const others = nowKw(problem, plans, reserved);
  others.delete(sessionId);
  const session = problem.sessions.find(({ id }) => id === sessionId);
  const above = session === undefined ? [] : pathOf(problem, session.nodeId);
  return Math.min(
    Infinity,
    ...above.map(({ id, importLimitKw }) => (importLimitKw?.[0] ?? Infinity) - loadKw(problem, others, id)),
  );
};

const pathOf = ({ nodes }: Problem, nodeId: string): ProblemNode[] => {
  const path: ProblemNode[] = [];
  for (let id: string | null = nodeId; id !== null && path.length <= nodes.length; ) {
    const node: ProblemNode | undefined = nodes.find((one) => one.id === id);
    if (node === undefined) break;
    path.push(node);
    id = node.parentId;
  }
  return path;
};

const nowKw = (
  { sessions }: Problem,
  plans: ReadonlyMap<string, SessionPlan>,
  reserved: Reserved,
): Map<string, number> =>
  new Map(sessions.map(({ id }) => [id, Math.max(plans.get(id)?.chargeKw[0] ?? 0, reserved.get(id) ?? 0)]));

/** Base load and what sessions are to have below a node. What is given back may fail to come. */
const loadKw = (problem: Problem, sessionsKw: ReadonlyMap<string, number>, nodeId: string): number => {
  const isBelow = (id: string): boolean => pathOf(problem, id).some((node) => node.id === nodeId);
  const base = problem.nodes
    .filter((node) => isBelow(node.id))
    .reduce((total, { baseKw, pvKw }) => total + (baseKw[0] ?? 0) - (pvKw[0] ?? 0), 0);
  return problem.sessions
    .filter((session) => isBelow(session.nodeId))
    .reduce((total, { id }) => total + (sessionsKw.get(id) ?? 0), base);
};
