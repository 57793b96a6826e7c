import { asUsed, type UsedPhases } from "../domain/draw.js";
import type { FleetState } from "../domain/fleet.js";
import type { Horizon } from "../domain/horizon.js";
import type { EvseConfig, GridNode, Site } from "../domain/site.js";
import type { BaseForecast } from "./base-forecast.js";
import { upperBaseAt } from "./node-base.js";
import type { FixedCar } from "./present-cars.js";
import { unconfiguredKwAt } from "./unconfigured.js";

const PHASES = [1, 2, 3] as const;

interface CarPhases {
  readonly phases: number[];
  readonly phasesKnown: boolean;
}

interface PhasesKnown {
  readonly config: EvseConfig;
  readonly evse: UsedPhases;
}

/**
 * Phases that a car draws on. One that may draw on three counts evenly: should it draw on one, that one
 * bears no more amperes than planned. One seen on a single phase is on the phase that the pile's first is
 * wired to; where the site file does not tell, each phase must bear it.
 */
export const phasesOf = ({ config, evse }: PhasesKnown): CarPhases => {
  if (asUsed(config, evse).phases === 3) return { phases: [...PHASES], phasesKnown: true };
  return { phases: [config.firstPhase ?? 1], phasesKnown: config.firstPhase !== undefined };
};

/** Share of a car's power that a phase must bear. */
const shareOn = ({ phases, phasesKnown }: CarPhases, phase: number): number =>
  !phasesKnown || phases.includes(phase) ? 1 / phases.length : 0;

/** The limit of each phase in every slot; null: none. */
export const phaseLimits = ({ phaseLimitKw = null }: GridNode, horizon: Horizon): number[][] | null =>
  phaseLimitKw === null ? null : PHASES.map(() => horizon.startsMs.map(() => phaseLimitKw));

interface PhaseLoads {
  readonly site: Site;
  readonly fleet: FleetState;
  readonly base: BaseForecast;
  readonly horizon: Horizon;
  /** Cars that cannot be steered, with what each may draw by slot, kW. */
  readonly fixed: readonly { readonly car: FixedCar; readonly kw: readonly number[] }[];
}

/**
 * What cannot be steered at a node, by phase: its share of the base load, cars that are not steered, and
 * EVSEs that no site file names on every phase. null where no phase of the site is limited.
 */
export const phaseBase = (
  { site, fleet, base, horizon, fixed }: PhaseLoads,
  node: GridNode,
): number[][] | null => {
  if (site.nodes.every(({ phaseLimitKw = null }) => phaseLimitKw === null)) return null;
  const own = fixed.filter(({ car }) => car.station.nodeId === node.id);
  const unconfiguredKw = unconfiguredKwAt(site, fleet, (nodeId) => nodeId === node.id);
  const upperKw = upperBaseAt(site, base, node.id);
  return PHASES.map((phase) => {
    const share = site.basePhaseShares?.[phase - 1] ?? 1 / 3;
    return horizon.startsMs.map((_, slot) => {
      const baseKw = share * (upperKw[slot] ?? 0);
      return own.reduce(
        (total, { car, kw }) => total + shareOn(phasesOf(car), phase) * (kw[slot] ?? 0),
        baseKw + unconfiguredKw,
      );
    });
  });
};
