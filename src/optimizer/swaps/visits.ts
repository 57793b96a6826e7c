import type { Problem, ProblemSession } from "../../domain/problem.js";
import { slotCount } from "../../domain/horizon.js";
import type { SwapStation } from "../../domain/swap-station.js";
import { at } from "../tree.js";

/** A battery is full when it lacks no more than this, kWh: what rounding makes of a plan. */
export const FULL_KWH = 1e-4;

/** What a battery does in a station between two swaps: it comes, is charged, and is lent when its turn comes. */
export interface Visit {
  readonly bay: number;
  readonly initialKwh: number;
  readonly firstSlot: number;
  /** As this slot begins it is lent; the number of slots: it is still there at the end. */
  readonly endSlot: number;
}

/** Who is lent when: visits in the order of the line, and how many batteries are to be lent per slot. */
export interface Line {
  readonly visits: readonly Visit[];
  readonly accepted: readonly number[];
}

/**
 * How many can be lent whatever is charged: as the horizon begins what is full, and in any slot as many as there
 * are, since none is brought back and full in the same moment.
 */
const acceptedOf = (
  { energiesKwh, fullKwh, demand, refused }: SwapStation,
  slots: number,
): readonly number[] => {
  const full = energiesKwh.filter((kwh) => kwh >= fullKwh - FULL_KWH).length;
  return Array.from({ length: slots }, (_, slot) =>
    Math.min(at(demand, slot) - at(refused ?? [], slot), slot === 0 ? full : energiesKwh.length),
  );
};

type Waiting = Omit<Visit, "endSlot">;

/** Batteries as they stand in line once the first slot's swaps are done: the fullest first, then by bay. */
const firstInLine = ({ energiesKwh, returnedKwh }: SwapStation, lentAtOnce: number): Waiting[] => {
  const byEnergy = (a: Waiting, b: Waiting): number => b.initialKwh - a.initialKwh || a.bay - b.bay;
  return energiesKwh
    .map((initialKwh, bay) => ({ bay, initialKwh, firstSlot: 0 }))
    .toSorted(byEnergy)
    .map((one, place) => (place < lentAtOnce ? { ...one, initialKwh: returnedKwh } : one))
    .toSorted(byEnergy);
};

/** The line of a station: first in, first out, each battery that is brought back at its end, in the bay that is free. */
export const lineOf = (station: SwapStation, slots: number): Line => {
  const accepted = acceptedOf(station, slots);
  const waiting = firstInLine(station, at(accepted, 0));
  const visits: Visit[] = [];
  for (let slot = 1; slot < slots; slot++)
    for (let swap = 0; swap < at(accepted, slot); swap++) {
      const head = waiting.shift();
      if (head === undefined) break;
      visits.push({ ...head, endSlot: slot });
      waiting.push({ bay: head.bay, initialKwh: station.returnedKwh, firstSlot: slot });
    }
  return { visits: [...visits, ...waiting.map((one) => ({ ...one, endSlot: slots }))], accepted };
};

const idOf = ({ id }: SwapStation, visit: number): string => `${id}/${visit + 1}`;

/** Needs below this count as this where a price is per percent of the need. */
const SMALLEST_NEED_KWH = 1;

/**
 * A visit as a session that must leave full. A kWh that is missing costs its share of a stock-out, at most all of
 * it for the battery; energies are counted from what is never taken. Nothing of it is for comfort or fairness.
 */
const asSession = (
  station: SwapStation,
  visit: Visit,
  { id, slots }: { id: string; slots: number },
): ProblemSession => {
  const { fullKwh, returnedKwh } = station;
  const { initialKwh, firstSlot, endSlot } = visit;
  const leastKwh = Math.min(returnedKwh, initialKwh);
  const missingKwh = Math.max(0, fullKwh - initialKwh);
  const perKwh = station.stockOutPrice / (fullKwh - leastKwh);
  return {
    id,
    nodeId: station.nodeId,
    firstSlot,
    endSlot,
    minChargeKw: 0,
    maxChargeKw: station.maxChargeKw,
    minDischargeKw: 0,
    maxDischargeKw: station.maxDischargeKw,
    maxDischargeKwh: null,
    chargeEfficiency: station.chargeEfficiency,
    dischargeEfficiency: station.dischargeEfficiency,
    capacityKwh: fullKwh - leastKwh,
    initialKwh: Math.min(fullKwh, initialKwh) - leastKwh,
    targetKwh: fullKwh - leastKwh,
    reserveKwh: 0,
    taper: null,
    wearPerKwh: station.wearPerKwh,
    salvagePerKwh: endSlot >= slots ? (station.terminalValuePerKwh ?? 0) : 0,
    shortfallPerPercent: (perKwh * Math.max(SMALLEST_NEED_KWH, missingKwh)) / 100,
    departsAfterHorizon: endSlot >= slots,
    urgency: "normal",
    phases: [1, 2, 3],
    phasesKnown: true,
  };
};

/** Sessions that stand for the batteries of all stations, station by station. */
export const visitSessions = ({ swapStations, horizon }: Problem): ProblemSession[] => {
  const slots = slotCount(horizon);
  return swapStations.flatMap((station) =>
    lineOf(station, slots).visits.map((visit, index) =>
      asSession(station, visit, { id: idOf(station, index), slots }),
    ),
  );
};

/** The station whose battery a session stands for; undefined: it is no battery of one. */
export const stationOf = (
  { swapStations }: Problem,
  { id }: Pick<ProblemSession, "id">,
): SwapStation | undefined => swapStations.find((station) => id.startsWith(`${station.id}/`));

/** Batteries that are asked for and certain not to be lent, per slot: those refused, and more than there can be. */
const unservedOf = (station: SwapStation, slots: number): number[] =>
  lineOf(station, slots).accepted.map((accepted, slot) => at(station.demand, slot) - accepted);

/** What they cost. */
export const unservedCost = ({ swapStations, horizon }: Problem): number =>
  swapStations.reduce(
    (total, station) =>
      total +
      station.stockOutPrice * unservedOf(station, slotCount(horizon)).reduce((sum, count) => sum + count, 0),
    0,
  );
