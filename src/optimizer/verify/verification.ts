import type { Problem } from "../../domain/problem.js";
import { checkSession, collector, type Report, type Violation } from "./check.js";
import { sessionCostOf } from "./cost.js";
import { curtailedAround, type EventResult, eventResults, missedEvents } from "./events.js";
import { checkExclusive } from "./exclusive.js";
import {
  beyondLimits,
  beyondPhases,
  drawnIn,
  type MeterPeak,
  peaksOf,
  restingNet,
  restingPhases,
  type SlotFlows,
  slotCostOf,
  withCurtailed,
} from "./network.js";
import { chooseCurtailments } from "./peak-curtailment.js";
import { type Statement, stateOf } from "./statement.js";
import { type Inventory, inventoryOf } from "./swaps.js";
import { voltageRooms } from "./voltage.js";

/** Powers to verify, in problem order, those of storages and of swap batteries after the sessions'; without curtailment the cheapest is chosen. */
export interface PowersToVerify {
  readonly chargeKw: readonly (readonly number[])[];
  readonly dischargeKw: readonly (readonly number[])[];
  readonly curtailedKw?: readonly (readonly number[])[];
}

export interface Verification {
  /** Money, penalties and small prices of the plan. */
  readonly objective: number;
  /** Energy bought − sold − paid for reduction, demand charges above what is billed, wear. */
  readonly moneyCost: number;
  /** Largest relative violation; a limit that base load alone breaks does not count. */
  readonly maxViolation: number;
  readonly violations: readonly Violation[];
  /** Of sessions and, after them, storages and swap batteries. */
  readonly energyKwh: readonly (readonly number[])[];
  readonly shortfallKwh: readonly number[];
  readonly netKw: readonly (readonly number[])[];
  readonly curtailedKw: readonly (readonly number[])[];
  /** Power beyond the import or export limit per node and slot, avoidable or not, kW. */
  readonly overKw: readonly (readonly number[])[];
  /** Power beyond the limit of the phase that is furthest over its own, per node and slot, kW. */
  readonly phaseOverKw: readonly (readonly number[])[];
  /** Load or feed beyond what a node's voltage limits leave room for, per node and slot, kW. */
  readonly voltageOverKw: readonly (readonly number[])[];
  /** Charging power beyond the headroom of the fail-safe row per node and slot, kW. */
  readonly failsafeOverKw: readonly (readonly number[])[];
  /** CO₂ of what is bought, per metering point, kg. */
  readonly carbonKg: readonly number[];
  /** Highest bought power per metering point, and what that costs. */
  readonly peaks: readonly MeterPeak[];
  /** Batteries of each swap station, counted from their energies. */
  readonly inventories: readonly Inventory[];
  /** What comes of each payment. */
  readonly events: readonly EventResult[];
}

interface SlotWork {
  readonly slot: number;
  readonly curtailed: readonly number[];
  readonly flows: SlotFlows;
}

/** A voltage limit may be passed only by what passes it with every car at rest. */
const checkVoltages = (
  statement: Statement,
  work: SlotWork,
  report: Report,
): { over: number[]; broken: number } => {
  const { problem, lengthH, breakingPrice } = statement;
  const { slot, flows } = work;
  const over = problem.nodes.map(() => 0);
  let broken = 0;
  for (const { node, weight, loadKw, feedKw } of voltageRooms(statement, slot)) {
    let counted = 0;
    for (const [from, kw] of flows.ownKw.entries()) if (kw !== 0) counted += weight(from) * kw;
    const low = Math.max(0, counted - loadKw);
    const high = Math.max(0, -counted - feedKw);
    report(() => `nodes[${node}].voltageLimits.minPu[${slot}]`, low - Math.max(0, -loadKw), loadKw);
    report(() => `nodes[${node}].voltageLimits.maxPu[${slot}]`, high - Math.max(0, -feedKw), feedKw);
    over[node] = low + high;
    broken += (low + high) * (lengthH[slot] ?? 0) * breakingPrice;
  }
  return { over, broken };
};

/** What the limits of one slot come to, by node, and what is metered, kW. */
interface Limits {
  readonly net: number[];
  readonly over: number[];
  readonly phaseOver: number[];
  readonly failsafeOver: number[];
  readonly broken: number;
  readonly meteredKw: number[];
}

/** An import limit may be passed only by what passes it with every car at rest, an export limit never. */
const checkLimits = (statement: Statement, work: SlotWork, report: Report): Limits => {
  const { problem, lengthH, breakingPrice } = statement;
  const { slot, flows } = work;
  const resting = restingNet(statement, slot);
  const restingPhaseKw = restingPhases(statement, slot);
  const phaseOver = problem.nodes.map(() => 0);
  let broken = 0;
  const failsafeOver = problem.nodes.map(() => 0);
  const over = flows.netKw.map((netKw, node) => {
    const [above, below] = beyondLimits(statement, { node, slot, netKw });
    const [restingAbove] = beyondLimits(statement, { node, slot, netKw: resting[node] ?? 0 });
    const { importLimitKw, exportLimitKw, dischargeLimitKw, failsafe } = problem.nodes[node] ?? {};
    report(() => `nodes[${node}].importLimitKw[${slot}]`, above - restingAbove, importLimitKw?.[slot] ?? 1);
    report(() => `nodes[${node}].exportLimitKw[${slot}]`, below, exportLimitKw?.[slot] ?? 1);
    const mostBackKw = dischargeLimitKw?.[slot] ?? Infinity;
    const backKw = flows.dischargeKw[node] ?? 0;
    report(() => `nodes[${node}].dischargeLimitKw[${slot}]`, Math.max(0, backKw - mostBackKw), mostBackKw);
    if (failsafe !== null && failsafe !== undefined) {
      const headroom = Math.max(0, failsafe.headroomKw[slot] ?? 0);
      const excess = Math.max(0, (flows.chargeKw[node] ?? 0) - headroom);
      report(() => `nodes[${node}].failsafe[${slot}]`, excess, headroom);
      failsafeOver[node] = excess;
      broken += excess * (lengthH[slot] ?? 0) * breakingPrice;
    }
    const beyond = beyondPhases(statement, { node, slot, phaseKw: flows.phaseKw[node] });
    const unavoidable = beyondPhases(statement, { node, slot, phaseKw: restingPhaseKw[node] });
    for (const [phase, overKw] of beyond.entries()) {
      const scale = problem.nodes[node]?.phaseLimitKw?.[phase]?.[slot] ?? 1;
      report(
        () => `nodes[${node}].phaseLimitKw[${phase}][${slot}]`,
        overKw - (unavoidable[phase] ?? 0),
        scale,
      );
      phaseOver[node] = Math.max(phaseOver[node] ?? 0, overKw);
    }
    return above + below;
  });
  return { net: flows.netKw, over, phaseOver, failsafeOver, broken, meteredKw: flows.meteredKw };
};

const checkCurtailment = ({ problem }: Statement, { slot, curtailed }: SlotWork, report: Report): void => {
  for (const [node, { pvKw }] of problem.nodes.entries()) {
    const powerKw = curtailed[node] ?? 0;
    report(
      () => `nodes[${node}].curtailedKw[${slot}]`,
      Math.max(-powerKw, powerKw - (pvKw[slot] ?? 0)),
      pvKw[slot],
    );
  }
};

const transpose = (rows: readonly (readonly number[])[], width: number): number[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? 0));

/** Of each swap station, by the energies of all batteries. */
const countedIn = (
  { problem, owned, stationOfStay, slots }: Statement,
  energyKwh: readonly (readonly number[])[],
): Inventory[] =>
  problem.swapStations.map((station, number) => {
    const stays = problem.sessions.flatMap((session, at) =>
      stationOfStay[at - owned] === number ? [{ session, energiesKwh: energyKwh[at] ?? [] }] : [],
    );
    return inventoryOf(station, stays, slots);
  });

/**
 * Recomputes from problem and powers alone: every bound and limit in every slot, energy, and the
 * objective in money. With `semiContinuous`, as for a plan that is sent, power must be 0 or at least the minimum,
 * an exclusive pile serves one car at a time, and a battery that is lent short of full is a whole stock-out. Once it `isLate`, the search for the cheapest curtailment ends with
 * the best found; all else is recomputed in full.
 */
export const verify = (
  asked: Problem,
  powers: PowersToVerify,
  { semiContinuous, isLate = () => false }: { semiContinuous: boolean; isLate?: () => boolean },
): Verification => {
  const statement = stateOf(asked);
  const { problem } = statement;
  const { report, violations } = collector();
  const energyKwh = problem.sessions.map((_, number) =>
    checkSession(
      statement,
      {
        number,
        semiContinuous,
        powers: { charge: powers.chargeKw[number] ?? [], discharge: powers.dischargeKw[number] ?? [] },
      },
      report,
    ),
  );
  let moneyCost = 0;
  let objective = statement.neverLent;
  const shortfallKwh = problem.sessions.map((_, number) => {
    const charge = powers.chargeKw[number] ?? [];
    const discharge = powers.dischargeKw[number] ?? [];
    const energies = energyKwh[number] ?? [];
    const cost = sessionCostOf(statement, { number, charge, discharge, energies, isWhole: semiContinuous });
    moneyCost += cost.wear;
    objective += cost.weighedWear + cost.other;
    return cost.shortfallKwh;
  });
  const chargeAt = (session: number, slot: number): number => powers.chargeKw[session]?.[slot] ?? Number.NaN;
  const dischargeAt = (session: number, slot: number): number =>
    powers.dischargeKw[session]?.[slot] ?? Number.NaN;
  const powerAt = (session: number, slot: number): number =>
    chargeAt(session, slot) + dischargeAt(session, slot);
  if (semiContinuous) checkExclusive(statement, powerAt, report);
  const drawn = statement.lengthH.map((_, slot) =>
    drawnIn(statement, slot, { charge: chargeAt, discharge: dischargeAt }),
  );
  const given = powers.curtailedKw ?? [];
  const curtailments =
    given.length > 0
      ? statement.lengthH.map((_, slot) => problem.nodes.map((__, node) => given[node]?.[slot] ?? 0))
      : curtailedAround(statement, drawn, (held) => chooseCurtailments(held, drawn, { isLate }));
  const flowsIn = drawn.map((allUsed, slot) => withCurtailed(statement, allUsed, curtailments[slot] ?? []));
  const paying = { ...statement, unpaid: missedEvents(statement, flowsIn) };
  const slots = flowsIn.map((flows, slot) => {
    const curtailed = curtailments[slot] ?? [];
    const work = { slot, curtailed, flows };
    checkCurtailment(statement, work, report);
    const limits = checkLimits(statement, work, report);
    const voltages = checkVoltages(statement, work, report);
    const cost = slotCostOf(paying, slot, work.flows);
    moneyCost += cost.money;
    objective += cost.energy + cost.targets + cost.flattening + cost.broken + limits.broken + voltages.broken;
    return { ...limits, voltageOver: voltages.over, curtailed, carbonKg: cost.carbonKg };
  });
  const peaks = peaksOf(
    statement,
    slots.map(({ meteredKw }) => meteredKw),
  );
  for (const { cost, weighed } of peaks) {
    moneyCost += cost;
    objective += weighed;
  }
  return {
    objective,
    moneyCost,
    maxViolation: violations.reduce((most, { amount }) => Math.max(most, amount), 0),
    violations,
    energyKwh,
    shortfallKwh,
    netKw: transpose(
      slots.map(({ net }) => net),
      problem.nodes.length,
    ),
    curtailedKw: transpose(
      slots.map(({ curtailed }) => curtailed),
      problem.nodes.length,
    ),
    overKw: transpose(
      slots.map(({ over }) => over),
      problem.nodes.length,
    ),
    phaseOverKw: transpose(
      slots.map(({ phaseOver }) => phaseOver),
      problem.nodes.length,
    ),
    voltageOverKw: transpose(
      slots.map(({ voltageOver }) => voltageOver),
      problem.nodes.length,
    ),
    failsafeOverKw: transpose(
      slots.map(({ failsafeOver }) => failsafeOver),
      problem.nodes.length,
    ),
    carbonKg: problem.meteringPoints.map((_, meter) =>
      slots.reduce((total, { carbonKg }) => total + (carbonKg[meter] ?? 0), 0),
    ),
    peaks,
    inventories: countedIn(statement, energyKwh),
    events: eventResults(paying, flowsIn),
  };
};
