import type { Formulation } from "../../../../formulation/index.js";

/** Rows of one kind that are about one thing, slot by slot (-1: none). */
export interface RowTable {
  readonly kind: string;
  readonly id: string;
  readonly rows: readonly number[];
  /** Whether a dual is per kW over the slot, so that it grows with the slot. */
  readonly isPerKw: boolean;
}

/**
 * Every row of a formulation whose dual is worth knowing again, by what it is about. Those of gates follow from
 * the rows that their sums stand in.
 */
export const rowTables = (formulation: Formulation): RowTable[] => {
  const { problem } = formulation;
  const found: RowTable[] = [];
  const put = (kind: string, id: string, rows: readonly number[] | undefined, isPerKw = true): void => {
    if (rows?.some((row) => row >= 0) === true) found.push({ kind, id, rows, isPerKw });
  };
  for (const [node, { id }] of problem.nodes.entries()) {
    put("balance", id, formulation.balanceRows[node]);
    put("failsafe", id, formulation.failsafeRows[node]);
    put("discharge", id, formulation.dischargeRows[node]);
    for (const [phase, rows] of (formulation.phaseRows[node] ?? []).entries())
      put(`phase-${phase}`, id, rows);
    put("low-voltage", id, formulation.lowVoltageRows[node]);
    put("high-voltage", id, formulation.highVoltageRows[node]);
  }
  for (const [meter, { id }] of problem.meteringPoints.entries()) {
    put("meter", id, formulation.meterRows[meter]);
    put("demand", id, formulation.demandRows[meter], false);
    put("peak", id, formulation.peakRows[meter], false);
  }
  for (const [target, { id }] of problem.targets.entries()) put("target", id, formulation.targetRows[target]);
  for (const [payment, { id }] of problem.payments.entries())
    put("payment", id, formulation.paymentRows[payment]);
  for (const [session, rows] of formulation.sessionRows.entries()) {
    const id = problem.sessions[session]?.id ?? "";
    put("battery", id, rows.battery, false);
    put("reserve", id, rows.reserve, false);
    put("lag", id, rows.lag, false);
    put("taper", id, rows.taper);
  }
  return found;
};
