import type { Delivery } from "../../domain/webhook.js";
import { SORTS, sortOf } from "../../management/webhook-events.js";
import { createCrowd } from "./crowd.js";

/** Of one station wait no more of what is neither its coming and going nor a transaction, once others are to make way. */
const MOST_OF_ONE = 100;

/** Messages that wait for one webhook, in order; the first of them may be on its way. */
export interface WaitingLine {
  readonly first: () => Delivery | undefined;
  readonly size: () => number;
  readonly all: () => readonly Delivery[];
  readonly push: (delivery: Delivery) => void;
  /** The first as it is now. */
  readonly changeFirst: (delivery: Delivery) => void;
  readonly remove: (delivery: Delivery) => void;
  /**
   * Which makes way where too many wait, but for the first: of stations that come and go, then of all else, those of
   * transactions last. Of each sort it is the oldest of the station of which most wait, so that one that tells without
   * end crowds out itself; nor do its other messages crowd out those who come and go.
   */
  readonly leastMissed: () => Delivery | undefined;
}

/** What is of no station counts by itself, as of a site. */
const sourceOf = ({ stationId, siteId, kind }: Delivery): string => stationId ?? `${siteId} ${kind}`;

export const createWaitingLine = (stored: readonly Delivery[]): WaitingLine => {
  const all = new Map<string, Delivery>();
  let first: Delivery | undefined;
  const crowds = { coming: createCrowd(), other: createCrowd(), transaction: createCrowd() };
  const crowdOf = ({ kind }: Delivery) => crowds[sortOf(kind)];
  const uncount = (one: Delivery): void => crowdOf(one).remove(sourceOf(one), one.id);

  const push = (one: Delivery): void => {
    all.set(one.id, one);
    if (first === undefined) first = one;
    else crowdOf(one).add(sourceOf(one), one.id);
  };
  stored.forEach(push);
  return {
    first: () => first,
    size: () => all.size,
    all: () => [...all.values()],
    push,
    changeFirst: (delivery) => {
      first = delivery;
      all.set(delivery.id, delivery);
    },
    remove: (delivery) => {
      all.delete(delivery.id);
      if (first?.id === delivery.id) [first] = all.values();
      else uncount(delivery);
      if (first !== undefined) uncount(first);
    },
    leastMissed: () => {
      const isLoud = crowds.other.most() > MOST_OF_ONE;
      const sort = isLoud ? "other" : SORTS.find((one) => crowds[one].most() > 0);
      const id = sort === undefined ? undefined : crowds[sort].oldestOfMost();
      return id === undefined ? undefined : all.get(id);
    },
  };
};
