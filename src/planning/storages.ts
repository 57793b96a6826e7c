import type { Horizon } from "../domain/horizon.js";
import type { ProblemStorage } from "../domain/problem.js";
import { lostBounds, type StorageSituation, unattendedBounds } from "../domain/storage.js";
import { clamp } from "../domain/units.js";

/** The batteries that are planned, as the optimizer sees them. */
export const formulateStorages = (storages: readonly StorageSituation[]): ProblemStorage[] =>
  storages.flatMap(({ config, energyKwh, steered }) =>
    !steered || energyKwh === null
      ? []
      : [
          {
            id: config.id,
            nodeId: config.nodeId,
            capacityKwh: config.capacityKwh,
            energyKwh: clamp(energyKwh, 0, config.capacityKwh),
            minimumKwh: config.minimumKwh,
            maxChargeKw: config.maxChargeKw,
            maxDischargeKw: config.maxDischargeKw,
            chargeEfficiency: config.chargeEfficiency,
            dischargeEfficiency: config.dischargeEfficiency,
            wearPerKwh: config.wearPerKwh,
            terminalValuePerKwh: null,
          },
        ],
  );

type IsHere = (nodeId: string) => boolean;

/** What batteries that cannot be steered may draw by slot at the nodes that are meant, ≥ 0, kW. */
export const unsteeredStorageKw = (
  storages: readonly StorageSituation[],
  horizon: Horizon,
  isHere: IsHere,
): number[] =>
  horizon.startsMs.map((startMs) =>
    storages
      .filter(({ config, steered }) => !steered && isHere(config.nodeId))
      .reduce((total, situation) => total + Math.max(0, lostBounds(situation, startMs).mostKw), 0),
  );

/**
 * What batteries may draw by slot beside what is planned for them if every message is lost, ≥ 0, kW: those that
 * cannot be steered as above, the others what they do without us.
 */
export const lostStorageKw = (
  storages: readonly StorageSituation[],
  horizon: Horizon,
  isHere: IsHere,
): number[] => {
  const unsteered = unsteeredStorageKw(storages, horizon, isHere);
  const unattendedKw = storages
    .filter(({ config, steered }) => steered && isHere(config.nodeId))
    .reduce((total, situation) => total + Math.max(0, unattendedBounds(situation).mostKw), 0);
  return unsteered.map((kw) => kw + unattendedKw);
};

/** What batteries may give back by slot beside what is planned for them, ≥ 0, kW. */
export const storageBackKw = (
  storages: readonly StorageSituation[],
  horizon: Horizon,
  isHere: IsHere,
): number[] =>
  horizon.startsMs.map((startMs) =>
    storages
      .filter(({ config }) => isHere(config.nodeId))
      .reduce((total, situation) => {
        const { leastKw } = situation.steered ? unattendedBounds(situation) : lostBounds(situation, startMs);
        return total + Math.max(0, -leastKw);
      }, 0),
  );
