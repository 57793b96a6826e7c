import type { Formulation } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import type { GateLoads } from "./start.js";

/** Share of a limit that a start leaves free. */
const SPARE = 0.03;
/** Share of the sun's power that a start curtails, where it may. */
const CURTAILED = 0.05;
/** Least share of its room that a slot keeps in one round. */
const LEAST_LEFT = 0.05;
/** Power that a start both buys and sells, kW, so that neither is 0. */
const IDLE_KW = 0.5;

interface SlotLoads {
  /** Net power of each node with all that is below it, and what cars below it charge. */
  readonly netKw: Float64Array;
  readonly chargeKw: Float64Array;
}

const loadsAt = (
  { problem, tree, gates, nodeColumns, slots }: Formulation,
  loads: GateLoads,
  slot: number,
): SlotLoads => {
  const netKw = new Float64Array(problem.nodes.length);
  const chargeKw = new Float64Array(problem.nodes.length);
  for (const [node, { baseKw, pvKw }] of problem.nodes.entries()) {
    const used = at(nodeColumns[node]?.curtailed, slot) >= 0 && at(pvKw, slot) > 0 ? 1 - CURTAILED : 1;
    netKw[node] = at(baseKw, slot) - used * at(pvKw, slot);
  }
  for (const [number, gate] of gates.entries()) {
    netKw[gate.node]! += loads.charge[number * slots + slot]! - loads.discharge[number * slots + slot]!;
    chargeKw[gate.node]! += loads.charge[number * slots + slot]!;
  }
  for (let node = problem.nodes.length - 1; node > 0; node--) {
    const above = at(tree.parent, node);
    netKw[above]! += netKw[node]!;
    chargeKw[above]! += chargeKw[node]!;
  }
  return { netKw, chargeKw };
};

/** Lowers the room of gates below limits that loads pass; false where none is passed. */
export const crowd = (formulation: Formulation, loads: GateLoads, room: Float64Array): boolean => {
  const { problem, tree, gates, slots } = formulation;
  const left = new Float64Array(problem.nodes.length);
  let isCrowded = false;
  for (let slot = 0; slot < slots; slot++) {
    const { netKw, chargeKw } = loadsAt(formulation, loads, slot);
    for (const [node, { importLimitKw, failsafe }] of problem.nodes.entries()) {
      const above = at(tree.parent, node);
      const limit = (importLimitKw?.[slot] ?? Infinity) * (1 - SPARE);
      const headroom =
        failsafe === null ? Infinity : Math.max(0, at(failsafe.headroomKw, slot)) * (1 - SPARE);
      const over = Math.max(netKw[node]! - limit, chargeKw[node]! - headroom);
      const own =
        over > 0 && chargeKw[node]! > 0 ? Math.max(LEAST_LEFT, 1 - (4 * over) / chargeKw[node]!) : 1;
      left[node] = own * (above < 0 ? 1 : left[above]!);
      if (own < 1) isCrowded = true;
    }
    for (const [number, gate] of gates.entries()) room[number * slots + slot]! *= left[gate.node]!;
  }
  return isCrowded;
};

/** Power above each billed peak, as bought power has it, and a little to spare. */
const startPeaks = (formulation: Formulation, values: Float64Array): void => {
  const { problem, model, meterColumns, excessColumns, peakColumns } = formulation;
  const start = (meter: number, columns: readonly number[], billedKw: number): void => {
    const bought = meterColumns[meter]?.bought.filter((_, slot) => at(columns, slot) >= 0) ?? [];
    const peakKw = bought.reduce((most, column) => Math.max(most, at(values, column)), 0);
    const excessKw = Math.max(0, peakKw - billedKw) + IDLE_KW;
    for (const column of columns)
      if (column >= 0) values[column] = Math.min(excessKw, 0.9 * at(model.upper, column));
  };
  for (const [meter, { demandCharge }] of problem.meteringPoints.entries()) {
    start(meter, excessColumns[meter] ?? [], demandCharge?.billedPeakKw ?? 0);
    start(meter, peakColumns[meter] ?? [], 0);
  }
};

/**
 * Values of the network's columns, by column of the model, that fit what the sessions do, so that the
 * method starts near the rows; NaN where nothing is known.
 */
export const startNetwork = (formulation: Formulation, loads: GateLoads): Float64Array => {
  const { problem, tree, model, gates, carrier, nodeColumns, meterColumns, slots } = formulation;
  const values = new Float64Array(model.cost.length).fill(Number.NaN);
  const put = (column: number, value: number): void => {
    if (column >= 0) values[column] = value;
  };
  const nodeOfMeter = problem.meteringPoints.map(({ nodeId }) =>
    problem.nodes.findIndex(({ id }) => id === nodeId),
  );
  for (let slot = 0; slot < slots; slot++) {
    const { netKw } = loadsAt(formulation, loads, slot);
    for (const [number, gate] of gates.entries()) {
      const [charge, discharge] = [
        loads.charge[number * slots + slot]!,
        loads.discharge[number * slots + slot]!,
      ];
      put(at(gate.net.column, slot), charge - discharge);
      put(at(gate.charge.column, slot), charge);
      put(at(gate.discharge.column, slot), discharge);
    }
    const billedKw = nodeOfMeter.map((node) => netKw[node]!);
    for (const [node, { pvKw }] of problem.nodes.entries()) {
      if (carrier[node] === node) put(at(nodeColumns[node]?.net, slot), netKw[node]!);
      const curtailed = nodeColumns[node]?.curtailed[slot] ?? -1;
      if (curtailed >= 0) put(curtailed, CURTAILED * at(pvKw, slot));
      const above = at(tree.parent, node);
      const outer = above < 0 || at(tree.ownMeter, node) < 0 ? -1 : at(tree.meterOfNode, above);
      if (outer >= 0) billedKw[outer]! -= netKw[node]!;
    }
    for (const [meter, own] of billedKw.entries()) {
      put(at(meterColumns[meter]?.bought, slot), Math.max(0, own) + IDLE_KW);
      put(at(meterColumns[meter]?.sold, slot), Math.max(0, -own) + IDLE_KW);
    }
  }
  startPeaks(formulation, values);
  return values;
};
