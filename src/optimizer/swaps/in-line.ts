import { slotCount, slotHours } from "../../domain/horizon.js";
import type { Problem } from "../../domain/problem.js";
import type { SwapStation } from "../../domain/swap-station.js";
import { sum } from "../../domain/units.js";
import type { Powers } from "../contract.js";
import { carsOf } from "../storages.js";
import { at } from "../tree.js";
import { lineOf, type Visit } from "./visits.js";

/** Powers that are nothing, kW. */
const TINY_KW = 1e-7;

interface Rows {
  readonly chargeKw: number[][];
  readonly dischargeKw: number[][];
}

/** What is left when each in turn has had as much as it takes. */
const shareOut = (
  totalKw: number,
  order: readonly number[],
  { most, give }: { most: (index: number) => number; give: (index: number, kw: number) => void },
): number => {
  let leftKw = totalKw;
  for (const index of order) {
    const kw = Math.min(leftKw, Math.max(0, most(index)));
    if (kw <= TINY_KW) continue;
    give(index, kw);
    leftKw -= kw;
  }
  return leftKw;
};

/**
 * The power of a station in every slot, given to the batteries in the order in which they are lent, each up to its
 * charger's power; what is given back comes from the last first. null: not all of it can be given so, or one battery
 * charges another.
 */
const lineUp = (
  station: SwapStation,
  visits: readonly Visit[],
  { rows, hours }: { rows: Rows; hours: readonly number[] },
): Rows | null => {
  const energies = visits.map(({ initialKwh }) => initialKwh);
  const nothing = (): number[][] => visits.map(() => hours.map(() => 0));
  const lined = { chargeKw: nothing(), dischargeKw: nothing() };
  for (const [slot, hour] of hours.entries()) {
    const there = [...visits.keys()].filter(
      (index) => slot >= (visits[index]?.firstSlot ?? 0) && slot < (visits[index]?.endSlot ?? 0),
    );
    const inKw = sum(rows.chargeKw.map((row) => at(row, slot)));
    const outKw = sum(rows.dischargeKw.map((row) => at(row, slot)));
    if (Math.min(inKw, outKw) > TINY_KW) return null;
    const notIn = shareOut(inKw, there, {
      most: (index) =>
        Math.min(
          station.maxChargeKw,
          (station.fullKwh - at(energies, index)) / (station.chargeEfficiency * hour),
        ),
      give: (index, kw) => {
        lined.chargeKw[index]![slot] = kw;
        energies[index]! += station.chargeEfficiency * kw * hour;
      },
    });
    const leastOf = (index: number): number =>
      Math.min(station.returnedKwh, visits[index]?.initialKwh ?? Infinity);
    const notOut = shareOut(outKw, there.toReversed(), {
      most: (index) =>
        Math.min(
          station.maxDischargeKw,
          ((at(energies, index) - leastOf(index)) * station.dischargeEfficiency) / hour,
        ),
      give: (index, kw) => {
        lined.dischargeKw[index]![slot] = kw;
        energies[index]! -= (kw * hour) / station.dischargeEfficiency;
      },
    });
    if (Math.max(notIn, notOut) > 10 * TINY_KW) return null;
  }
  return lined;
};

/**
 * The same power of every swap station in every slot, given to whole batteries one after the other, the next to be
 * lent first: batteries are alike, so no node and no price can tell, but they are full sooner. Interior points give
 * to all a little. null where no station can be lined up so; whether each battery is then full in time is for
 * `verify` to say.
 */
export const inLine = (problem: Problem, powers: Powers): Powers | null => {
  const slots = slotCount(problem.horizon);
  const hours = problem.horizon.startsMs.map((_, slot) => slotHours(problem.horizon, slot));
  const chargeKw = powers.chargeKw.map((row) => [...row]);
  const dischargeKw = powers.dischargeKw.map((row) => [...row]);
  let first = carsOf(problem).length + problem.storages.length;
  let isChanged = false;
  for (const station of problem.swapStations) {
    const { visits } = lineOf(station, slots);
    const [from, to] = [first, first + visits.length];
    first = to;
    const rows = { chargeKw: chargeKw.slice(from, to), dischargeKw: dischargeKw.slice(from, to) };
    const lined = lineUp(station, visits, { rows, hours });
    if (lined === null) continue;
    chargeKw.splice(from, visits.length, ...lined.chargeKw);
    dischargeKw.splice(from, visits.length, ...lined.dischargeKw);
    isChanged = true;
  }
  return isChanged ? { chargeKw, dischargeKw } : null;
};
