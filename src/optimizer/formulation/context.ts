import { slotCount } from "../../domain/horizon.js";
import type { Problem } from "../../domain/problem.js";
import { PHASES } from "../phases.js";
import { isSquared } from "../squares.js";
import { withStorages } from "../storages.js";
import { unservedCost } from "../swaps/visits.js";
import { at, type Tree, treeOf } from "../tree.js";
import { type VoltageRow, voltageRowsOf } from "../voltage.js";
import { weighted } from "../weighted.js";
import { type Weights, weightsOf } from "../weights.js";
import { bindsOf } from "./binds.js";
import { type Gate, gatesOf } from "./gates.js";
import { emptyModel, type LinearModel } from "./linear-model.js";
import { type PhaseBinds, phaseBindsOf } from "./phase-limit.js";

/** Columns of one session; -1 where there is none. Arrays over slots unless said otherwise. */
interface SessionColumns {
  /** Charge power, kW: one column, or two that meet at the power in force. */
  readonly charge: number[][];
  readonly discharge: number[][];
  /** Energy at the start of each slot and at the end; -1 where it is not a variable. */
  readonly energy: number[];
  beyond: number;
}

interface SessionRows {
  /** Energy recursion; one row for all slots where no state of energy is needed. */
  readonly battery: number[];
  terminal: number;
  /** Energy discharged over the whole window; -1 where nothing bounds it. */
  dischargeTotal: number;
  readonly reserve: number[];
  readonly lag: number[];
  readonly taper: number[];
}

/** Columns of one node per slot; empty for nodes that are folded into the one above. */
interface NodeColumns {
  readonly net: number[];
  readonly over: number[];
  readonly curtailed: number[];
}

interface MeterColumns {
  readonly bought: number[];
  readonly sold: number[];
}

export interface Formulation {
  readonly problem: Problem;
  readonly tree: Tree;
  readonly weights: Weights;
  readonly slots: number;
  /** Sessions that a solver has columns of its own for; the model knows them by their gates. */
  readonly apart: readonly boolean[];
  readonly gates: readonly Gate[];
  /** Whether the fail-safe row, and the bound on discharge, of each node and slot can bind. */
  readonly failsafeBinds: readonly (readonly boolean[])[];
  readonly dischargeBinds: readonly (readonly boolean[])[];
  readonly phaseBinds: PhaseBinds;
  /** Voltage limits, as load that they leave room for. */
  readonly voltage: readonly VoltageRow[];
  readonly model: LinearModel;
  /** The node whose balance row carries the load at each node: itself or one above. */
  readonly carrier: readonly number[];
  readonly sessionColumns: readonly SessionColumns[];
  readonly sessionRows: readonly SessionRows[];
  readonly nodeColumns: readonly NodeColumns[];
  readonly meterColumns: readonly MeterColumns[];
  readonly balanceRows: number[][];
  readonly failsafeRows: number[][];
  readonly dischargeRows: number[][];
  /** Per node, phase and slot. */
  readonly phaseRows: number[][][];
  readonly lowVoltageRows: number[][];
  readonly highVoltageRows: number[][];
  readonly meterRows: number[][];
  /** Per metering point and slot, the row that holds bought power under its billed peak. */
  readonly demandRows: number[][];
  /** Power above the billed peak, kW, the same in each slot that counts: a column per slot. */
  readonly excessColumns: number[][];
  /** The same of the highest bought power at any time, where that has a weight. */
  readonly peakRows: number[][];
  readonly peakColumns: number[][];
  readonly targetRows: number[][];
  readonly paymentRows: number[][];
  /** Least and most net power that each node can have, and the least with every car at rest, per slot, kW. */
  readonly range: readonly { readonly low: number[]; readonly high: number[]; readonly resting: number[] }[];
}

const none = (length: number): number[] => Array.from({ length }, () => -1);

const emptyColumns = (slots: number): SessionColumns => ({
  charge: Array.from({ length: slots }, () => []),
  discharge: Array.from({ length: slots }, () => []),
  energy: none(slots === 0 ? 0 : slots + 1),
  beyond: -1,
});

const emptyRows = (slots: number): SessionRows => ({
  battery: none(slots),
  terminal: -1,
  dischargeTotal: -1,
  reserve: none(slots),
  lag: none(slots),
  taper: none(slots),
});

/**
 * A node needs a balance of its own where power is limited, priced, squared, targeted or paid for, and at the
 * root.
 */
const isKept = (problem: Problem, tree: Tree, node: number): boolean => {
  const own = problem.nodes[node];
  const { importLimitKw, exportLimitKw, id } = own ?? {};
  return (
    at(tree.parent, node) < 0 ||
    at(tree.ownMeter, node) >= 0 ||
    (own !== undefined && isSquared(own)) ||
    (importLimitKw?.some((limit) => limit !== null) ?? false) ||
    (exportLimitKw?.some((limit) => limit !== null) ?? false) ||
    problem.targets.some((target) => target.nodeId === id) ||
    problem.payments.some((payment) => payment.nodeId === id)
  );
};

const carriersOf = (problem: Problem, tree: Tree): number[] => {
  const carrier: number[] = [];
  for (const node of problem.nodes.keys())
    carrier.push(isKept(problem, tree, node) ? node : at(carrier, at(tree.parent, node)));
  return carrier;
};

/** An empty formulation with every place for columns and rows; of sessions apart only the gates. */
export const contextOf = (asked: Problem, apart: readonly boolean[]): Formulation => {
  const problem = weighted(withStorages(asked));
  const slots = slotCount(problem.horizon);
  const tree = treeOf(problem);
  const meterOfSession = tree.nodeOfSession.map((node) => at(tree.meterOfNode, node));
  const empty = {
    problem,
    tree,
    weights: weightsOf(problem, meterOfSession),
    slots,
    apart,
    gates: [],
    ...bindsOf(problem, tree),
    phaseBinds: phaseBindsOf(problem, tree),
    voltage: voltageRowsOf(problem),
    model: { ...emptyModel(), offset: unservedCost(problem) },
    carrier: carriersOf(problem, tree),
    sessionColumns: problem.sessions.map((_, session) =>
      apart[session] === true ? emptyColumns(0) : emptyColumns(slots),
    ),
    sessionRows: problem.sessions.map((_, session) =>
      apart[session] === true ? emptyRows(0) : emptyRows(slots),
    ),
    nodeColumns: problem.nodes.map(() => ({
      net: none(slots),
      over: none(slots),
      curtailed: none(slots),
    })),
    meterColumns: problem.meteringPoints.map(() => ({ bought: none(slots), sold: none(slots) })),
    balanceRows: problem.nodes.map(() => none(slots)),
    failsafeRows: problem.nodes.map(() => none(slots)),
    dischargeRows: problem.nodes.map(() => none(slots)),
    phaseRows: problem.nodes.map(() => PHASES.map(() => none(slots))),
    lowVoltageRows: problem.nodes.map(() => none(slots)),
    highVoltageRows: problem.nodes.map(() => none(slots)),
    meterRows: problem.meteringPoints.map(() => none(slots)),
    demandRows: problem.meteringPoints.map(() => none(slots)),
    peakRows: problem.meteringPoints.map(() => none(slots)),
    peakColumns: problem.meteringPoints.map(() => none(slots)),
    excessColumns: problem.meteringPoints.map(() => none(slots)),
    targetRows: problem.targets.map(() => none(slots)),
    paymentRows: problem.payments.map(() => none(slots)),
    range: problem.nodes.map(() => ({ low: [], high: [], resting: [] })),
  };
  return { ...empty, gates: gatesOf(empty) };
};
