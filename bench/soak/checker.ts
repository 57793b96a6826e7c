import type { Session } from "../../src/domain/session.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { sum } from "../../src/domain/units.js";
import type { StationFaultName } from "../../sims/station/faults/index.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import type { Scenario } from "../../sims/scenario.js";
import type { Truth } from "../../sims/run/truth-types.js";
import { RATED_KW } from "../csms/sites.js";
import { SAMPLE_S, SITE_METER_S } from "./size.js";

/** Time to follow, to the next sample or measurement, and a pass (docs/field.md, what is promised). */
const SEEN_S = 60 + Math.min(SAMPLE_S, SITE_METER_S) + 10;
const MEASURED_S = SITE_METER_S + 10;
/** Registers are told in whole watt-hours. */
const ROUNDING_KWH = 0.01;
/** Their registers say something else than their meters, or nothing: that is told a person, and cannot be billed. */
const UNBILLED: readonly StationFaultName[] = ["register-twice", "no-energy"];
/** Its end is not told under its own name: what it drew after its last sample stays in quarantine. */
const LAST_SAMPLE_KWH = (RATED_KW * SAMPLE_S * SECOND_MS) / 3_600_000;

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
  /** What docs/field.md allows for stations that take what they like. */
  readonly excusedS: number;
}

export const judgeSite = (
  { site, stations }: Scenario,
  { breach }: Truth,
  transactions: TrueTransactions,
): SiteVerdict => ({
  siteId: site.id,
  breachS: breach.seconds,
  longestS: breach.longestSeconds,
  mostKw: breach.maxOverKw,
  excusedS: sum(
    stations.map(({ stationId, faults = [] }) => excuseS(faults) * transactions.of(stationId).size),
  ),
});

const excuseS = (faults: readonly StationFaultName[]): number => {
  if (faults.includes("ignores-profiles")) return SEEN_S;
  return faults.includes("no-power") ? MEASURED_S : 0;
};

export interface StationVerdict {
  readonly stationId: string;
  readonly faults: readonly StationFaultName[];
  readonly begun: number;
  readonly kept: number;
  readonly trueKwh: number;
  readonly keptKwh: number;
  /** null: its energy cannot be billed. */
  readonly wrongKwh: number | null;
}

interface Seen {
  readonly begun: ReadonlySet<string>;
  readonly trueKwh: number;
  readonly sessions: readonly Session[];
}

/** Its ledger against its own meter. */
export const judgeStation = (
  stationId: string,
  faults: readonly StationFaultName[],
  { begun, trueKwh, sessions }: Seen,
): StationVerdict => {
  const keptKwh = sum(sessions.map(({ importedKwh }) => importedKwh));
  const slackKwh = ROUNDING_KWH + (faults.includes("stops-as-zero") ? LAST_SAMPLE_KWH : 0);
  const offKwh = Math.max(0, Math.abs(keptKwh - trueKwh) - slackKwh * Math.max(1, begun.size));
  return {
    stationId,
    faults,
    begun: begun.size,
    kept: sessions.length,
    trueKwh,
    keptKwh,
    wrongKwh: faults.some((name) => UNBILLED.includes(name)) ? null : offKwh,
  };
};
