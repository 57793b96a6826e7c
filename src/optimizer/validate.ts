import { slotCount } from "../domain/horizon.js";
import type { ProblemFault } from "../domain/plan.js";
import type {
  DemandCharge,
  Problem,
  ProblemNode,
  ProblemSession,
  ProblemStorage,
  ReductionPayment,
} from "../domain/problem.js";
import { MOST_PENALTY } from "../domain/problem.js";
import { HOUR_MS } from "../domain/units.js";
import { LEAST_EFFICIENCY, MOST_KW, mostStoredKwh } from "./number-bounds.js";
import { PHASES } from "./phases.js";
import { floorFaults } from "./validate-floors.js";
import { swapStationFaults } from "./validate-swaps.js";

const MOST_MONEY = 10 * MOST_PENALTY;
const WRONG_UNIT = "is the unit right (kW, kWh, money per kWh)?";
const LONGEST_MS = 10 * 8_766 * HOUR_MS;
const MOST_VOLTS = 1e6;
const MOST_OHM = 1e4;
const MOST_PU = 10;

type Say = (place: string, message: string) => void;

interface NumberRule {
  readonly least?: number;
  /** In either direction. */
  readonly most?: number;
}

const number = (
  say: Say,
  place: string,
  value: number,
  { least = -Infinity, most = MOST_KW }: NumberRule = {},
): void => {
  if (!Number.isFinite(value)) say(place, `must be a finite number, is ${value}`);
  else if (value < least) say(place, `must be at least ${least}, is ${value}`);
  else if (Math.abs(value) > most)
    say(place, `must be ${value < 0 ? `at least -${most}` : `at most ${most}`}, is ${value}; ${WRONG_UNIT}`);
};

interface SeriesRule extends NumberRule {
  readonly slots: number;
  /** Whether null stands for "none in this slot". */
  readonly mayBeNull?: boolean;
}

const series = (
  say: Say,
  place: string,
  values: readonly (number | null)[] | null,
  { slots, mayBeNull = false, ...rule }: SeriesRule,
): void => {
  if (values === null) return;
  if (values.length !== slots) say(place, `must have one value per slot (${slots}), has ${values.length}`);
  for (const [slot, value] of values.entries())
    if (value !== null) number(say, `${place}[${slot}]`, value, rule);
    else if (!mayBeNull) say(`${place}[${slot}]`, "must be a finite number, is null");
};

/** A series that must be there. */
const statedSeries = (say: Say, place: string, values: readonly number[] | null, rule: SeriesRule): void => {
  if (values === null) say(place, `must have one value per slot (${rule.slots}), is null`);
  else series(say, place, values, rule);
};

const time = (say: Say, place: string, atMs: number): void => {
  if (!Number.isSafeInteger(atMs)) say(place, `must be a whole number of ms since 1970, is ${atMs}`);
};

const checkHorizon = (say: Say, { horizon }: Problem): void => {
  const { startsMs, endMs } = horizon;
  if (startsMs.length === 0) say("horizon.startsMs", "must have at least one slot");
  for (const [slot, startMs] of startsMs.entries()) {
    time(say, `horizon.startsMs[${slot}]`, startMs);
    if (!((startsMs[slot + 1] ?? endMs) > startMs))
      say(`horizon.startsMs[${slot}]`, "the slot must end after it starts");
  }
  time(say, "horizon.endMs", endMs);
  if (endMs - (startsMs[0] ?? endMs) > LONGEST_MS)
    say("horizon.endMs", "must be at most ten years after the start; are both in ms?");
};

const checkUnique = (say: Say, list: string, ids: readonly string[], field = "id"): void => {
  const seen = new Map<string, number>();
  for (const [index, id] of ids.entries()) {
    const before = seen.get(id);
    if (before === undefined) seen.set(id, index);
    else say(`${list}[${index}].${field}`, `"${id}" is already used by ${list}[${before}]`);
  }
};

const checkTree = (say: Say, { nodes }: Problem): void => {
  if (nodes.length === 0) say("nodes", "must have a root");
  const above = new Set<string>();
  for (const [index, { id, parentId }] of nodes.entries()) {
    const place = `nodes[${index}].parentId`;
    if (parentId === null && index > 0) say(place, "only the first node may be the root");
    if (parentId !== null && index === 0) say(place, "the first node must be the root, with parentId null");
    else if (parentId !== null && !above.has(parentId))
      say(place, `"${parentId}" is not a node listed before this one`);
    above.add(id);
  }
};

/** Phases may bear more than the base load, where it is not known on which it draws, but not less. */
const PHASE_TOLERANCE = 0.02;

const checkPhaseBase = (say: Say, { baseKw, phaseBaseKw }: ProblemNode, place: string): void => {
  if (phaseBaseKw === null || baseKw === null || phaseBaseKw.some((phase) => phase === null)) return;
  for (const [slot, kw] of baseKw.entries()) {
    const onPhasesKw = phaseBaseKw.reduce((total, phase) => total + (phase[slot] ?? 0), 0);
    // What is no number is told of where it stands.
    if (!(onPhasesKw < kw * (1 - PHASE_TOLERANCE) - PHASE_TOLERANCE)) continue;
    const sums = `its phases bear ${onPhasesKw} kW in slot ${slot}, of a base load of ${kw} kW`;
    say(`${place}.phaseBaseKw`, `${sums}; state what each phase draws, or null for a third each`);
    return;
  }
};

const checkNode = (say: Say, node: ProblemNode, { index, slots }: { index: number; slots: number }): void => {
  const place = `nodes[${index}]`;
  series(say, `${place}.importLimitKw`, node.importLimitKw, { slots, least: 0, mayBeNull: true });
  series(say, `${place}.exportLimitKw`, node.exportLimitKw, { slots, least: 0, mayBeNull: true });
  series(say, `${place}.dischargeLimitKw`, node.dischargeLimitKw, { slots, least: 0, mayBeNull: true });
  statedSeries(say, `${place}.baseKw`, node.baseKw, { slots, least: 0 });
  statedSeries(say, `${place}.pvKw`, node.pvKw, { slots, least: 0 });
  number(say, `${place}.flatteningPerKw2h`, node.flatteningPerKw2h, { least: 0 });
  if (node.smoothChange !== null) {
    number(say, `${place}.smoothChange.perKw2h`, node.smoothChange.perKw2h, { least: 0 });
    series(say, `${place}.smoothChange.inForceKw`, node.smoothChange.inForceKw, {
      slots,
      mayBeNull: true,
    });
  }
  if (node.failsafe !== null)
    statedSeries(say, `${place}.failsafe.headroomKw`, node.failsafe.headroomKw, {
      slots,
      most: 10 * MOST_KW,
    });
  series(say, `${place}.reactiveKvar`, node.reactiveKvar, { slots });
  for (const field of ["resistanceOhm", "reactanceOhm"] as const)
    if (node.line !== null)
      number(say, `${place}.line.${field}`, node.line[field], { least: 0, most: MOST_OHM });
  if (node.line !== null)
    number(say, `${place}.line.nominalV`, node.line.nominalV, { least: 1, most: MOST_VOLTS });
  const { minPu = null, maxPu = null } = node.voltageLimits ?? {};
  if (minPu !== null) number(say, `${place}.voltageLimits.minPu`, minPu, { least: 0, most: MOST_PU });
  if (maxPu !== null)
    number(say, `${place}.voltageLimits.maxPu`, maxPu, { least: minPu ?? 0, most: MOST_PU });
  for (const field of ["phaseLimitKw", "phaseBaseKw"] as const) {
    const phases = node[field];
    if (phases !== null && phases.length !== PHASES.length)
      say(`${place}.${field}`, `must have a series for each of three phases, has ${phases.length}`);
    for (const [phase, values] of (phases ?? []).entries())
      series(say, `${place}.${field}[${phase}]`, values, {
        slots,
        least: 0,
        mayBeNull: field === "phaseLimitKw",
      });
  }
  checkPhaseBase(say, node, place);
  if (node.limitSource !== null && node.limitSource.length !== slots)
    say(`${place}.limitSource`, `must have one value per slot (${slots}), has ${node.limitSource.length}`);
};

const AT_LEAST_ZERO = [
  "minChargeKw",
  "maxChargeKw",
  "minDischargeKw",
  "maxDischargeKw",
  "capacityKwh",
  "initialKwh",
  "targetKwh",
  "reserveKwh",
  "wearPerKwh",
] as const;

const checkWindow = (
  say: Say,
  { firstSlot, endSlot }: ProblemSession,
  { place, slots }: { place: string; slots: number },
): void => {
  if (!Number.isInteger(firstSlot) || firstSlot < 0 || firstSlot >= slots)
    say(`${place}.firstSlot`, `must be a slot from 0 to ${slots - 1}, is ${firstSlot}`);
  if (!Number.isInteger(endSlot) || endSlot > slots)
    say(`${place}.endSlot`, `must be at most the number of slots (${slots}), is ${endSlot}`);
  if (!(endSlot > firstSlot))
    say(`${place}.endSlot`, `the window ends (${endSlot}) before it begins (${firstSlot})`);
};

const checkEfficiencies = (
  say: Say,
  battery: Pick<ProblemSession, "chargeEfficiency" | "dischargeEfficiency">,
  place: string,
): void => {
  for (const field of ["chargeEfficiency", "dischargeEfficiency"] as const) {
    const efficiency = battery[field];
    if (!Number.isFinite(efficiency)) number(say, `${place}.${field}`, efficiency);
    else if (efficiency < LEAST_EFFICIENCY || efficiency > 1)
      say(`${place}.${field}`, `must be from ${LEAST_EFFICIENCY} to 1, is ${efficiency}; is it in percent?`);
  }
};

const checkSession = (
  say: Say,
  session: ProblemSession,
  { place, slots }: { place: string; slots: number },
): void => {
  checkWindow(say, session, { place, slots });
  for (const field of AT_LEAST_ZERO) number(say, `${place}.${field}`, session[field], { least: 0 });
  if (session.maxDischargeKwh !== null)
    number(say, `${place}.maxDischargeKwh`, session.maxDischargeKwh, { least: 0 });
  number(say, `${place}.salvagePerKwh`, session.salvagePerKwh);
  checkEfficiencies(say, session, place);
  if (!(session.shortfallPerPercent > 0) || !Number.isFinite(session.shortfallPerPercent))
    say(`${place}.shortfallPerPercent`, `must be a finite number above 0, is ${session.shortfallPerPercent}`);
  else number(say, `${place}.shortfallPerPercent`, session.shortfallPerPercent, { most: MOST_MONEY });
  for (const [least, most] of [
    ["minChargeKw", "maxChargeKw"],
    ["minDischargeKw", "maxDischargeKw"],
  ] as const)
    if (session[most] > 0 && session[least] > session[most])
      say(`${place}.${least}`, `is ${session[least]}, above ${most} ${session[most]}`);
  if (session.initialKwh > mostStoredKwh(session.capacityKwh))
    say(`${place}.initialKwh`, `is ${session.initialKwh}, above the capacity ${session.capacityKwh}`);
  if (session.phases.length === 0 || session.phases.some((phase) => ![1, 2, 3].includes(phase)))
    say(
      `${place}.phases`,
      `must name one to three of the phases 1, 2, 3; has [${session.phases.join(", ")}]`,
    );
  if (new Set(session.phases).size < session.phases.length)
    say(`${place}.phases`, `names a phase twice: ${session.phases.join(", ")}`);
  if (session.taper === null) return;
  number(say, `${place}.taper.interceptKw`, session.taper.interceptKw);
  number(say, `${place}.taper.slopeKwPerKwh`, session.taper.slopeKwPerKwh, { least: 0 });
};

const checkStorage = (say: Say, storage: ProblemStorage, place: string): void => {
  for (const field of [
    "capacityKwh",
    "energyKwh",
    "minimumKwh",
    "maxChargeKw",
    "maxDischargeKw",
    "wearPerKwh",
  ] as const)
    number(say, `${place}.${field}`, storage[field], { least: 0 });
  if (storage.terminalValuePerKwh !== null)
    number(say, `${place}.terminalValuePerKwh`, storage.terminalValuePerKwh);
  checkEfficiencies(say, storage, place);
  const { capacityKwh } = storage;
  for (const field of ["energyKwh", "minimumKwh"] as const)
    if (storage[field] > mostStoredKwh(capacityKwh))
      say(`${place}.${field}`, `is ${storage[field]}, above the capacity ${capacityKwh}`);
};

const checkDemandCharge = (
  say: Say,
  charge: DemandCharge | null,
  { place, slots }: { place: string; slots: number },
): void => {
  if (charge === null) return;
  const { pricePerKw, billedPeakKw, countsInSlot } = charge;
  number(say, `${place}.pricePerKw`, pricePerKw, { least: 0, most: MOST_MONEY });
  number(say, `${place}.billedPeakKw`, billedPeakKw, { least: 0 });
  if (countsInSlot !== null && countsInSlot.length !== slots)
    say(`${place}.countsInSlot`, `must have one value per slot (${slots}), has ${countsInSlot.length}`);
};

const isBelow = ({ nodes }: Problem, nodeId: string, above: string): boolean => {
  for (let id: string | null = nodeId, steps = 0; id !== null && steps <= nodes.length; steps++) {
    if (id === above) return true;
    const at: string = id;
    id = nodes.find((node) => node.id === at)?.parentId ?? null;
  }
  return false;
};

/** One car at a time: so nothing that is always there, and no second such node, may be below. */
const checkExclusive = (say: Say, problem: Problem): void => {
  for (const [index, { id, exclusive }] of problem.nodes.entries()) {
    if (exclusive === null) continue;
    const place = `nodes[${index}].exclusive`;
    number(say, `${place}.handoverMinutes`, exclusive.handoverMinutes, { least: 0 });
    for (const storage of problem.storages)
      if (isBelow(problem, storage.nodeId, id)) say(place, `the storage "${storage.id}" is below it`);
    for (const node of problem.nodes)
      if (node.exclusive !== null && node.id !== id && isBelow(problem, node.id, id))
        say(place, `"${node.id}" below it is exclusive, too`);
  }
};

/** What is paid for a reduction must not rise with it, or there would be better and worse halves of a plan. */
const checkPayment = (
  say: Say,
  { baselineKw, segments, excessPricePerKwh }: ReductionPayment,
  { place, slots }: { place: string; slots: number },
): void => {
  series(say, `${place}.baselineKw`, baselineKw, { slots, mayBeNull: true });
  let before = Infinity;
  if (excessPricePerKwh !== null)
    number(say, `${place}.excessPricePerKwh`, excessPricePerKwh, { least: segments[0]?.pricePerKwh ?? 0 });
  for (const [index, { kw, pricePerKwh }] of segments.entries()) {
    number(say, `${place}.segments[${index}].kw`, kw, { least: 0 });
    number(say, `${place}.segments[${index}].pricePerKwh`, pricePerKwh, { least: 0 });
    if (pricePerKwh > before)
      say(
        `${place}.segments[${index}].pricePerKwh`,
        `is ${pricePerKwh}, above ${before} of the segment before`,
      );
    before = pricePerKwh;
  }
};

const checkPrices = (
  say: Say,
  { meteringPoints, targets, payments, penalties, weights }: Problem,
  slots: number,
): void => {
  for (const [index, point] of meteringPoints.entries()) {
    statedSeries(say, `meteringPoints[${index}].buyPricePerKwh`, point.buyPricePerKwh, { slots });
    statedSeries(say, `meteringPoints[${index}].sellPricePerKwh`, point.sellPricePerKwh, { slots });
    series(say, `meteringPoints[${index}].carbonKgPerKwh`, point.carbonKgPerKwh, { slots, least: 0 });
    checkDemandCharge(say, point.demandCharge, { place: `meteringPoints[${index}].demandCharge`, slots });
  }
  for (const [index, target] of targets.entries()) {
    series(say, `targets[${index}].powerKw`, target.powerKw, { slots, mayBeNull: true });
    number(say, `targets[${index}].pricePerKwh`, target.pricePerKwh, { least: 0 });
  }
  for (const [index, payment] of payments.entries())
    checkPayment(say, payment, { place: `payments[${index}]`, slots });
  for (const [field, value] of Object.entries(penalties))
    number(say, `penalties.${field}`, value, { least: 0, most: MOST_MONEY });
  for (const [field, value] of Object.entries(weights))
    number(say, `weights.${field}`, value, { least: 0, most: MOST_MONEY });
  const { cost, peak, carbon, comfort } = weights;
  if (Math.max(cost, peak, carbon, comfort) <= 0)
    say("weights", "must weigh something: one of cost, peak, carbon and comfort above 0");
};

const checkSupply = (say: Say, { supplyPu }: Problem): void => {
  number(say, "supplyPu", supplyPu, { most: MOST_PU });
  if (supplyPu <= 0) say("supplyPu", `must be above 0, is ${supplyPu}`);
};

const checkReferences = (say: Say, problem: Problem): void => {
  const nodes = new Set(problem.nodes.map(({ id }) => id));
  for (const list of ["sessions", "storages", "meteringPoints", "targets", "payments"] as const)
    for (const [index, { nodeId }] of problem[list].entries())
      if (!nodes.has(nodeId)) say(`${list}[${index}].nodeId`, `"${nodeId}" is not a node`);
  for (const list of ["nodes", "sessions", "storages", "meteringPoints", "targets", "payments"] as const)
    checkUnique(
      say,
      list,
      problem[list].map(({ id }) => id),
    );
  const cars = new Set(problem.sessions.map(({ id }) => id));
  for (const [index, { id }] of problem.storages.entries())
    if (cars.has(id)) say(`storages[${index}].id`, `"${id}" is already used by a session`);
  checkUnique(
    say,
    "meteringPoints",
    problem.meteringPoints.map(({ nodeId }) => nodeId),
    "nodeId",
  );
  checkUnique(say, "previous", problem.previous?.map(({ sessionId }) => sessionId) ?? [], "sessionId");
};

/** Everything in a problem that contradicts itself, each with its place; empty when it is sound. */
export const faultsOf = (problem: Problem): ProblemFault[] => {
  const faults: ProblemFault[] = [];
  const say: Say = (place, message) => void faults.push({ place, message });
  const slots = slotCount(problem.horizon);
  checkHorizon(say, problem);
  checkTree(say, problem);
  checkSupply(say, problem);
  for (const [index, node] of problem.nodes.entries()) checkNode(say, node, { index, slots });
  for (const [index, session] of problem.sessions.entries())
    checkSession(say, session, { place: `sessions[${index}]`, slots });
  for (const [index, storage] of problem.storages.entries()) checkStorage(say, storage, `storages[${index}]`);
  checkExclusive(say, problem);
  checkPrices(say, problem, slots);
  for (const [index, { powerKw }] of (problem.previous ?? []).entries())
    statedSeries(say, `previous[${index}].powerKw`, powerKw, { slots });
  checkReferences(say, problem);
  return [...faults, ...floorFaults(problem), ...swapStationFaults(problem)];
};
