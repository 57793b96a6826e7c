import type { Problem } from "../../domain/problem.js";
import { slotCount } from "../../domain/horizon.js";
import { PHASE_WEIGHT, PHASES, phaseBaseKw, phaseSharesOf } from "../phases.js";
import { at, type Tree } from "../tree.js";
import type { Formulation } from "./context.js";
import { gateEntries, gatesBelow } from "./gates.js";
import { addColumn, addRow, ofNode } from "./linear-model.js";
import { bounds } from "./power.js";

/** Whether the limit of each node, phase and slot can bind. */
export type PhaseBinds = readonly (readonly (readonly boolean[])[])[];

/** Base load of a node and of all below it on a phase, kW. */
const baseBelow = (
  { problem, tree }: { problem: Problem; tree: Tree },
  node: number,
  { phase, slot }: { phase: number; slot: number },
): number => {
  const own = problem.nodes[node];
  let total = own === undefined ? 0 : phaseBaseKw(own, phase, slot);
  for (const child of tree.children[node] ?? [])
    total += baseBelow({ problem, tree }, child, { phase, slot });
  return total;
};

/** A limit needs a row only where all that may draw on its phase together is above it. */
export const phaseBindsOf = (problem: Problem, tree: Tree): PhaseBinds => {
  const slots = Array.from({ length: slotCount(problem.horizon) }, (_, slot) => slot);
  const shares = problem.sessions.map(phaseSharesOf);
  return problem.nodes.map(({ phaseLimitKw }, node) =>
    PHASES.map((phase) =>
      slots.map((slot) => {
        const limitKw = phaseLimitKw?.[phase]?.[slot] ?? null;
        if (limitKw === null) return false;
        let mostKw = baseBelow({ problem, tree }, node, { phase, slot });
        for (const index of tree.sessionsBelow[node] ?? []) {
          const session = problem.sessions[index];
          if (session !== undefined)
            mostKw += at(shares[index]?.charge, phase) * bounds(session, slot).chargeKw;
        }
        return mostKw > limitKw;
      }),
    ),
  );
};

/** What sessions below a node put on a phase in a slot: columns of their own, or their gates. */
const loadEntries = (
  formulation: Formulation,
  node: number,
  { phase, slot }: { phase: number; slot: number },
): [number, number][] => {
  const { problem, tree, apart, sessionColumns } = formulation;
  const entries: [number, number][] = [];
  for (const index of tree.sessionsBelow[node] ?? []) {
    const session = problem.sessions[index];
    if (session === undefined || apart[index] === true) continue;
    const { charge, discharge } = phaseSharesOf(session);
    for (const column of sessionColumns[index]?.charge[slot] ?? []) entries.push([column, at(charge, phase)]);
    for (const column of sessionColumns[index]?.discharge[slot] ?? [])
      entries.push([column, -at(discharge, phase)]);
  }
  for (const gate of gatesBelow(formulation, node)) {
    const { charge, discharge } = gate.shares;
    entries.push(...gateEntries(gate, slot, { charge: at(charge, phase), discharge: -at(discharge, phase) }));
  }
  return entries;
};

/**
 * Σ share·(charge − discharge) of the sessions below − over ≤ limit − base load, per phase. Only base load
 * can be over, at the last price. PV counts as nothing: on which phase it feeds is not known.
 */
export const addPhaseLimits = (formulation: Formulation): void => {
  const { problem, tree, model, weights, phaseBinds, phaseRows, slots } = formulation;
  for (const [node, { phaseLimitKw }] of problem.nodes.entries()) {
    if (phaseLimitKw === null) continue;
    for (const phase of PHASES)
      for (let slot = 0; slot < slots; slot++) {
        if (phaseBinds[node]?.[phase]?.[slot] !== true) continue;
        const limitKw = phaseLimitKw[phase]?.[slot] ?? 0;
        const upper = limitKw - baseBelow({ problem, tree }, node, { phase, slot });
        const entries = loadEntries(formulation, node, { phase, slot });
        const cost = PHASE_WEIGHT * weights.limitSlackPerKwh * at(weights.hours, slot);
        if (upper < 0) entries.push([addColumn(model, { cost, lower: 0, upper: -upper }), -1]);
        const row = addRow(model, { upper, owner: ofNode(node), slot }, entries);
        phaseRows[node]?.[phase]?.splice(slot, 1, row);
      }
  }
};
