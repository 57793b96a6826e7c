import type { Problem, ProblemSession, ProblemStorage } from "../../domain/problem.js";

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

/** What holds for the batteries of a problem, cars first: which of them are storages, and their floors. */
export interface Batteries {
  readonly problem: Problem;
  readonly cars: number;
  /** 0 for cars. */
  readonly leastKwh: readonly number[];
  /** Storages that state what a kWh in them is worth at the end. */
  readonly isValued: readonly boolean[];
}

/** The problem with a session for each storage, whatever sessions of that name it came with. */
export const batteriesOf = (problem: Problem): Batteries => {
  const names = new Set(problem.storages.map(({ id }) => id));
  const cars = problem.sessions.filter(({ id }) => !names.has(id));
  const slots = problem.horizon.startsMs.length;
  return {
    problem: {
      ...problem,
      sessions: [...cars, ...problem.storages.map((storage) => parkedOf(storage, slots))],
    },
    cars: cars.length,
    leastKwh: [...cars.map(() => 0), ...problem.storages.map(leastKwh)],
    isValued: [
      ...cars.map(() => false),
      ...problem.storages.map(({ terminalValuePerKwh }) => terminalValuePerKwh !== null),
    ],
  };
};
