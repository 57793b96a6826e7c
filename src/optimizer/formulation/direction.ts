import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addBinary, addRow, type LinearModel, ofNode } from "./linear-model.js";

/** A place where both directions may be used at once: a session's or a metering point's slot. */
export interface TwoWay {
  readonly kind: "session" | "meter";
  readonly index: number;
  readonly slot: number;
  /** Whose rows a decision between the two adds to: a session or, by `ofNode`, a node. */
  readonly owner: number;
  readonly forward: readonly number[];
  readonly backward: readonly number[];
}

const TOLERANCE_KW = 1e-6;

const total = (columns: readonly number[], values: ArrayLike<number>): number => {
  let power = 0;
  for (const column of columns) power += at(values, column);
  return power;
};

const sessionWays = ({ sessionColumns }: Formulation): TwoWay[] =>
  sessionColumns.flatMap(({ charge, discharge }, index) =>
    charge.map((forward, slot) => ({
      kind: "session" as const,
      index,
      slot,
      owner: index,
      forward,
      backward: discharge[slot] ?? [],
    })),
  );

/**
 * Only where a sold kWh earns more than a bought one costs: elsewhere buying and selling at once gains
 * nothing, and the plan, which knows net power alone, costs no more.
 */
const meterWays = ({ meterColumns, problem, model }: Formulation): TwoWay[] =>
  meterColumns.flatMap(({ bought, sold }, index) =>
    bought.map((column, slot) => ({
      kind: "meter" as const,
      index,
      slot,
      owner: ofNode(problem.nodes.findIndex(({ id }) => id === problem.meteringPoints[index]?.nodeId)),
      forward: [column],
      backward: at(model.cost, column) + at(model.cost, at(sold, slot)) < 0 ? [at(sold, slot)] : [],
    })),
  );

/** Every place with two directions. */
export const twoWays = (formulation: Formulation): TwoWay[] =>
  [...sessionWays(formulation), ...meterWays(formulation)].filter(
    ({ forward, backward }) => forward.length > 0 && backward.length > 0,
  );

/** Whether a metering point earns by buying and selling at once: then every relaxation does both, as far as it can. */
export const tradesWithItself = (formulation: Formulation): boolean => {
  const isOpen = (columns: readonly number[]): boolean =>
    total(columns, formulation.model.upper) > TOLERANCE_KW;
  return meterWays(formulation).some(({ forward, backward }) => isOpen(forward) && isOpen(backward));
};

/** Whether a solution uses both directions at once there. */
export const usesBoth = ({ forward, backward }: TwoWay, values: ArrayLike<number>): boolean =>
  total(forward, values) > TOLERANCE_KW && total(backward, values) > TOLERANCE_KW;

/** The columns of the direction that carries less power there. */
export const weakerColumns = ({ forward, backward }: TwoWay, values: ArrayLike<number>): readonly number[] =>
  total(forward, values) < total(backward, values) ? forward : backward;

const reach = (model: LinearModel, columns: readonly number[]): number => {
  let most = 0;
  for (const column of columns) most += at(model.upper, column);
  return most;
};

/** Adds a binary there: forward ≤ most·u and backward ≤ most·(1 − u). Returns its column. */
export const addDirection = (model: LinearModel, { forward, backward, owner, slot }: TwoWay): number => {
  const direction = addBinary(model);
  addRow(model, { upper: 0, owner, slot }, [
    ...forward.map((column): [number, number] => [column, 1]),
    [direction, -reach(model, forward)],
  ]);
  const most = reach(model, backward);
  addRow(model, { upper: most, owner, slot }, [
    ...backward.map((column): [number, number] => [column, 1]),
    [direction, most],
  ]);
  return direction;
};
