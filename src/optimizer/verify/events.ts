import { heldKw, withSlack } from "./floors.js";
import { paidFor, peaksOf, type SlotFlows, slotCostOf, withCurtailed } from "./network.js";
import type { Statement } from "./statement.js";

/** All-or-nothing payments, by index, whose floor is missed in any slot: nothing of them is paid. */
export const missedEvents = (
  { problem, nodeNumber }: Statement,
  flows: readonly Pick<SlotFlows, "netKw">[],
): ReadonlySet<number> => {
  const missed = new Set<number>();
  for (const [index, payment] of problem.payments.entries()) {
    const node = nodeNumber.get(payment.nodeId) ?? -1;
    for (const [slot, { netKw }] of flows.entries()) {
      const held = heldKw(payment, slot);
      if (held !== null && !((netKw[node] ?? 0) <= withSlack(held))) missed.add(index);
    }
  }
  return missed;
};

/** What comes of a payment. */
export interface EventResult {
  /** In `problem.payments`. */
  readonly payment: number;
  /** false: it is all or nothing, and its floor is missed. */
  readonly isPaid: boolean;
  /** Least reduction of all slots with a baseline, below 0 above it, kW. */
  readonly leastReductionKw: number;
  /** In all slots with a baseline; below 0: above it. */
  readonly reducedKwh: number;
  /** Below 0: what is due for kWh above the baseline. */
  readonly paid: number;
}

/** Of every payment that has a baseline anywhere. */
export const eventResults = (
  { problem, nodeNumber, lengthH, unpaid }: Statement,
  flows: readonly Pick<SlotFlows, "netKw">[],
): EventResult[] =>
  problem.payments.flatMap((payment, index) => {
    const node = nodeNumber.get(payment.nodeId) ?? -1;
    let [leastReductionKw, reducedKwh, paid] = [Infinity, 0, 0];
    for (const [slot, { netKw }] of flows.entries()) {
      const from = payment.baselineKw[slot] ?? null;
      if (from === null) continue;
      const reductionKw = from - (netKw[node] ?? 0);
      leastReductionKw = Math.min(leastReductionKw, reductionKw);
      reducedKwh += reductionKw * (lengthH[slot] ?? 0);
      paid += paidFor(payment, reductionKw) * (lengthH[slot] ?? 0);
    }
    if (leastReductionKw === Infinity) return [];
    const isPaid = !unpaid.has(index);
    return [{ payment: index, isPaid, leastReductionKw, reducedKwh, paid: isPaid ? paid : 0 }];
  });

/** Which all-or-nothing payments a choice of curtailment may count on: with all PV in use, or giving one or all up. */
const waysToCurtail = (statement: Statement, drawn: readonly SlotFlows[]): ReadonlySet<number>[] => {
  const { payments, nodes } = statement.problem;
  const missed = missedEvents(statement, drawn);
  const reached = [...payments.keys()].filter(
    (index) => payments[index]?.floorKw !== null && !missed.has(index),
  );
  if (reached.length === 0 || nodes.every(({ pvKw }) => pvKw.every((kw) => kw === 0))) return [missed];
  const ways = [missed, ...reached.map((index) => new Set([...missed, index]))];
  return reached.length === 1 ? ways : [...ways, new Set([...missed, ...reached])];
};

/** What the network costs the objective in all slots. */
const costOf = (statement: Statement, flows: readonly SlotFlows[]): number => {
  const paying = { ...statement, unpaid: missedEvents(statement, flows) };
  let total = 0;
  for (const [slot, one] of flows.entries()) {
    const { energy, targets, flattening, broken } = slotCostOf(paying, slot, one);
    total += energy + targets + flattening + broken;
  }
  for (const { weighed } of peaksOf(
    statement,
    flows.map(({ meteredKw }) => meteredKw),
  ))
    total += weighed;
  return total;
};

type Curtailments = readonly (readonly number[])[];

/**
 * The cheapest of what `choose` finds while it holds the floors of payments, or gives them up for what curtailment
 * brings otherwise: curtailment only adds to net power, so what is missed with all PV in use stays missed.
 */
export const curtailedAround = (
  statement: Statement,
  drawn: readonly SlotFlows[],
  choose: (statement: Statement) => Curtailments,
): Curtailments => {
  const found = waysToCurtail(statement, drawn).map((unpaid) => choose({ ...statement, unpaid }));
  if (found.length === 1) return found[0] ?? [];
  const costs = found.map((curtailments) =>
    costOf(
      statement,
      drawn.map((flows, slot) => withCurtailed(statement, flows, curtailments[slot] ?? [])),
    ),
  );
  return found[costs.indexOf(Math.min(...costs))] ?? [];
};
