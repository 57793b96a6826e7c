import { at } from "../tree.js";
import type { VoltageRow } from "../voltage.js";
import type { Formulation } from "./context.js";
import { gateEntries, gatesBelow } from "./gates.js";
import { addColumn, addRow, type Entries, ofNode } from "./linear-model.js";
import { bounds } from "./power.js";

/** Most that all sessions can count together in a slot by charging and by discharging, kW. */
const mostOf = (
  { problem, tree }: Formulation,
  { top, effect }: VoltageRow,
  slot: number,
): { load: number; feed: number } => {
  let [load, feed] = [0, 0];
  for (const index of tree.sessionsBelow[top] ?? []) {
    const session = problem.sessions[index];
    if (session === undefined) continue;
    const { chargeKw, dischargeKw } = bounds(session, slot);
    const counted = at(effect, at(tree.nodeOfSession, index));
    load += counted * chargeKw;
    feed += counted * dischargeKw;
  }
  return { load, feed };
};

/** What sessions count, charge positive: columns of their own, or their gates. */
const loadEntries = (formulation: Formulation, { top, effect }: VoltageRow, slot: number): Entries => {
  const { tree, apart, sessionColumns } = formulation;
  const entries: [number, number][] = [];
  for (const index of tree.sessionsBelow[top] ?? []) {
    if (apart[index] === true) continue;
    const counted = at(effect, at(tree.nodeOfSession, index));
    for (const column of sessionColumns[index]?.charge[slot] ?? []) entries.push([column, counted]);
    for (const column of sessionColumns[index]?.discharge[slot] ?? []) entries.push([column, -counted]);
  }
  for (const gate of gatesBelow(formulation, top)) {
    const counted = at(effect, gate.node);
    entries.push(...gateEntries(gate, slot, { charge: counted, discharge: -counted }));
  }
  return entries;
};

/**
 * Σ effect·(charge − discharge) ≤ room before the voltage of a node is too low, and its negative ≤ room before
 * it is too high. What is broken with every car at rest may be, at the last price. A row belongs to the node
 * below the topmost line that counts, which stands above all that it meets: so the arrow stays nested.
 */
export const addVoltageLimits = (formulation: Formulation): void => {
  const { model, weights, voltage, lowVoltageRows, highVoltageRows, slots } = formulation;
  for (const row of voltage)
    for (let slot = 0; slot < slots; slot++) {
      const most = mostOf(formulation, row, slot);
      const cost = weights.limitSlackPerKwh * at(weights.hours, slot);
      const add = (roomKw: number, mostKw: number, sign: 1 | -1): number => {
        if (mostKw <= roomKw && roomKw >= 0) return -1;
        const entries = loadEntries(formulation, row, slot).map(([column, counted]): [number, number] => [
          column,
          sign * counted,
        ]);
        if (roomKw < 0) entries.push([addColumn(model, { cost, lower: 0, upper: -roomKw }), -1]);
        return addRow(model, { upper: roomKw, owner: ofNode(row.top), slot }, entries);
      };
      lowVoltageRows[row.node]?.splice(slot, 1, add(at(row.lowKw, slot), most.load, 1));
      highVoltageRows[row.node]?.splice(slot, 1, add(at(row.highKw, slot), most.feed, -1));
    }
};
