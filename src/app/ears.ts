import type { FleetEvent } from "../domain/fleet.js";
import type { LimitExcess } from "../domain/limit-excess.js";
import type { StationNews } from "../domain/station-news.js";

/** Who hears of the fleet and of stations' news, and may be there only after the stations are. */
export interface Ears {
  /** Each event of the fleet, after the loop took it. */
  readonly onEvent: (listener: (event: FleetEvent) => void) => void;
  readonly onNews: (listener: (news: StationNews) => void) => void;
  readonly onExcess: (listener: (excess: LimitExcess) => void) => void;
  readonly excess: (excess: LimitExcess) => void;
  readonly event: (event: FleetEvent) => void;
  readonly news: (news: StationNews) => void;
}

export const createEars = (): Ears => {
  const ofEvents: ((event: FleetEvent) => void)[] = [];
  const ofNews: ((news: StationNews) => void)[] = [];
  const ofExcesses: ((excess: LimitExcess) => void)[] = [];
  return {
    onExcess: (listener) => void ofExcesses.push(listener),
    excess: (excess) => ofExcesses.forEach((listener) => listener(excess)),
    onEvent: (listener) => void ofEvents.push(listener),
    onNews: (listener) => void ofNews.push(listener),
    event: (event) => ofEvents.forEach((listener) => listener(event)),
    news: (news) => ofNews.forEach((listener) => listener(news)),
  };
};
