import type { WarmStart } from "../../../../../domain/warm-start.js";
import type { Formulation } from "../../../../formulation/index.js";
import { at } from "../../../../tree.js";
import { rowPrice } from "../begin.js";
import { rowTables } from "./row-tables.js";

const keyOf = ({ kind, id }: { kind: string; id: string }): string => `${kind} ${id}`;

/** Duals of gates: a sum of cars costs what the rows cost that it stands in. */
const priceGates = ({ model, gates }: Formulation, duals: Float64Array): void => {
  const own = new Map<number, number>();
  for (const { net, charge, discharge } of gates)
    for (const { column, row } of [net, charge, discharge])
      for (const [slot, place] of column.entries()) if (place >= 0) own.set(place, at(row, slot));
  for (const row of own.values()) duals[row] = 0;
  const isGate = new Set(own.values());
  for (let row = 0; row < duals.length; row++) {
    if (isGate.has(row)) continue;
    for (let entry = model.rowStart[row]!; entry < model.rowStart[row + 1]!; entry++) {
      const gate = own.get(model.entryColumn[entry]!);
      if (gate !== undefined) duals[gate]! += model.entryValue[entry]! * duals[row]!;
    }
  }
};

/**
 * Duals of all rows of a model, by those of the same time in the last solve; rows that were not known then begin
 * at what power costs at the meter. Null: a node's balance was not known, so its prices are not.
 */
export const recallDuals = (
  formulation: Formulation,
  { rows: known }: WarmStart,
  before: readonly number[],
): Float64Array | null => {
  const duals = Float64Array.from(formulation.model.rowLower, (_, row) => rowPrice(formulation, row));
  const tables = new Map(known.map((table) => [keyOf(table), table.dual]));
  for (const table of rowTables(formulation)) {
    const old = tables.get(keyOf(table));
    if (old === undefined && table.kind === "balance") return null;
    for (const [slot, row] of table.rows.entries()) {
      const dual = old?.[before[slot]!] ?? null;
      if (row < 0 || dual === null) continue;
      duals[row] = dual * (table.isPerKw ? at(formulation.weights.hours, slot) : 1);
    }
  }
  priceGates(formulation, duals);
  return duals;
};
