import type { WarmSession } from "../../../../../domain/warm-start.js";
import { energyAfter } from "../../../../battery.js";
import type { Formulation } from "../../../../formulation/index.js";
import { at } from "../../../../tree.js";

/** Puts an amount into columns, the cheapest first, as far as they hold it. */
const fill = (
  { model }: Formulation,
  columns: readonly number[],
  amount: number,
  values: Float64Array,
): number => {
  let left = Math.max(0, amount);
  for (const column of columns) {
    values[column] = Math.min(left, at(model.upper, column));
    left -= values[column];
  }
  return Math.max(0, amount) - left;
};

/**
 * Values of the columns of sessions and storages that are planned among rows: powers of the same time in the
 * last solve, and energies as they follow.
 */
export const fillAmongRows = (
  formulation: Formulation,
  known: ReadonlyMap<string, WarmSession>,
  { before, values }: { before: readonly number[]; values: Float64Array },
): void => {
  const { problem, apart, sessionColumns, weights, slots } = formulation;
  for (const [index, session] of problem.sessions.entries()) {
    const own = known.get(session.id);
    const columns = sessionColumns[index];
    if (apart[index] === true || own === undefined || columns === undefined) continue;
    let energyKwh = session.initialKwh;
    for (let slot = 0; slot < slots; slot++) {
      const place = before[slot]! - own.firstSlot;
      const powers = {
        chargeKw: fill(formulation, columns.charge[slot] ?? [], own.chargeKw[place] ?? 0, values),
        dischargeKw: fill(formulation, columns.discharge[slot] ?? [], own.dischargeKw[place] ?? 0, values),
      };
      energyKwh = energyAfter(session, energyKwh, { ...powers, hours: at(weights.hours, slot) });
      const energy = at(columns.energy, slot + 1);
      if (energy >= 0) values[energy] = energyKwh;
    }
  }
};
