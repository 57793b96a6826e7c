import type { Problem } from "../../domain/problem.js";
import type { Multipliers } from "../contract.js";
import { heldKw, withSlack } from "./floors.js";
import { paidFor, restingNet } from "./network.js";
import type { Statement } from "./statement.js";

type Payment = Problem["payments"][number];
type Range = { readonly low: number; readonly high: number };

const NOWHERE: Range = { low: 0, high: 0 };

/** Net power that a node may have in a slot: an import limit is passed at most by what passes it with every car at rest. */
const reachOf = (
  { problem }: Statement,
  { node, slot, restingKw }: { node: number; slot: number; restingKw: number },
  range: Range,
): Range => {
  const { importLimitKw, exportLimitKw } = problem.nodes[node] ?? {};
  return {
    low: Math.max(range.low, -(exportLimitKw?.[slot] ?? Infinity)),
    high: Math.min(range.high, Math.max(importLimitKw?.[slot] ?? Infinity, restingKw)),
  };
};

/** Least of a reduction at this price, less what is paid for it, from the floor on: at a corner of the segments. */
const takenUp = (
  payment: Payment,
  price: number,
  { least, most }: { least: number; most: number },
): number => {
  let [corner, lowest] = [0, Infinity];
  if (least > most) return lowest;
  const corners = payment.segments.map(({ kw }) => (corner += kw));
  for (const kw of [least, most, ...corners.filter((one) => one > least && one < most)])
    lowest = Math.min(lowest, price * kw - paidFor(payment, kw));
  return lowest;
};

/** Both ways of one payment in one slot: money per hour. */
const waysIn = (
  payment: Payment,
  { price, slot, low, high }: Range & { price: number; slot: number },
): { taken: number; letBe: number } => {
  const [held, from] = [heldKw(payment, slot), payment.baselineKw[slot] ?? 0];
  if (held === null) return { taken: 0, letBe: 0 };
  const span = { least: from - Math.min(withSlack(held), high), most: from - low };
  return {
    taken: takenUp(payment, price, span) - price * from,
    letBe: Math.min(-price * low, -price * high),
  };
};

/** With its prices as the objective weighs them. */
const weighed = (payment: Payment, factor: number): Payment => ({
  ...payment,
  segments: payment.segments.map(({ kw, pricePerKwh }) => ({ kw, pricePerKwh: factor * pricePerKwh })),
});

/**
 * Terms of the all-or-nothing payments in the dual bound: each is taken up in all its slots or let be in all of
 * them, whichever is less. Of what net power pays by its price all that it can pay is given back.
 */
export const eventTerms = (
  statement: Statement,
  { paymentPerKwh }: Multipliers,
  rangesIn: readonly (readonly Range[])[],
): number => {
  const { problem, prices, lengthH, nodeNumber } = statement;
  let terms = 0;
  for (const [index, asked] of problem.payments.entries()) {
    if (asked.floorKw === null) continue;
    const payment = weighed(asked, prices.reduction);
    const node = nodeNumber.get(payment.nodeId) ?? -1;
    let [taken, letBe] = [0, 0];
    for (const [slot, hours] of lengthH.entries()) {
      const restingKw = restingNet(statement, slot)[node] ?? 0;
      const range = reachOf(statement, { node, slot, restingKw }, rangesIn[slot]?.[node] ?? NOWHERE);
      const ways = waysIn(payment, { price: paymentPerKwh[index]?.[slot] ?? 0, slot, ...range });
      taken += hours * ways.taken;
      letBe += hours * ways.letBe;
    }
    terms += Math.min(taken, letBe);
  }
  return terms;
};
