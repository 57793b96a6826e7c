import { type PhaseShares, phaseSharesOf } from "../phases.js";
import { at, pathFrom } from "../tree.js";
import type { Formulation } from "./context.js";
import { addColumn, addRow, ofNode } from "./linear-model.js";
import { mostTogether } from "./power.js";

/**
 * A node where sessions that are kept apart enter the model: all that it knows of them is how much they
 * charge and discharge together. Where a phase above is limited, sessions on other phases have a gate of
 * their own. Arrays over slots; -1 where there is none.
 */
export interface Gate {
  readonly node: number;
  /** Sessions kept apart whose way up meets this gate first. */
  readonly sessions: readonly number[];
  /** What their power counts on each phase; of one of them, where no phase above is limited. */
  readonly shares: PhaseShares;
  /** Their charge less their discharge, kW: where nothing above asks for one of the two alone. */
  readonly net: GateSum;
  readonly charge: GateSum;
  readonly discharge: GateSum;
}

interface GateSum {
  /** The sum itself. */
  readonly column: number[];
  /** Sum over the sessions − column = 0, an open row. */
  readonly row: number[];
}

type Kind = "net" | "charge" | "discharge";

const emptySum = (slots: number): GateSum => ({
  column: Array.from({ length: slots }, () => -1),
  row: Array.from({ length: slots }, () => -1),
});

/** Nearest node at or above each where power is counted in one way or another. */
const gateNodes = ({ problem, tree, carrier, voltage }: Formulation): number[] => {
  const gate: number[] = [];
  for (const [node, { failsafe, dischargeLimitKw, phaseLimitKw, line }] of problem.nodes.entries()) {
    const isGate =
      carrier[node] === node ||
      failsafe !== null ||
      dischargeLimitKw !== null ||
      phaseLimitKw !== null ||
      (line !== null && voltage.length > 0);
    gate.push(isGate ? node : at(gate, at(tree.parent, node)));
  }
  return gate;
};

/** Whether the limit of a phase at a node or above it can bind in any slot. */
const countsPhases = ({ tree, phaseBinds }: Formulation, node: number): boolean =>
  pathFrom(node, tree.parent).some((above) => phaseBinds[above]?.some((slots) => slots.includes(true)));

/** Gates of the sessions kept apart, without columns and rows yet. */
export const gatesOf = (formulation: Formulation): Gate[] => {
  const { problem, tree, apart, slots } = formulation;
  const gate = gateNodes(formulation);
  const onPhases = tree.parent.map((_, node) => countsPhases(formulation, node));
  const found = new Map<string, { node: number; shares: PhaseShares; sessions: number[] }>();
  for (const [session, place] of tree.nodeOfSession.entries()) {
    const known = problem.sessions[session];
    if (apart[session] !== true || known === undefined) continue;
    const node = at(gate, place);
    const shares = phaseSharesOf(known);
    const key = onPhases[node] === true ? `${node} ${JSON.stringify(shares)}` : `${node}`;
    const own = found.get(key);
    if (own === undefined) found.set(key, { node, shares, sessions: [session] });
    else own.sessions.push(session);
  }
  return [...found.values()].map((own) => ({
    ...own,
    net: emptySum(slots),
    charge: emptySum(slots),
    discharge: emptySum(slots),
  }));
};

/** Gates at a node and below it. */
export const gatesBelow = ({ gates, tree }: Formulation, node: number): readonly Gate[] =>
  gates.filter((gate) => pathFrom(gate.node, tree.parent).includes(node));

/** Whether a row above counts charge or discharge by itself, or a phase counts them unlike. */
const isSplit = (
  { tree, failsafeBinds, dischargeBinds, phaseBinds }: Formulation,
  { node, shares }: Gate,
  slot: number,
): boolean => {
  const isUnlike = shares.charge.some((share, phase) => share !== shares.discharge[phase]);
  return pathFrom(node, tree.parent).some(
    (above) =>
      failsafeBinds[above]?.[slot] === true ||
      dischargeBinds[above]?.[slot] === true ||
      (isUnlike && phaseBinds[above]?.some((slots) => slots[slot] === true)),
  );
};

const addSum = (
  { model }: Formulation,
  sum: GateSum,
  { node, slot, low, high }: { node: number; slot: number; low: number; high: number },
): void => {
  if (low >= high) return;
  const column = addColumn(model, { cost: 0, lower: low, upper: high });
  sum.column[slot] = column;
  sum.row[slot] = addRow(model, { lower: 0, upper: 0, owner: ofNode(node), slot }, [[column, -1]]);
  model.openRow.push(at(sum.row, slot));
};

/** Columns and open rows of every gate and slot. */
export const addGates = (formulation: Formulation): void => {
  const { problem, slots, gates } = formulation;
  for (const gate of gates) {
    const { node, sessions, net, charge, discharge } = gate;
    const most = sessions.map((index) => problem.sessions[index]).filter((session) => session !== undefined);
    const together = mostTogether(most, slots);
    for (let slot = 0; slot < slots; slot++) {
      const [chargeKw, dischargeKw] = [at(together.chargeKw, slot), at(together.dischargeKw, slot)];
      if (isSplit(formulation, gate, slot)) {
        addSum(formulation, charge, { node, slot, low: 0, high: chargeKw });
        addSum(formulation, discharge, { node, slot, low: 0, high: dischargeKw });
      } else addSum(formulation, net, { node, slot, low: -dischargeKw, high: chargeKw });
    }
  }
};

/** What a gate adds to a row that counts charge by one factor and discharge by another. */
export const gateEntries = (
  gate: Gate,
  slot: number,
  { charge, discharge }: { charge: number; discharge: number },
): [number, number][] => {
  const factor: Record<Kind, number> = { net: charge, charge, discharge };
  return (["net", "charge", "discharge"] as const)
    .filter((kind) => at(gate[kind].column, slot) >= 0)
    .map((kind): [number, number] => [at(gate[kind].column, slot), factor[kind]]);
};
