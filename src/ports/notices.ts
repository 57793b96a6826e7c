import type { NoticeText } from "../domain/sharing.js";
import type { EpochMs } from "../domain/units.js";

/** A message to a driver, an owner or the operator. */
export interface Notice extends NoticeText {
  /** Rises by one with every notice of any site. */
  readonly id: number;
  readonly siteId: string;
  readonly atMs: EpochMs;
}

interface NoticeQuery {
  /** Only later ones. */
  readonly afterId: number;
  /** Only those to this driver, `owner` or `operator`; null: all. */
  readonly to: string | null;
  /** The newest so many. */
  readonly limit: number;
}

/** What drivers, owners and operators are told: the newest are kept, and those to come can be followed. */
export interface Notices {
  post(notice: Omit<Notice, "id">): Notice;
  of(siteId: string, query: NoticeQuery): readonly Notice[];
  /** Calls back with each notice of a site from now on; returns how to end that. */
  follow(siteId: string, listener: (notice: Notice) => void): () => void;
}

const MOST_KEPT = 2_000;

/** Notices in memory: so many of the newest, whatever comes. */
export const createMemoryNotices = (mostKept = MOST_KEPT): Notices => {
  const kept: Notice[] = [];
  const listeners = new Map<string, Set<(notice: Notice) => void>>();
  let count = 0;
  return {
    post: (text) => {
      const notice = { ...text, id: ++count };
      kept.push(notice);
      if (kept.length > mostKept) kept.shift();
      listeners.get(notice.siteId)?.forEach((listener) => listener(notice));
      return notice;
    },
    of: (siteId, { afterId, to, limit }) =>
      kept
        .filter((one) => one.siteId === siteId && one.id > afterId && (to === null || one.to === to))
        .slice(-limit),
    follow: (siteId, listener) => {
      const ofSite = listeners.get(siteId) ?? new Set();
      listeners.set(siteId, ofSite.add(listener));
      return () => void ofSite.delete(listener);
    },
  };
};
