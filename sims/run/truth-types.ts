import type { EpochMs } from "../../src/domain/units.js";

/** Energy through a node within a slot, taken apart by direction at every moment. */
export interface NodeEnergy {
  readonly importKwh: number;
  readonly exportKwh: number;
  /** Of the net, what is not cars: households − PV at the node itself. */
  readonly backgroundKwh: number;
}

/** What happened within a quarter of an hour, or the part of one in which the same prices held. */
export interface SlotTruth {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly baseKwh: number;
  readonly pvKwh: number;
  readonly evImportKwh: number;
  readonly evExportKwh: number;
  readonly byNode: ReadonlyMap<string, NodeEnergy>;
}

export interface NodeLimit {
  readonly nodeId: string;
  readonly limitKw: number;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/**
 * Power above any import limit, events included, and what cars return above any export limit: the most at
 * any moment, for how long, and at a stretch.
 */
export interface Breach {
  readonly maxOverKw: number;
  readonly seconds: number;
  readonly longestSeconds: number;
}

/** What really happened, known only to the simulator. */
export interface Truth {
  readonly slots: readonly SlotTruth[];
  /** Highest import of the site at any moment. */
  readonly peakKw: number;
  readonly breach: Breach;
}

/** How a stay ended. Energies at the port. */
export interface VisitResult {
  readonly visitId: string;
  readonly stationId: string;
  readonly arriveMs: EpochMs;
  readonly departMs: EpochMs;
  /** The car has left; what still stands at the end of a run is not judged. */
  readonly complete: boolean;
  readonly needKwh: number;
  /** The most that the stay allowed at full power. */
  readonly possibleKwh: number;
  /** Of the need, what the battery held at the end. */
  readonly servedKwh: number;
  readonly importedKwh: number;
  readonly exportedKwh: number;
  readonly consent: boolean;
  /** Lowest energy of the battery while it gave back; null when it never did. */
  readonly lowestKwh: number | null;
  readonly reserveKwh: number;
}
