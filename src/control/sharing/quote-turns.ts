import { YouxuError } from "../../domain/errors.js";
import { createTurns } from "../../ports/turns.js";

/** Prices that are worked out or wait for that. A site's share is less than all, so that no site takes every place. */
const MOST_PER_SITE = 5;
const MOST_IN_ALL = 20;

export interface QuoteTurns {
  /** Works out one price after the other, of all sites; where too many wait `emergency.too-many` is thrown at once. */
  take<Result>(siteId: string, work: () => Promise<Result>): Promise<Result>;
  idle(): boolean;
}

/** A price takes two plans in the thread that answers stations: as many at once as are asked for would hold it up. */
export const createQuoteTurns = (): QuoteTurns => {
  const inTurn = createTurns();
  const underWay = new Map<string, number>();
  let all = 0;
  const count = (siteId: string, change: 1 | -1): void => {
    const ofSite = (underWay.get(siteId) ?? 0) + change;
    all += change;
    if (ofSite === 0) underWay.delete(siteId);
    else underWay.set(siteId, ofSite);
  };
  return {
    idle: () => all === 0,
    take: async (siteId, work) => {
      if (all >= MOST_IN_ALL || (underWay.get(siteId) ?? 0) >= MOST_PER_SITE)
        throw new YouxuError("emergency.too-many", "too many prices are being worked out already", "body");
      count(siteId, 1);
      try {
        return await inTurn("prices", work);
      } finally {
        count(siteId, -1);
      }
    },
  };
};
