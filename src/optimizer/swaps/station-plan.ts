import { slotCount } from "../../domain/horizon.js";
import type { ShortfallCause, StockOut, SwapBatteryPlan, SwapStationPlan } from "../../domain/plan.js";
import type { Reason } from "../../domain/reason.js";
import type { Problem } from "../../domain/problem.js";
import type { SwapStation } from "../../domain/swap-station.js";
import type { Powers } from "../contract.js";
import { carsOf } from "../storages.js";
import { at } from "../tree.js";
import type { Verification } from "../verify.js";
import type { Refusal } from "./refuse.js";
import { FULL_KWH, lineOf, type Visit } from "./visits.js";

/** What was planned, with all that is told of it; sessions are cars, then storages, then batteries. */
export interface ToldPlan {
  /** What was asked for, with what stations are stated to refuse. */
  readonly asked: Problem;
  readonly powers: Powers;
  readonly sent: Verification;
  readonly refusals: readonly Refusal[];
  readonly reasons: readonly (readonly Reason[])[];
  readonly causes: readonly (ShortfallCause | null)[];
}

/** Slot from which on a battery is full until it goes; null: it is not full when it goes. */
const fullFrom = (
  { fullKwh }: SwapStation,
  { firstSlot, endSlot }: Visit,
  energiesKwh: readonly number[],
): number | null => {
  let from: number | null = null;
  for (let slot = endSlot; slot >= firstSlot; slot--) {
    if (at(energiesKwh, slot) < fullKwh - FULL_KWH) break;
    from = slot;
  }
  return from;
};

const batteryPlan = (
  { horizon }: Problem,
  station: SwapStation,
  { visit, index, told }: { visit: Visit; index: number; told: ToldPlan },
): SwapBatteryPlan => {
  const { powers, sent, reasons } = told;
  const energyKwh = sent.energyKwh[index] ?? [];
  const from = fullFrom(station, visit, energyKwh);
  const { bay, firstSlot, endSlot } = visit;
  const leaves = from === null ? "lent-short" : "lent";
  return {
    bay,
    firstSlot,
    endSlot,
    ends: endSlot >= slotCount(horizon) ? "stays" : leaves,
    fullAtMs: from === null ? null : (horizon.startsMs[from] ?? horizon.endMs),
    chargeKw: powers.chargeKw[index] ?? [],
    dischargeKw: powers.dischargeKw[index] ?? [],
    energyKwh,
    reasons: reasons[index] ?? [],
  };
};

/** What is not lent full in each slot, and why: the plan's own refusals, then the problem's, then what nobody could. */
const stockOutsOf = (
  station: SwapStation,
  batteries: readonly SwapBatteryPlan[],
  {
    notLent,
    stated,
    refusals,
    causes,
  }: {
    notLent: readonly number[];
    stated: readonly number[];
    refusals: readonly Refusal[];
    causes: readonly (ShortfallCause | null)[];
  },
): StockOut[] => {
  const found: StockOut[] = [];
  const say = (one: StockOut): void => void (one.batteries > 0 && found.push(one));
  for (const [slot, unlent] of notLent.entries()) {
    const own = refusals.filter((refusal) => refusal.stationId === station.id && refusal.slot === slot);
    for (const { cause } of own) say({ slot, batteries: 1, cause });
    say({ slot, batteries: at(stated, slot), cause: { key: "refused-by-problem" } });
    say({ slot, batteries: unlent - own.length - at(stated, slot), cause: { key: "not-there-in-time" } });
    for (const [index, { ends, endSlot }] of batteries.entries())
      if (ends === "lent-short" && endSlot === slot)
        say({ slot, batteries: 1, cause: causes[index] ?? null });
  }
  return found;
};

/** Swap stations of a plan, with every battery between two swaps. */
export const swapStationPlans = (problem: Problem, told: ToldPlan): SwapStationPlan[] => {
  let first = carsOf(problem).length + problem.storages.length;
  return problem.swapStations.map((station, number) => {
    const { visits } = lineOf(station, slotCount(problem.horizon));
    const batteries = visits.map((visit, place) =>
      batteryPlan(problem, station, { visit, index: first + place, told }),
    );
    const causes = told.causes.slice(first, first + visits.length);
    first += visits.length;
    const stated = told.asked.swapStations[number]?.refused ?? [];
    const { lent, full, notLent, storedKwh, stockOutCost } = told.sent.inventories[number] ?? NOTHING;
    return {
      stationId: station.id,
      asked: station.demand,
      lent,
      full,
      refused: station.refused ?? station.demand.map(() => 0),
      stockOuts: stockOutsOf(station, batteries, { notLent, stated, refusals: told.refusals, causes }),
      stockOutCost,
      energyKwh: storedKwh,
      batteries,
    };
  });
};

const NOTHING: Verification["inventories"][number] = {
  lent: [],
  lentShort: [],
  notLent: [],
  storedKwh: [],
  full: [],
  stockOutCost: 0,
};
