import type { DischargeWay } from "../domain/discharge.js";
import type { EpochMs } from "../domain/units.js";

export interface ProbeAsked {
  readonly evseId: number;
  /** null: what its model is known to take, else limits below zero in watts, then in amperes. */
  readonly way: DischargeWay | null;
}

/** What one way of asking brought. */
export interface ProbeTried {
  readonly way: DischargeWay;
  readonly works: boolean;
  /** Why not; null: it works. */
  readonly why: string | null;
  readonly askedKw: number;
  /** What the meter told after the station took it, signed. */
  readonly metered: readonly { readonly atMs: EpochMs; readonly powerKw: number }[];
}

/** Asks a station that has no word for discharge for a small one, and sees at its meter whether it comes. */
export interface DischargeProbes {
  /**
   * The ways that were tried, up to the first that works. What is found is a quirk of the station. Throws YouxuError
   * where there is nothing to be probed.
   */
  readonly probe: (stationId: string, asked: ProbeAsked) => Promise<readonly ProbeTried[]>;
}
