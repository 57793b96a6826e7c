import type { Problem, ProblemSession } from "../../domain/problem.js";
import type { SwapStation } from "../../domain/swap-station.js";

/** kWh by which a battery may be short of full and still count as full. */
const NEARLY_KWH = 1e-4;

/** One battery between two swaps, as `verify` reads a station. */
export interface Stay {
  readonly station: number;
  readonly session: ProblemSession;
}

const descending = (a: number, b: number): number => b - a;

/** Swaps that can be made at all, slot by slot: none is charged before the first slot, and no bay swaps twice at once. */
const possibleSwaps = (station: SwapStation, slots: number): number[] => {
  const ready = station.energiesKwh.filter((kwh) => station.fullKwh - kwh <= NEARLY_KWH).length;
  const possible: number[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const wanted = (station.demand[slot] ?? 0) - (station.refused?.[slot] ?? 0);
    possible.push(Math.min(wanted, slot > 0 ? station.energiesKwh.length : ready));
  }
  return possible;
};

/**
 * The k-th battery of the line is lent at the k-th swap after the first slot's. The first ones of the line are
 * there already, the fullest first; every further one is what was brought back so many swaps before.
 */
const staysOf = (station: SwapStation, number: number, slots: number): Stay[] => {
  const { energiesKwh, fullKwh, returnedKwh } = station;
  const possible = possibleSwaps(station, slots);
  const swapSlots = possible.flatMap((count, slot) =>
    slot === 0 ? [] : Array.from({ length: count }, () => slot),
  );
  const atOnce = possible[0] ?? 0;
  const left = [...energiesKwh].sort(descending).slice(atOnce);
  const start = [...left, ...Array.from({ length: atOnce }, () => returnedKwh)].sort(descending);
  const all = energiesKwh.length + swapSlots.length;
  return Array.from({ length: all }, (_, turn) => {
    const backIn = turn - start.length;
    const energyKwh = Math.min(fullKwh, start[turn] ?? returnedKwh);
    const lowestKwh = Math.min(energyKwh, returnedKwh);
    // A percent of the need, at least of one kWh, that is missing costs so much of a stock-out.
    const onePercentKwh = Math.max(fullKwh - energyKwh, 1) / 100;
    const session: ProblemSession = {
      id: `${station.id}/${turn + 1}`,
      nodeId: station.nodeId,
      firstSlot: backIn < 0 ? 0 : (swapSlots[backIn] ?? slots),
      endSlot: swapSlots[turn] ?? slots,
      minChargeKw: 0,
      maxChargeKw: station.maxChargeKw,
      minDischargeKw: 0,
      maxDischargeKw: station.maxDischargeKw,
      maxDischargeKwh: null,
      chargeEfficiency: station.chargeEfficiency,
      dischargeEfficiency: station.dischargeEfficiency,
      capacityKwh: fullKwh,
      initialKwh: energyKwh,
      targetKwh: fullKwh,
      reserveKwh: 0,
      taper: null,
      wearPerKwh: station.wearPerKwh,
      salvagePerKwh: turn < swapSlots.length ? 0 : (station.terminalValuePerKwh ?? 0),
      shortfallPerPercent: (onePercentKwh * station.stockOutPrice) / (fullKwh - lowestKwh),
      departsAfterHorizon: turn >= swapSlots.length,
      urgency: "normal",
      phases: [1, 2, 3],
      phasesKnown: true,
    };
    return { station: number, session };
  });
};

/** The batteries of all stations, station by station, in the order in which they are lent. */
export const allStays = ({ swapStations, horizon }: Problem): Stay[] =>
  swapStations.flatMap((station, number) => staysOf(station, number, horizon.startsMs.length));

/** Batteries asked for that nobody could lend, or that are refused, per slot of a station. */
const neverLent = (station: SwapStation, slots: number): number[] =>
  possibleSwaps(station, slots).map((count, slot) => (station.demand[slot] ?? 0) - count);

/** What these cost, at what a stock-out costs at each station. */
export const neverLentCost = (
  { swapStations, horizon }: Problem,
  stockOutPrices: readonly number[],
): number => {
  let cost = 0;
  for (const [number, station] of swapStations.entries())
    for (const count of neverLent(station, horizon.startsMs.length))
      cost += count * (stockOutPrices[number] ?? 0);
  return cost;
};

/** A station's batteries, counted anew from their energies. Arrays over slots; swaps are those as a slot begins. */
export interface Inventory {
  /** Lent full, lent although not full, and not lent at all. */
  readonly lent: readonly number[];
  readonly lentShort: readonly number[];
  readonly notLent: readonly number[];
  /** Energy in the station after the swaps of each slot and, last, at the end, kWh. */
  readonly storedKwh: readonly number[];
  /** Full batteries as each slot begins, before its swaps. */
  readonly full: readonly number[];
  /** What was not lent full, at its price, money. */
  readonly stockOutCost: number;
}

/** Whether a battery that is to be lent is not full then. */
export const isLentShort = (session: ProblemSession, energiesKwh: readonly number[]): boolean =>
  !session.departsAfterHorizon && session.targetKwh - (energiesKwh[session.endSlot] ?? 0) > NEARLY_KWH;

/** Counts the inventory of one station; energies at the start of each slot and at the end, of each of its stays. */
export const inventoryOf = (
  station: SwapStation,
  stays: readonly { readonly session: ProblemSession; readonly energiesKwh: readonly number[] }[],
  slots: number,
): Inventory => {
  const zeros = (): number[] => Array.from({ length: slots }, () => 0);
  const [lent, lentShort, full] = [zeros(), zeros(), zeros()];
  const storedKwh = [...zeros(), 0];
  const isFull = (kwh: number | undefined): boolean => station.fullKwh - (kwh ?? 0) <= NEARLY_KWH;
  lent[0] = possibleSwaps(station, slots)[0] ?? 0;
  full[0] = station.energiesKwh.filter(isFull).length;
  for (const { session, energiesKwh } of stays) {
    const { firstSlot, endSlot } = session;
    for (let slot = firstSlot; slot < endSlot; slot++) storedKwh[slot]! += energiesKwh[slot] ?? 0;
    for (let slot = Math.max(1, firstSlot + 1); slot <= Math.min(endSlot, slots - 1); slot++)
      if (isFull(energiesKwh[slot])) full[slot]! += 1;
    if (session.departsAfterHorizon) storedKwh[slots]! += energiesKwh[slots] ?? 0;
    else (isLentShort(session, energiesKwh) ? lentShort : lent)[endSlot]! += 1;
  }
  const notLent = neverLent(station, slots);
  let outs = 0;
  for (let slot = 0; slot < slots; slot++) outs += (lentShort[slot] ?? 0) + (notLent[slot] ?? 0);
  return { lent, lentShort, notLent, storedKwh, full, stockOutCost: outs * station.stockOutPrice };
};
