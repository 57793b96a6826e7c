import type { Problem, ProblemSession, ProblemStorage } from "../../domain/problem.js";
import { allStays } from "./swaps.js";

/** A storage as `verify` reads it: plugged in throughout, with its energies as they are stated. */
const parkedOf = (storage: ProblemStorage, slots: number): ProblemSession => {
  const { id, nodeId, energyKwh, capacityKwh, minimumKwh } = storage;
  const { maxChargeKw, maxDischargeKw, chargeEfficiency, dischargeEfficiency, wearPerKwh } = storage;
  return {
    id,
    nodeId,
    firstSlot: 0,
    endSlot: slots,
    minChargeKw: 0,
    maxChargeKw,
    minDischargeKw: 0,
    maxDischargeKw,
    maxDischargeKwh: null,
    chargeEfficiency,
    dischargeEfficiency,
    capacityKwh,
    initialKwh: energyKwh,
    // What counts at the end is what is above this.
    targetKwh: leastKwh(storage),
    reserveKwh: energyKwh < minimumKwh ? minimumKwh : 0,
    taper: null,
    wearPerKwh,
    salvagePerKwh: storage.terminalValuePerKwh ?? 0,
    shortfallPerPercent: 1,
    departsAfterHorizon: true,
    urgency: "normal",
    phases: [1, 2, 3],
    phasesKnown: true,
  };
};

/** Least energy that a storage may ever have. */
const leastKwh = ({ minimumKwh, energyKwh }: ProblemStorage): number =>
  energyKwh < minimumKwh ? energyKwh : minimumKwh;

/**
 * What holds for the batteries of a problem, cars first, then storages, then those of swap stations: which of
 * them is what, and their floors.
 */
export interface Batteries {
  readonly problem: Problem;
  readonly cars: number;
  /** Cars and storages: the batteries of swap stations come after these. */
  readonly owned: number;
  /** The swap station of each battery after these. */
  readonly stationOfStay: readonly number[];
  /** 0 for cars. */
  readonly leastKwh: readonly number[];
  /** Storages, and swap batteries that stay, that state what a kWh in them is worth at the end. */
  readonly isValued: readonly boolean[];
}

/** The problem with a session for each storage and swap battery, whatever sessions of that name it came with. */
export const batteriesOf = (problem: Problem): Batteries => {
  const names = new Set(problem.storages.map(({ id }) => id));
  const isSwapped = (id: string): boolean =>
    problem.swapStations.some((station) => id.startsWith(`${station.id}/`));
  const cars = problem.sessions.filter(({ id }) => !names.has(id) && !isSwapped(id));
  const slots = problem.horizon.startsMs.length;
  const stays = allStays(problem);
  return {
    problem: {
      ...problem,
      sessions: [
        ...cars,
        ...problem.storages.map((storage) => parkedOf(storage, slots)),
        ...stays.map(({ session }) => session),
      ],
    },
    cars: cars.length,
    owned: cars.length + problem.storages.length,
    stationOfStay: stays.map(({ station }) => station),
    leastKwh: [
      ...cars.map(() => 0),
      ...problem.storages.map(leastKwh),
      ...stays.map(({ session, station }) =>
        Math.min(session.initialKwh, problem.swapStations[station]?.returnedKwh ?? 0),
      ),
    ],
    isValued: [
      ...cars.map(() => false),
      ...problem.storages.map(({ terminalValuePerKwh }) => terminalValuePerKwh !== null),
      ...stays.map(
        ({ session, station }) =>
          session.departsAfterHorizon && problem.swapStations[station]?.terminalValuePerKwh !== null,
      ),
    ],
  };
};
