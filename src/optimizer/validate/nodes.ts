import type { Problem, ProblemNode } from "../../domain/problem.js";
import { MOST_KW } from "../number-bounds.js";
import { PHASES } from "../phases.js";
import { number, type Say, series, statedSeries } from "./say.js";

const MOST_VOLTS = 1e6;
const MOST_OHM = 1e4;
const MOST_PU = 10;

export const checkTree = (say: Say, { nodes }: Problem): void => {
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

/** An event that sets a limit must have set one. */
const checkLimitSource = (
  say: Say,
  { limitSource, importLimitKw }: ProblemNode,
  { place, slots }: { place: string; slots: number },
): void => {
  if (limitSource === null) return;
  if (limitSource.length !== slots)
    say(`${place}.limitSource`, `must have one value per slot (${slots}), has ${limitSource.length}`);
  for (const [slot, event] of limitSource.entries())
    if (event !== null && (importLimitKw?.[slot] ?? null) === null)
      say(`${place}.limitSource[${slot}]`, `"${event}" sets the limit, but importLimitKw has none there`);
};

export const checkNode = (
  say: Say,
  node: ProblemNode,
  { index, slots }: { index: number; slots: number },
): void => {
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
  checkLimitSource(say, node, { place, slots });
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
export const checkExclusive = (say: Say, problem: Problem): void => {
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

export const checkSupply = (say: Say, { supplyPu }: Problem): void => {
  number(say, "supplyPu", supplyPu, { most: MOST_PU });
  if (supplyPu <= 0) say("supplyPu", `must be above 0, is ${supplyPu}`);
};
