import type { StationEvent } from "../domain/station-file/events.js";
import type { StationFile } from "../domain/station-file/file.js";
import type { StationNews } from "../domain/station-news.js";

/** What is kept of each station beside charging, over restarts. */
export interface StationFiles {
  /** Takes news in, in the order in which they come. Never throws. */
  readonly tell: (news: StationNews) => void;
  /** Calls back with each event of a station that is kept from now on; the result ends that. */
  readonly follow: (stationId: string, listener: (event: StationEvent) => void) => () => void;
  /** As of all news told before; an empty file of a station that told none. */
  readonly of: (stationId: string) => Promise<StationFile>;
}
