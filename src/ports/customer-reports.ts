import type { StationNews } from "../domain/station-news.js";

/** What a station told of a customer, as far as it came. */
export interface CustomerReport {
  /** Whether the last part came. */
  readonly complete: boolean;
  /** The parts in order; null while more is to come. */
  readonly data: string | null;
}

/**
 * What stations tell of customers, until somebody has read it. It stands in memory only: on no disk, in no log,
 * and no longer than an hour.
 */
export interface CustomerReports {
  /** Takes in what concerns it. Never throws. */
  readonly tell: (news: StationNews) => void;
  /** Gives a report and, where it is complete, forgets it; null: none was told under this number. */
  readonly take: (stationId: string, requestId: number) => CustomerReport | null;
}
