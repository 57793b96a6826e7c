import type { Multipliers, SessionMultipliers } from "../contract.js";
import { isPluggedIn } from "../battery.js";
import { isSquared, netCost } from "../squares.js";
import { at } from "../tree.js";
import type { Formulation } from "./context.js";

const totals = (columns: readonly (readonly number[])[], values: ArrayLike<number>): number[] =>
  columns.map((slotColumns) => {
    let power = 0;
    for (const column of slotColumns) power += at(values, column);
    return power;
  });

const valuesAt = (columns: readonly number[], values: ArrayLike<number>): number[] =>
  columns.map((column) => (column < 0 ? 0 : at(values, column)));

/** Powers in problem order from the values of the columns. */
export const readPowers = (
  { sessionColumns, nodeColumns }: Formulation,
  values: ArrayLike<number>,
): { chargeKw: number[][]; dischargeKw: number[][]; curtailedKw: number[][] } => ({
  chargeKw: sessionColumns.map(({ charge }) => totals(charge, values)),
  dischargeKw: sessionColumns.map(({ discharge }) => totals(discharge, values)),
  curtailedKw: nodeColumns.map(({ curtailed }) => valuesAt(curtailed, values)),
});

type Scale = (dual: number, slot: number) => number;

const dualsAt = (rows: readonly number[], duals: ArrayLike<number>, scale: Scale): number[] =>
  rows.map((row, slot) => (row < 0 ? 0 : scale(at(duals, row), slot)));

const readSession = (
  formulation: Formulation,
  index: number,
  duals: ArrayLike<number>,
): SessionMultipliers => {
  const { sessionRows, problem, weights } = formulation;
  const rows = sessionRows[index];
  const session = problem.sessions[index];
  if (rows === undefined || session === undefined) throw new RangeError(`no session ${index}`);
  const terminalPerKwh = rows.terminal < 0 ? 0 : at(duals, rows.terminal);
  const hasState = rows.battery.some((row) => row >= 0);
  return {
    batteryPerKwh: rows.battery.map((row, slot) =>
      hasState ? (row < 0 ? 0 : at(duals, row)) : isPluggedIn(session, slot) ? terminalPerKwh : 0,
    ),
    terminalPerKwh,
    dischargeTotalPerKwh: rows.dischargeTotal < 0 ? 0 : Math.max(0, -at(duals, rows.dischargeTotal)),
    reservePerKwh: dualsAt(rows.reserve, duals, (dual) => Math.max(0, dual)),
    lagPerKwh: dualsAt(rows.lag, duals, (dual) => Math.max(0, dual)),
    taperPerKwh: dualsAt(rows.taper, duals, (dual, slot) => Math.max(0, -dual) / at(weights.hours, slot)),
  };
};

interface Prices {
  /** Slope of a flattened node's squared net power, money per kWh; null away from its limits. */
  readonly slope: readonly (readonly (number | null)[])[];
  readonly node: readonly (readonly number[])[];
  readonly meter: readonly (readonly number[])[];
  readonly target: readonly (readonly number[])[];
  readonly payment: readonly (readonly number[])[];
}

/**
 * Dual of a node's limits: what its price is above (import) or below (export) that of its supply and of its
 * own squared net power.
 */
const limitPrice = (
  { problem, tree, carrier }: Formulation,
  { node, slot }: { node: number; slot: number },
  prices: Prices,
): number => {
  const slope = prices.slope[node]?.[slot];
  if (carrier[node] !== node || slope === null) return 0;
  const above = at(tree.parent, node);
  const own = at(tree.ownMeter, node);
  const outer = above < 0 ? -1 : at(tree.meterOfNode, above);
  let supply = at(prices.node[above], slot) + (slope ?? 0);
  if (own >= 0) supply += at(prices.meter[own], slot) - at(prices.meter[outer], slot);
  for (const [index, target] of problem.targets.entries())
    if (target.nodeId === problem.nodes[node]?.id) supply += at(prices.target[index], slot);
  for (const [index, payment] of problem.payments.entries())
    if (payment.nodeId === problem.nodes[node]?.id) supply += at(prices.payment[index], slot);
  return at(prices.node[node], slot) - supply;
};

/** Net power that is further from its limits than this is away from them, kW. */
const AWAY_KW = 1e-3;

/**
 * Slope of the squares of every node that has some, null where net power is away from its limits: solutions whose objective is
 * exact to 1e-8 have slopes that are exact to the root of that, which is no price of a limit.
 */
const slopesOf = (
  { problem, nodeColumns, model }: Formulation,
  values: ArrayLike<number> | null,
): (number | null)[][] =>
  nodeColumns.map(({ net, over }, node) => {
    const own = problem.nodes[node];
    if (own === undefined || !isSquared(own) || values === null) return [];
    const overKw = valuesAt(over, values);
    return net.map((column, slot) => {
      const netKw = at(values, column);
      const roomKw = Math.min(at(model.upper, column) - netKw, netKw - at(model.lower, column));
      const { square, linear } = netCost(own, slot);
      return roomKw > AWAY_KW ? null : 2 * square * (netKw + at(overKw, slot)) + linear;
    });
  });

/** Multipliers in money per kWh from the duals of the rows and the values of the columns around them. */
export const readMultipliers = (
  formulation: Formulation,
  duals: ArrayLike<number>,
  values: ArrayLike<number> | null,
): Multipliers => {
  const { problem, weights, carrier, balanceRows, meterRows, targetRows } = formulation;
  const perKwh: Scale = (dual, slot) => dual / at(weights.hours, slot);
  const mostRow = (rows: readonly number[]): number[] =>
    dualsAt(rows, duals, (dual, slot) => Math.max(0, -perKwh(dual, slot)));
  const nodePricePerKwh = carrier.map((node) => dualsAt(balanceRows[node] ?? [], duals, perKwh));
  const meteringPerKwh = meterRows.map((rows) => dualsAt(rows, duals, perKwh));
  const netPrice: Scale = (dual, slot) => -perKwh(dual, slot);
  const targetPerKwh = targetRows.map((rows) => dualsAt(rows, duals, netPrice));
  const paymentPerKwh = formulation.paymentRows.map((rows) => dualsAt(rows, duals, netPrice));
  const prices = {
    slope: slopesOf(formulation, values),
    node: nodePricePerKwh,
    meter: meteringPerKwh,
    target: targetPerKwh,
    payment: paymentPerKwh,
  };
  const limits = nodePricePerKwh.map((series, node) =>
    series.map((_, slot) => limitPrice(formulation, { node, slot }, prices)),
  );
  return {
    nodePricePerKwh,
    importLimitPerKwh: limits.map((slots) => slots.map((price) => Math.max(0, price))),
    exportLimitPerKwh: limits.map((slots) => slots.map((price) => Math.max(0, -price))),
    failsafePerKwh: formulation.failsafeRows.map(mostRow),
    dischargeLimitPerKwh: formulation.dischargeRows.map(mostRow),
    phaseLimitPerKwh: formulation.phaseRows.map((phases) => phases.map(mostRow)),
    lowVoltagePerKwh: formulation.lowVoltageRows.map(mostRow),
    highVoltagePerKwh: formulation.highVoltageRows.map(mostRow),
    meteringPerKwh,
    demandPerKwh: formulation.demandRows.map(mostRow),
    peakPerKwh: formulation.peakRows.map(mostRow),
    targetPerKwh,
    paymentPerKwh,
    sessions: problem.sessions.map((_, index) => readSession(formulation, index, duals)),
  };
};
