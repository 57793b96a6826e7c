import { randomBytes } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import type { Operations } from "../ports/operations.js";

/** One state of a site, written out once for all who look at it. */
export interface Frame {
  /** Unique over restarts: what a reader names to resume. */
  readonly id: string;
  readonly json: string;
}

type Listener = (frame: Frame) => void;

interface Feed {
  readonly listeners: Set<Listener>;
  readonly unsubscribe: () => void;
  frame: Frame | null;
  /** Something changed that no frame shows yet. */
  dirty: boolean;
  /** A frame is being made, or the pause after one runs. */
  busy: boolean;
}

export interface LiveHub {
  /** Calls back with the state as it is (unless it is frame `after`) and at each change. */
  subscribe(siteId: string, listener: Listener, after: string | null): () => void;
}

export interface LiveHubOptions {
  readonly operations: Pick<Operations, "live" | "onLiveChange">;
  readonly log: Pick<FastifyBaseLogger, "error">;
  /** Least time between two frames of a site. */
  readonly minIntervalMs?: number;
}

/** One subscription and one frame per site however many look; no one looks, nothing is made. */
export const createLiveHub = ({ operations, log, minIntervalMs = 1_000 }: LiveHubOptions): LiveHub => {
  const feeds = new Map<string, Feed>();
  const run = randomBytes(6).toString("base64url");
  let count = 0;

  const makeFrame = async (siteId: string, feed: Feed): Promise<void> => {
    feed.dirty = false;
    try {
      feed.frame = { id: `${run}.${++count}`, json: JSON.stringify(await operations.live(siteId)) };
      for (const listener of feed.listeners) listener(feed.frame);
    } catch (error) {
      log.error({ err: error, siteId }, "the live state of a site could not be made");
    }
  };

  const refresh = (siteId: string, feed: Feed): void => {
    feed.dirty = true;
    if (feed.busy || feed.listeners.size === 0) return;
    feed.busy = true;
    void makeFrame(siteId, feed).then(() => {
      setTimeout(() => {
        feed.busy = false;
        if (feed.dirty) refresh(siteId, feed);
      }, minIntervalMs).unref();
    });
  };

  const openFeed = (siteId: string): Feed => {
    const feed: Feed = {
      listeners: new Set(),
      unsubscribe: operations.onLiveChange(siteId, () => refresh(siteId, feed)),
      frame: null,
      dirty: true,
      busy: false,
    };
    feeds.set(siteId, feed);
    return feed;
  };

  return {
    subscribe: (siteId, listener, after) => {
      const feed = feeds.get(siteId) ?? openFeed(siteId);
      feed.listeners.add(listener);
      if (feed.frame !== null && feed.frame.id !== after) listener(feed.frame);
      if (feed.dirty) refresh(siteId, feed);
      return () => {
        feed.listeners.delete(listener);
        if (feed.listeners.size > 0 || feeds.get(siteId) !== feed) return;
        feeds.delete(siteId);
        feed.unsubscribe();
      };
    },
  };
};
