import type { Problem, ProblemNode, ReductionPayment } from "../../domain/problem.js";
import type { Verification } from "../verify.js";

/** What is decided of payments that are all or nothing, by index; of those that are absent nothing yet. */
export type Choices = ReadonlyMap<number, "taken-up" | "let-be">;

/** Payments, by index, that are all or nothing and apply in some slot. */
export const eventsOf = ({ payments }: Problem): number[] =>
  [...payments.keys()].filter((index) => {
    const payment = payments[index];
    return payment?.floorKw != null && payment.baselineKw.some((kw) => kw !== null);
  });

/** Payments, by index, whose floor a plan reaches. */
export const paidOf = ({ events }: Verification): ReadonlySet<number> =>
  new Set(events.flatMap(({ payment, isPaid }) => (isPaid ? [payment] : [])));

/** Those that are paid are taken up, the others let be. */
export const choicesBy = (paid: ReadonlySet<number>, events: readonly number[]): Choices =>
  new Map(events.map((event) => [event, paid.has(event) ? "taken-up" : "let-be"]));

/** Most net power that reaches the floor in a slot, kW; null: the payment asks nothing there. */
export const heldKw = ({ floorKw, baselineKw }: ReductionPayment, slot: number): number | null => {
  const from = baselineKw[slot] ?? null;
  return from === null || floorKw === null ? null : from - floorKw;
};

/** A node with its import limits down to what the floor of a payment leaves, and the event named as their source. */
const heldTo = (node: ProblemNode, payment: ReductionPayment): ProblemNode => {
  const limits = payment.baselineKw.map((_, slot) => node.importLimitKw?.[slot] ?? null);
  const held = limits.map((limit, slot) => {
    const kw = heldKw(payment, slot);
    return kw !== null && kw < (limit ?? Infinity) ? kw : null;
  });
  return {
    ...node,
    importLimitKw: limits.map((limit, slot) => held[slot] ?? limit),
    limitSource: held.map((kw, slot) => (kw === null ? (node.limitSource?.[slot] ?? null) : payment.id)),
  };
};

/**
 * The problem under choices: an event that is taken up is paid as any payment is, and its floor is a limit of the
 * node; one that is let be has no baseline. Prices stay as they are, and with them what they make of penalties.
 */
export const under = (problem: Problem, choices: Choices): Problem => {
  if (choices.size === 0) return problem;
  let { nodes } = problem;
  const payments = problem.payments.map((payment, index) => {
    const choice = choices.get(index);
    if (choice === undefined) return payment;
    if (choice === "let-be")
      return { ...payment, floorKw: null, baselineKw: payment.baselineKw.map(() => null) };
    nodes = nodes.map((node) => (node.id === payment.nodeId ? heldTo(node, payment) : node));
    return { ...payment, floorKw: null };
  });
  return { ...problem, nodes, payments };
};
