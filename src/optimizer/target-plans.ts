import { slotHours } from "../domain/horizon.js";
import type { TargetPlan } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import { weighted } from "./weighted.js";
import type { Verification } from "./verify.js";

/** How near the net powers of a plan come to each dispatch target. */
export const targetPlans = (problem: Problem, { netKw }: Pick<Verification, "netKw">): TargetPlan[] => {
  const { targets, nodes, horizon } = weighted(problem);
  return targets.map(({ id, nodeId, powerKw, pricePerKwh }) => {
    const net = netKw[nodes.findIndex((node) => node.id === nodeId)] ?? [];
    const offKw = powerKw.map((kw, slot) => (kw === null ? 0 : Math.abs((net[slot] ?? 0) - kw)));
    const offKwh = offKw.reduce((total, kw, slot) => total + kw * slotHours(horizon, slot), 0);
    return { targetId: id, offKwh, mostOffKw: Math.max(0, ...offKw), penalty: offKwh * pricePerKwh };
  });
};
