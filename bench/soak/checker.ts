import type { Session } from "../../src/domain/session.js";
import { ratedKw } from "../../src/domain/draw.js";
import { HOUR_MS, SECOND_MS, sum } from "../../src/domain/units.js";
import type { StationFaultName } from "../../sims/station/faults/index.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import type { Scenario } from "../../sims/scenario.js";
import type { Truth } from "../../sims/run/truth-types.js";
import type { NewStation } from "../../sims/station/model.js";
import type { ExcessBook, Stretch } from "./excess.js";
import { SAMPLE_S } from "./size.js";

/** Registers are told in whole watt-hours. */
const ROUNDING_KWH = 0.01;
/** Their registers say something else than their meters, or nothing: that is told a person, and cannot be billed. */
const UNBILLED: readonly StationFaultName[] = ["register-twice", "no-energy"];
/** Its end is not told under its own name: what it drew after its last sample stays in quarantine. */
const LAST_SAMPLE_HOURS = (SAMPLE_S * SECOND_MS) / HOUR_MS;

/** What really began at each station, seen by nobody but the checker. */
export interface TrueTransactions {
  readonly of: (stationId: string) => ReadonlySet<string>;
}

/** Watches each station's own transactions as they come and go. */
export const watchTransactions = (fleet: SimFleet): TrueTransactions => {
  const begun = new Map<string, Set<string>>([...fleet.stations.keys()].map((id) => [id, new Set()]));
  const look = (): void => {
    for (const station of fleet.stations.values()) {
      const { transaction } = station.model();
      if (transaction !== null) begun.get(station.id)?.add(transaction.localId);
    }
  };
  fleet.onChange(look);
  fleet.onInterval(look);
  return { of: (stationId) => begun.get(stationId) ?? new Set() };
};

export interface SiteVerdict {
  readonly siteId: string;
  readonly breachS: number;
  readonly longestS: number;
  readonly mostKw: number;
  /** What no pile's deceit explains at its instant. */
  readonly unexcusedS: number;
  readonly mostUnexcusedKw: number;
  readonly stretches: readonly Stretch[];
}

export const judgeSite = ({ site }: Scenario, { breach }: Truth, excess: ExcessBook): SiteVerdict => {
  const stretches = excess.stretches();
  return {
    siteId: site.id,
    breachS: breach.seconds,
    longestS: breach.longestSeconds,
    mostKw: breach.maxOverKw,
    unexcusedS: sum(stretches.map(({ unexcusedS }) => unexcusedS)),
    mostUnexcusedKw: Math.max(0, ...stretches.map(({ mostUnexcusedKw }) => mostUnexcusedKw)),
    stretches,
  };
};

export interface StationVerdict {
  readonly stationId: string;
  readonly faults: readonly StationFaultName[];
  readonly begun: number;
  readonly kept: number;
  readonly trueKwh: number;
  readonly keptKwh: number;
  /** Given back. */
  readonly backKwh: number;
  /** null: its energy cannot be billed. */
  readonly wrongKwh: number | null;
}

interface Seen {
  readonly begun: ReadonlySet<string>;
  readonly trueKwh: number;
  readonly backKwh: number;
  readonly sessions: readonly Session[];
}

/** Its ledger against its own meter, either way. */
export const judgeStation = (
  { stationId, version, evse, faults = [] }: NewStation,
  { begun, trueKwh, backKwh, sessions }: Seen,
): StationVerdict => {
  const keptKwh = sum(sessions.map(({ importedKwh }) => importedKwh));
  const keptBackKwh = sum(sessions.map(({ exportedKwh }) => exportedKwh));
  const lastKwh = faults.includes("stops-as-zero") ? ratedKw(evse) * LAST_SAMPLE_HOURS : 0;
  // A StopTransaction of 1.6 tells one register, that of what was charged.
  const lastBackKwh = version === "1.6" ? evse.maxDischargeKw * LAST_SAMPLE_HOURS : lastKwh;
  const offKwh = (kept: number, own: number, last: number): number =>
    Math.max(0, Math.abs(kept - own) - (ROUNDING_KWH + last) * Math.max(1, begun.size));
  return {
    stationId,
    faults,
    begun: begun.size,
    kept: sessions.length,
    trueKwh,
    keptKwh,
    backKwh,
    wrongKwh: faults.some((name) => UNBILLED.includes(name))
      ? null
      : offKwh(keptKwh, trueKwh, lastKwh) + offKwh(keptBackKwh, backKwh, lastBackKwh),
  };
};
