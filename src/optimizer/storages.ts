import { slotCount } from "../domain/horizon.js";
import type { Problem, ProblemSession, ProblemStorage } from "../domain/problem.js";
import { stationOf, visitSessions } from "./swaps/visits.js";

/** Energy that can never be taken: the minimum, or what there is where that is less. */
const untouchableKwh = ({ minimumKwh, energyKwh }: ProblemStorage): number => Math.min(minimumKwh, energyKwh);

/**
 * A storage as a session that stays beyond the horizon, wants nothing and may discharge at any time; its
 * energies are counted from what can never be taken.
 */
const asSession = (storage: ProblemStorage, slots: number): ProblemSession => {
  const leastKwh = untouchableKwh(storage);
  return {
    id: storage.id,
    nodeId: storage.nodeId,
    firstSlot: 0,
    endSlot: slots,
    minChargeKw: 0,
    maxChargeKw: storage.maxChargeKw,
    minDischargeKw: 0,
    maxDischargeKw: storage.maxDischargeKw,
    maxDischargeKwh: null,
    chargeEfficiency: storage.chargeEfficiency,
    dischargeEfficiency: storage.dischargeEfficiency,
    capacityKwh: storage.capacityKwh - leastKwh,
    initialKwh: storage.energyKwh - leastKwh,
    targetKwh: 0,
    reserveKwh: storage.minimumKwh - leastKwh,
    // Never reached. Kernels and exchanges price time for everyone; who tapers is left to rows and columns.
    taper: { interceptKw: 2 * storage.maxChargeKw, slopeKwPerKwh: 0 },
    wearPerKwh: storage.wearPerKwh,
    salvagePerKwh: storage.terminalValuePerKwh ?? 0,
    shortfallPerPercent: 1,
    departsAfterHorizon: true,
    urgency: "normal",
    phases: [1, 2, 3],
    phasesKnown: true,
  };
};

/** The storage that a session stands for; undefined: it is a car. */
export const storageOf = ({ storages }: Problem, { id }: ProblemSession): ProblemStorage | undefined =>
  storages.find((storage) => storage.id === id);

/** Sessions that are cars. */
export const carsOf = (problem: Problem): ProblemSession[] =>
  problem.sessions.filter(
    (session) => storageOf(problem, session) === undefined && stationOf(problem, session) === undefined,
  );

/**
 * The same problem with a session for every storage, after the cars, and then for every battery of a swap
 * station: the edge of the optimizer, whose parts know sessions alone. What has them already comes out as it is.
 * `verify` reads them on its own.
 */
export const withStorages = (problem: Problem): Problem => {
  const { storages, swapStations, horizon, sessions } = problem;
  const hasSession = (id: string): boolean => sessions.some((session) => session.id === id);
  if (storages.every(({ id }) => hasSession(id)) && swapStations.every(({ id }) => hasSession(`${id}/1`)))
    return problem;
  const slots = slotCount(horizon);
  return {
    ...problem,
    sessions: [
      ...carsOf(problem),
      ...storages.map((storage) => asSession(storage, slots)),
      ...visitSessions(problem),
    ],
  };
};
