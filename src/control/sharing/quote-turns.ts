import { YouxuError } from "../../domain/errors.js";
import { createTurns } from "../../ports/turns.js";
import { createRoom } from "../room.js";

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
  const room = createRoom({ mostOfOne: MOST_PER_SITE, mostInAll: MOST_IN_ALL });
  return {
    idle: room.isEmpty,
    take: async (siteId, work) => {
      const taken = room.within(siteId, () => inTurn("prices", work));
      if (taken === null)
        throw new YouxuError("emergency.too-many", "too many prices are being worked out already", "body");
      return taken;
    },
  };
};
