import type { DemandCharge } from "../../domain/problem.js";
import { MARGIN_KW } from "../number-bounds.js";
import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addColumn, addRow } from "./linear-model.js";

/** Slots in which bought power counts and can pass the billed peak. */
const bindingSlots = (
  { model, meterColumns, slots }: Formulation,
  meter: number,
  { billedPeakKw, countsInSlot }: DemandCharge,
): number[] =>
  [...Array.from({ length: slots }).keys()].filter(
    (slot) =>
      countsInSlot?.[slot] !== false &&
      at(model.upper, at(meterColumns[meter]?.bought, slot)) > billedPeakKw + MARGIN_KW,
  );

/**
 * Bought − excess ≤ billed peak in every slot that counts, where the excess is the same in all of them. One
 * column for it would tie all slots to each other at once; a column per slot, each equal to the next, is a
 * chain like that of a battery, and its rows are a block like a car's. The price is spread over them.
 */
const addCharge = (
  formulation: Formulation,
  {
    meter,
    charge,
    rows,
    columns,
  }: { meter: number; charge: DemandCharge; rows: number[]; columns: number[] },
): void => {
  const { model, problem, meterColumns } = formulation;
  const slots = bindingSlots(formulation, meter, charge);
  const most = slots.map((slot) => at(model.upper, at(meterColumns[meter]?.bought, slot)));
  const upper = Math.max(0, ...most) - charge.billedPeakKw;
  const owner = problem.sessions.length + meter;
  let before = -1;
  for (const slot of slots) {
    const excess = addColumn(model, { cost: charge.pricePerKw / slots.length, lower: 0, upper });
    columns[slot] = excess;
    rows[slot] = addRow(model, { upper: charge.billedPeakKw, owner, slot }, [
      [at(meterColumns[meter]?.bought, slot), 1],
      [excess, -1],
    ]);
    if (before >= 0)
      addRow(model, { lower: 0, upper: 0, owner, slot }, [
        [excess, 1],
        [before, -1],
      ]);
    before = excess;
  }
};

/** Prices of power: demand charges above what is billed already, and the weight of each peak from 0. */
export const addDemandCharges = (formulation: Formulation): void => {
  const { problem, demandRows, excessColumns, peakRows, peakColumns } = formulation;
  const weighed = { pricePerKw: problem.weights.peak, billedPeakKw: 0, countsInSlot: null };
  for (const [meter, { demandCharge }] of problem.meteringPoints.entries())
    for (const [charge, rows, columns] of [
      [demandCharge, demandRows[meter], excessColumns[meter]],
      [weighed, peakRows[meter], peakColumns[meter]],
    ] as const)
      if (charge !== null && charge.pricePerKw > 0 && rows !== undefined && columns !== undefined)
        addCharge(formulation, { meter, charge, rows, columns });
};
