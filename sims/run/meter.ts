import type { Measurement, Site } from "../../src/domain/site.js";
import type { Cancel, Clock } from "../../src/ports/clock.js";
import type { Background } from "../world/background.js";

export interface MeterParts {
  readonly site: Site;
  readonly clock: Clock;
  readonly background: Background;
  /** Exact net import of the site now, kW. */
  readonly importKw: () => number;
  readonly send: (measurement: Measurement) => void;
}

/** The community's meter: measures once per moment, after everything that happens in it. */
export interface CommunityMeter {
  measureSoon(): void;
  stop(): void;
}

export const createMeter = ({ site, clock, background, importKw, send }: MeterParts): CommunityMeter => {
  const hasPv = site.pvProfileKw.some((power) => power > 0);
  let waiting: Cancel | null = null;
  const measure = (): void => {
    waiting = null;
    const common = { siteId: site.id, atMs: clock.now() };
    send({ ...common, kind: "site-import", powerKw: watts(importKw()) });
    if (hasPv) send({ ...common, kind: "pv", powerKw: watts(background.pvKw(common.atMs)) });
  };
  return {
    measureSoon: () => {
      waiting ??= clock.after(0, measure);
    },
    stop: () => waiting?.(),
  };
};

/** As a meter tells it: whole watts. */
const watts = (powerKw: number): number => Math.round(powerKw * 1000) / 1000;
