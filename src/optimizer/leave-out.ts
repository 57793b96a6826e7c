import { MOST_POWER_KW } from "../domain/bounds.js";
import { LEFT_OUT_NOTE, type ProblemFault } from "../domain/plan.js";
import type { Problem, ProblemNode, ProblemSession } from "../domain/problem.js";
import { PHASES } from "./phases.js";

/** A place with the name of what is there: `sessions[3].endSlot (car-7)`. */
const nameOf = (problem: Problem, place: string): string => {
  const { nodes, sessions, storages, swapStations, meteringPoints, targets, payments } = problem;
  const [, list = "", index] = /^(\w+)\[(\d+)\]/.exec(place) ?? [];
  const lists = { nodes, sessions, storages, swapStations, meteringPoints, targets, payments };
  const members = new Map(Object.entries(lists)).get(list);
  const id = members?.[Number(index)]?.id;
  return id === undefined ? place : `${place} (${id})`;
};

/** What is left of a problem without its faulty parts. */
export interface SoundPart {
  readonly problem: Problem;
  /** Sessions that are planned at rest, by id. */
  readonly resting: ReadonlySet<string>;
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

type List =
  | "nodes"
  | "sessions"
  | "storages"
  | "swapStations"
  | "meteringPoints"
  | "targets"
  | "payments"
  | "previous";

/** Fields at fault of each member of a list, by its index: `sessions[3].endSlot` → 3: endSlot. */
const faultyIn = (faults: readonly ProblemFault[], list: List): ReadonlyMap<number, ReadonlySet<string>> => {
  const fields = new Map<number, Set<string>>();
  for (const { place } of faults) {
    const found = new RegExp(`^${list}\\[(\\d+)\\]\\.(\\w+)`).exec(place);
    if (found === null) continue;
    const index = Number(found[1]);
    fields.set(index, (fields.get(index) ?? new Set()).add(found[2] ?? ""));
  }
  return fields;
};

/** The same car, wanting and taking nothing: its power is 0 in every slot. */
const atRest = ({ id }: ProblemSession, nodeId: string, slots: number): ProblemSession => ({
  id,
  nodeId,
  firstSlot: 0,
  endSlot: slots,
  minChargeKw: 0,
  maxChargeKw: 0,
  minDischargeKw: 0,
  maxDischargeKw: 0,
  maxDischargeKwh: null,
  chargeEfficiency: 1,
  dischargeEfficiency: 1,
  capacityKwh: 0,
  initialKwh: 0,
  targetKwh: 0,
  reserveKwh: 0,
  taper: null,
  wearPerKwh: 0,
  salvagePerKwh: 0,
  shortfallPerPercent: 1,
  departsAfterHorizon: true,
  urgency: "normal",
  phases: [1, 2, 3],
  phasesKnown: true,
});

const sound = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !(value >= 0 && value <= MOST_POWER_KW) ? null : value;

/** A series of the horizon's length; what is no number ≥ 0 in it is replaced. */
const mended = (values: readonly (number | null)[], slots: number, instead: number): number[] =>
  Array.from({ length: slots }, (_, slot) => sound(values[slot]) ?? instead);

/** Like `mended`, but null stays: no limit there. */
const mendedLimit = (values: readonly (number | null)[], slots: number): (number | null)[] =>
  Array.from({ length: slots }, (_, slot) => (values[slot] === null ? null : (sound(values[slot]) ?? 0)));

/** Three phases of a base load; where they bear less than all of it, each bears all of it. */
const mendedPhases = (
  phases: readonly (readonly number[])[],
  baseKw: readonly number[],
  instead: number,
): number[][] => {
  const own = PHASES.map((phase) => mended(phases[phase] ?? [], baseKw.length, instead));
  return own.map((series) =>
    series.map((kw, slot) => {
      const [all, base] = [own.reduce((total, one) => total + (one[slot] ?? 0), 0), baseKw[slot] ?? 0];
      return all < base ? Math.max(kw, base) : kw;
    }),
  );
};

/** What cars below do to the voltage is not known: then they take nothing and give nothing back. */
const hasUnknownVoltage = (fields: ReadonlySet<string>): boolean =>
  ["line", "reactiveKvar", "voltageLimits"].some((field) => fields.has(field));

/**
 * On the safe side: a limit that cannot be read is 0, so is PV and the room of the fail-safe; base load
 * that cannot be read is the largest of the horizon.
 */
const mendNode = (node: ProblemNode, fields: ReadonlySet<string>, slots: number): ProblemNode => {
  const largestKw = node.baseKw.reduce((most, kw) => Math.max(most, sound(kw) ?? 0), 0);
  const baseKw = fields.has("baseKw") ? mended(node.baseKw, slots, largestKw) : node.baseKw;
  const { importLimitKw, exportLimitKw, dischargeLimitKw, phaseLimitKw, phaseBaseKw, failsafe } = node;
  return {
    ...node,
    importLimitKw: hasUnknownVoltage(fields)
      ? Array.from({ length: slots }, () => 0)
      : importLimitKw && fields.has("importLimitKw")
        ? mendedLimit(importLimitKw, slots)
        : importLimitKw,
    ...(hasUnknownVoltage(fields) ? { line: null, reactiveKvar: null, voltageLimits: null } : {}),
    exportLimitKw:
      exportLimitKw && fields.has("exportLimitKw") ? mendedLimit(exportLimitKw, slots) : exportLimitKw,
    flatteningPerKw2h: fields.has("flatteningPerKw2h") ? 0 : node.flatteningPerKw2h,
    dischargeLimitKw: hasUnknownVoltage(fields)
      ? Array.from({ length: slots }, () => 0)
      : dischargeLimitKw && fields.has("dischargeLimitKw")
        ? mendedLimit(dischargeLimitKw, slots)
        : dischargeLimitKw,
    smoothChange: fields.has("smoothChange") ? null : node.smoothChange,
    exclusive: fields.has("exclusive") ? null : node.exclusive,
    limitSource: fields.has("limitSource") ? null : node.limitSource,
    baseKw,
    pvKw: fields.has("pvKw") ? mended(node.pvKw, slots, 0) : node.pvKw,
    phaseLimitKw:
      phaseLimitKw && fields.has("phaseLimitKw")
        ? phaseLimitKw.map((phase) => mendedLimit(phase, slots))
        : phaseLimitKw,
    phaseBaseKw:
      phaseBaseKw && (fields.has("phaseBaseKw") || fields.has("baseKw"))
        ? mendedPhases(phaseBaseKw, baseKw, largestKw)
        : phaseBaseKw,
    failsafe:
      failsafe && fields.has("failsafe") ? { headroomKw: mended(failsafe.headroomKw, slots, 0) } : failsafe,
  };
};

/** What cannot be left out leaves nothing to plan: the horizon, the tree, the penalties. */
const isPart = ({ place }: ProblemFault): boolean =>
  /^(nodes\[\d+\]\.(?!id|parentId)|sessions\[|storages\[|swapStations\[|meteringPoints\[|targets\[|payments\[|previous\[)/.test(
    place,
  );

/**
 * A problem without its faulty parts: a car at fault rests, as do a storage and a swap station, a tariff, a target or a payment at fault does not count,
 * a limit, base load or PV at fault is taken on the safe side. null where the fault is in what everything
 * rests on.
 */
export const leaveOut = (problem: Problem, faults: readonly ProblemFault[]): SoundPart | null => {
  if (!faults.every(isPart)) return null;
  const slots = problem.horizon.startsMs.length;
  const [sessions, nodes] = [faultyIn(faults, "sessions"), faultyIn(faults, "nodes")];
  const [points, targets] = [faultyIn(faults, "meteringPoints"), faultyIn(faults, "targets")];
  const [payments, storages] = [faultyIn(faults, "payments"), faultyIn(faults, "storages")];
  const stations = faultyIn(faults, "swapStations");
  const root = problem.nodes[0]?.id ?? "";
  const known = new Set(problem.nodes.map(({ id }) => id));
  return {
    problem: {
      ...problem,
      nodes: problem.nodes.map((node, index) => mendNode(node, nodes.get(index) ?? new Set(), slots)),
      sessions: problem.sessions.flatMap((session, index) => {
        const fields = sessions.get(index);
        if (fields === undefined) return [session];
        return fields.has("id")
          ? []
          : [atRest(session, known.has(session.nodeId) ? session.nodeId : root, slots)];
      }),
      storages: problem.storages.filter((_, index) => !storages.has(index)),
      swapStations: problem.swapStations.filter((_, index) => !stations.has(index)),
      meteringPoints: problem.meteringPoints.filter((_, index) => !points.has(index)),
      targets: problem.targets.filter((_, index) => !targets.has(index)),
      payments: problem.payments.filter((_, index) => !payments.has(index)),
      previous:
        faultyIn(faults, "previous").size > 0 || storages.size + stations.size > 0 ? null : problem.previous,
    },
    resting: new Set([...sessions.keys()].flatMap((index) => problem.sessions[index]?.id ?? [])),
    notes: faults.map((fault) => `${LEFT_OUT_NOTE} ${nameOf(problem, fault.place)}: ${fault.message}`),
  };
};
