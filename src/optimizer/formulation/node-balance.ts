import { MARGIN_KW } from "../number-bounds.js";
import { netCost } from "../squares.js";
import { at } from "../tree.js";
import { sessionsByNode } from "./binds.js";
import type { Formulation } from "./context.js";
import { type Gate, gateEntries } from "./gates.js";
import { addColumn, addRow, ofNode } from "./linear-model.js";
import { mostTogether } from "./power.js";

/**
 * Least and most net power of every node in a slot, all that is below it added up; and the least with
 * every car at rest: all PV is used but what export limits keep in.
 */
export const addRanges = ({ problem, tree, range, slots }: Formulation): void => {
  const own = sessionsByNode(problem, tree).map((sessions) => mostTogether(sessions, slots));
  for (let node = problem.nodes.length - 1; node >= 0; node--) {
    const { baseKw, pvKw, exportLimitKw } = problem.nodes[node] ?? { baseKw: [], pvKw: [] };
    for (let slot = 0; slot < slots; slot++) {
      let low = at(baseKw, slot) - at(pvKw, slot);
      let high = at(baseKw, slot);
      let resting = low;
      for (const child of tree.children[node] ?? []) {
        low += at(range[child]?.low, slot);
        high += at(range[child]?.high, slot);
        resting += at(range[child]?.resting, slot);
      }
      low -= at(own[node]?.dischargeKw, slot);
      high += at(own[node]?.chargeKw, slot);
      range[node]?.low.push(low);
      range[node]?.high.push(high);
      range[node]?.resting.push(Math.max(resting, -(exportLimitKw?.[slot] ?? Infinity)));
    }
  }
};

/**
 * Net power within its limits. Only base load may break an import limit, at the last price and no further
 * than with every car at rest, so there is always a plan; PV can be curtailed, so no export limit breaks.
 */
const addNet = (formulation: Formulation, node: number, slot: number): void => {
  const { model, problem, range, weights, nodeColumns } = formulation;
  const columns = nodeColumns[node];
  if (columns === undefined) return;
  const low = at(range[node]?.low, slot) - MARGIN_KW;
  const high = at(range[node]?.high, slot) + MARGIN_KW;
  const most = problem.nodes[node]?.importLimitKw?.[slot] ?? null;
  const least = problem.nodes[node]?.exportLimitKw?.[slot] ?? null;
  const upper = most ?? Math.max(high, -(least ?? 0));
  const lower = least === null ? Math.min(low, upper) : -least;
  const hours = at(weights.hours, slot);
  const own = problem.nodes[node];
  const squares = own === undefined ? { square: 0, linear: 0, constant: 0 } : netCost(own, slot);
  const [square, linear] = [squares.square * hours, squares.linear * hours];
  model.offset += squares.constant * hours;
  columns.net[slot] = addColumn(model, { cost: linear, square, lower, upper });
  // (upper + over)² − upper², so that squares stay apart: over is dearer than all that net has, which fills first.
  const cost = weights.limitSlackPerKwh * hours + 2 * square * upper + linear;
  const overKw = at(range[node]?.resting, slot) - upper;
  if (overKw > 0) columns.over[slot] = addColumn(model, { cost, square, lower: 0, upper: overKw });
};

/** Entries of a kept node's net power, what breaks its limits included. */
export const netEntries = (
  { nodeColumns }: Formulation,
  { node, slot, sign }: { node: number; slot: number; sign: number },
): [number, number][] => {
  const { net, over } = nodeColumns[node] ?? { net: [], over: [] };
  const entries: [number, number][] = [[at(net, slot), sign]];
  if ((over[slot] ?? -1) >= 0) entries.push([at(over, slot), sign]);
  return entries;
};

interface Balance {
  readonly entries: [number, number][];
  known: number;
}

const addOwnLoad = (formulation: Formulation, node: number, slot: number, balance: Balance): void => {
  const { model, problem, nodeColumns } = formulation;
  const { baseKw, pvKw } = problem.nodes[node] ?? { baseKw: [], pvKw: [] };
  balance.known += at(baseKw, slot) - at(pvKw, slot);
  if (at(pvKw, slot) <= 0) return;
  const curtailed = addColumn(model, { cost: 0, lower: 0, upper: at(pvKw, slot) });
  nodeColumns[node]?.curtailed.splice(slot, 1, curtailed);
  balance.entries.push([curtailed, -1]);
};

const addSessions = (
  formulation: Formulation,
  sessions: readonly number[],
  slot: number,
  balance: Balance,
): void => {
  for (const session of sessions) {
    const columns = formulation.sessionColumns[session];
    for (const column of columns?.charge[slot] ?? []) balance.entries.push([column, -1]);
    for (const column of columns?.discharge[slot] ?? []) balance.entries.push([column, 1]);
  }
};

/**
 * Balance of every kept node: net − curtailed − Σ net of kept nodes below − Σ (charge − discharge) =
 * base − pv, with everything of the nodes folded into it.
 */
export const addBalances = (formulation: Formulation): void => {
  const { problem, tree, carrier, slots, model, balanceRows } = formulation;
  const members: number[][] = problem.nodes.map(() => []);
  const keptBelow: number[][] = problem.nodes.map(() => []);
  const sessions: number[][] = problem.nodes.map(() => []);
  for (const [node, holder] of carrier.entries()) {
    members[holder]?.push(node);
    const above = at(tree.parent, node);
    if (holder === node && above >= 0) keptBelow[at(carrier, above)]?.push(node);
  }
  const gates: Gate[][] = problem.nodes.map(() => []);
  for (const [session, node] of tree.nodeOfSession.entries())
    if (formulation.apart[session] !== true) sessions[at(carrier, node)]?.push(session);
  for (const gate of formulation.gates) gates[at(carrier, gate.node)]?.push(gate);
  for (const node of problem.nodes.keys()) {
    if (carrier[node] !== node) continue;
    for (let slot = 0; slot < slots; slot++) addNet(formulation, node, slot);
  }
  for (const node of problem.nodes.keys()) {
    if (carrier[node] !== node) continue;
    for (let slot = 0; slot < slots; slot++) {
      const balance: Balance = { entries: netEntries(formulation, { node, slot, sign: 1 }), known: 0 };
      for (const member of members[node] ?? []) addOwnLoad(formulation, member, slot, balance);
      for (const below of keptBelow[node] ?? [])
        balance.entries.push(...netEntries(formulation, { node: below, slot, sign: -1 }));
      addSessions(formulation, sessions[node] ?? [], slot, balance);
      for (const gate of gates[node] ?? [])
        balance.entries.push(...gateEntries(gate, slot, { charge: -1, discharge: 1 }));
      const row = addRow(
        model,
        { lower: balance.known, upper: balance.known, owner: ofNode(node), slot },
        balance.entries,
      );
      balanceRows[node]?.splice(slot, 1, row);
    }
  }
};
