import type { OcppVersion } from "../../src/domain/fleet.js";
import type { EvseConfig } from "../../src/domain/site.js";
import { drawFaults, type StationFaultName } from "../../sims/station/faults/index.js";
import type { NewStation } from "../../sims/station/model.js";
import { randomStream } from "../../sims/world/random.js";
import { START_MS } from "./size.js";

const VERSIONS: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
/** Share of the piles with three phases, and of those that give back: by OCPP 2.1, or as older ones do. */
const THREE_PHASE_SHARE = 0.25;
const BACK_SHARE = 0.4;
const OLDER_BACK_SHARE = 0.15;
const MOST_BACK_KW = 7;

const ONE_PHASE: EvseConfig = { evseId: 1, phases: 1, voltageV: 220, minA: 6, maxA: 32, maxDischargeKw: 0 };
const THREE_PHASES: EvseConfig = { ...ONE_PHASE, phases: 3, maxA: 16 };

/** An older pile of these gives back by a limit below zero, once a probe has shown that. */
const OLDER_BACK: StationFaultName = "back-by-watts";

/** Whether an operator has to prove first that it gives back. */
export const isToBeProbed = ({ faults = [] }: NewStation): boolean => faults.includes(OLDER_BACK);

/** A pile with its version, its phases, whether it gives back, and what is wrong with it, by the seed. */
export const drawPile = (stationId: string, index: number, seed: number): NewStation => {
  const version = VERSIONS[index % VERSIONS.length] ?? "1.6";
  const stream = randomStream(seed, `${stationId}/pile`);
  const hasThree = stream.uniform(0, 1) < THREE_PHASE_SHARE;
  const givesBack = stream.uniform(0, 1) < (version === "2.1" ? BACK_SHARE : OLDER_BACK_SHARE);
  const evse = hasThree ? THREE_PHASES : ONE_PHASE;
  return {
    stationId,
    version,
    evse: givesBack ? { ...evse, maxDischargeKw: MOST_BACK_KW } : evse,
    atMs: START_MS,
    faults: [
      ...drawFaults(seed, stationId, version),
      ...(givesBack && version !== "2.1" ? [OLDER_BACK] : []),
    ],
  };
};
