import type { SwapBatteryPlan, SwapStationPlan } from "../domain/plan.js";
import { type EpochMs, sum } from "../domain/units.js";

/** How the table that these lines stand in writes rows, powers and times. */
interface Table {
  readonly row: (name: string, cells: readonly string[]) => string;
  readonly powerCells: (chargeKw: readonly number[], dischargeKw: readonly number[]) => string[];
  readonly isoMinute: (ms: EpochMs) => string;
}

/** Of batteries that follow each other in a bay only one has power at a time. */
const bayPowers = (batteries: readonly SwapBatteryPlan[], side: "chargeKw" | "dischargeKw"): number[] =>
  (batteries[0]?.[side] ?? []).map((_, slot) => sum(batteries.map((battery) => battery[side][slot] ?? 0)));

/** When a battery is full, and when it is lent, or not. */
const turnText = ({ endSlot, ends, fullAtMs }: SwapBatteryPlan, isoMinute: Table["isoMinute"]): string => {
  if (ends === "lent-short") return `stock-out in slot ${endSlot}`;
  const full = fullAtMs === null ? "not full" : `full ${isoMinute(fullAtMs).slice(-5)}`;
  return ends === "stays" ? full : `${full}, lent in slot ${endSlot}`;
};

const bayLine = (
  bay: number,
  batteries: readonly SwapBatteryPlan[],
  { row, powerCells, isoMinute }: Table,
): string => {
  const powers = powerCells(bayPowers(batteries, "chargeKw"), bayPowers(batteries, "dischargeKw"));
  return `${row(`  bay ${bay + 1}`, powers)}  ${batteries.map((one) => turnText(one, isoMinute)).join("; ")}`;
};

/** Lent full of those asked for, where any are: `2/3`. */
const swapCells = ({ asked, lent }: SwapStationPlan): string[] =>
  asked.map((count, slot) => (count === 0 ? "·" : `${lent[slot] ?? 0}/${count}`));

/** A swap station: its power, swaps and full batteries per slot, then a line per bay. */
export const swapLines = (station: SwapStationPlan, table: Table): string[] => {
  const { row, powerCells } = table;
  const { stationId, asked, lent, full, stockOutCost, energyKwh, batteries } = station;
  const powers = powerCells(bayPowers(batteries, "chargeKw"), bayPowers(batteries, "dischargeKw"));
  const stored = `${(energyKwh[0] ?? 0).toFixed(1)} kWh, ${(energyKwh.at(-1) ?? 0).toFixed(1)} at the end`;
  const outs = `stock-outs ${sum(asked) - sum(lent)} (cost ${stockOutCost.toFixed(2)})`;
  const bays = [...new Set(batteries.map(({ bay }) => bay))].toSorted((a, b) => a - b);
  return [
    `${row(stationId, powers)}  swap station: ${stored}`,
    `${row("  lent full / asked for", swapCells(station))}  lent ${sum(lent)} of ${sum(asked)} · ${outs}`,
    row("  full before swaps", full.map(String)),
    ...bays.map((bay) =>
      bayLine(
        bay,
        batteries.filter((one) => one.bay === bay),
        table,
      ),
    ),
  ];
};
