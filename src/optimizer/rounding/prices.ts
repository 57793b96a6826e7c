import type { Problem, ProblemSession } from "../../domain/problem.js";
import type { Multipliers } from "../contract.js";
import { phaseSharesOf } from "../phases.js";
import { at, treeOf } from "../tree.js";
import { type VoltageRow, voltageRowsOf } from "../voltage.js";
import { weightsOf } from "../weights.js";

/** Price of charging one kWh per slot of a session; what a slot is worth when powers are moved. */
export interface Ranking {
  readonly perKwh: Float64Array;
  /** Slots of the window, cheapest first; ties in order of time. */
  readonly cheapest: readonly number[];
}

export type SlotPrices = readonly Ranking[];

const rank = (perKwh: Float64Array, { firstSlot, endSlot }: ProblemSession): Ranking => {
  const cheapest: number[] = [];
  for (let slot = firstSlot; slot < endSlot; slot++) cheapest.push(slot);
  cheapest.sort((a, b) => at(perKwh, a) - at(perKwh, b) || a - b);
  return { perKwh, cheapest };
};

/** What a kWh of load at a node costs by voltage limits, its own or others'. */
export const voltagePerKwh = (
  rows: readonly Pick<VoltageRow, "node" | "effect">[],
  { lowVoltagePerKwh, highVoltagePerKwh }: Multipliers,
  { node, slot }: { node: number; slot: number },
): number =>
  rows.reduce(
    (total, row) =>
      total +
      at(row.effect, node) * (at(lowVoltagePerKwh[row.node], slot) - at(highVoltagePerKwh[row.node], slot)),
    0,
  );

/** What a kWh into a session costs by the limits of a node's phases. */
export const phasePerKwh = (
  { phaseLimitPerKwh }: Multipliers,
  session: ProblemSession,
  { above, slot }: { above: number; slot: number },
): number =>
  phaseSharesOf(session).charge.reduce(
    (total, share, phase) => total + share * at(phaseLimitPerKwh[above]?.[phase], slot),
    0,
  );

/**
 * The node's price, the fail-safe rows and phases above, voltages, the price on time; without multipliers the tariff at
 * the meter. An urgent session counts only time.
 */
export const slotPrices = (problem: Problem, multipliers: Multipliers | null): SlotPrices => {
  const tree = treeOf(problem);
  const meterOfSession = tree.nodeOfSession.map((node) => at(tree.meterOfNode, node));
  const voltage = voltageRowsOf(problem);
  const { sinceStartH } = weightsOf(problem, meterOfSession);
  return problem.sessions.map((session, index) => {
    const node = at(tree.nodeOfSession, index);
    const tariff = problem.meteringPoints[at(meterOfSession, index)]?.buyPricePerKwh;
    const perKwh = Float64Array.from(sinceStartH, (waited, slot) => {
      if (session.urgency === "now") return waited;
      const small = problem.penalties.timePerKwhHour * waited;
      if (multipliers === null) return at(tariff, slot) + small;
      let held = voltagePerKwh(voltage, multipliers, { node, slot });
      for (const above of tree.pathOfSession[index] ?? [])
        held +=
          at(multipliers.failsafePerKwh[above], slot) + phasePerKwh(multipliers, session, { above, slot });
      return at(multipliers.nodePricePerKwh[node], slot) + held + small;
    });
    return rank(perKwh, session);
  });
};
