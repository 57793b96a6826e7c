import { slotCount } from "../../domain/horizon.js";
import type { Problem, ProblemSession } from "../../domain/problem.js";
import { at, type Tree } from "../tree.js";
import { mostTogether } from "./power.js";

/** Sessions at exactly each node. */
export const sessionsByNode = (problem: Problem, tree: Tree): ProblemSession[][] => {
  const found: ProblemSession[][] = problem.nodes.map(() => []);
  for (const [index, session] of problem.sessions.entries())
    found[at(tree.nodeOfSession, index)]?.push(session);
  return found;
};

/** Most that all sessions below a node may charge and discharge together, per node and slot, kW. */
const mostBelow = (problem: Problem, tree: Tree): { chargeKw: number[][]; dischargeKw: number[][] } => {
  const slots = slotCount(problem.horizon);
  const own = sessionsByNode(problem, tree).map((sessions) => mostTogether(sessions, slots));
  const chargeKw = own.map((most) => most.chargeKw);
  const dischargeKw = own.map((most) => most.dischargeKw);
  for (let node = problem.nodes.length - 1; node >= 0; node--) {
    const [charge, discharge] = [chargeKw[node] ?? [], dischargeKw[node] ?? []];
    for (const child of tree.children[node] ?? [])
      for (let slot = 0; slot < slots; slot++) {
        charge[slot] = at(charge, slot) + at(chargeKw[child], slot);
        discharge[slot] = at(discharge, slot) + at(dischargeKw[child], slot);
      }
  }
  return { chargeKw, dischargeKw };
};

/** Where the fail-safe row and the bound on discharge can bind: elsewhere they need no row. */
export const bindsOf = (
  problem: Problem,
  tree: Tree,
): { failsafeBinds: boolean[][]; dischargeBinds: boolean[][] } => {
  const most = mostBelow(problem, tree);
  const failsafeBinds = problem.nodes.map(({ failsafe }, node) =>
    (most.chargeKw[node] ?? []).map(
      (chargeKw, slot) => failsafe !== null && chargeKw > Math.max(0, at(failsafe.headroomKw, slot)),
    ),
  );
  const dischargeBinds = problem.nodes.map(({ dischargeLimitKw }, node) =>
    (most.dischargeKw[node] ?? []).map((backKw, slot) => backKw > (dischargeLimitKw?.[slot] ?? Infinity)),
  );
  return { failsafeBinds, dischargeBinds };
};
