import type { FleetState } from "../domain/fleet.js";
import type { Measurement, Site } from "../domain/site.js";
import { type BaseExperience, experienceOf, fadeAfter, type SeenBase } from "../planning/base-experience.js";
import type { BaseObservation } from "../planning/base-forecast.js";
import { quarterOfLocalDay, quarterStartMs } from "../signals/calendar.js";
import { clamp, type EpochMs, SECOND_MS } from "../domain/units.js";
import { observeBase, type ObservedBounds } from "./base-observer.js";

/** Two weeks of quarter hours. */
const MOST_SEEN = 14 * 96;
/** Bounds closer than this are one value. */
const EXACT_KW = 0.05;

/** Measurements further apart than this are not of the same moment: the sun moves. */
const PAIR_MS = 10 * SECOND_MS;

/** What the site drew and what its PV generated at about the same moment. */
interface SitePair {
  readonly importKw: number;
  readonly pvKw: number;
  readonly atMs: EpochMs;
}

const pairOf = (siteImport: Measurement | undefined, pv: Measurement | undefined): SitePair | null =>
  siteImport === undefined || pv === undefined || Math.abs(siteImport.atMs - pv.atMs) > PAIR_MS
    ? null
    : { importKw: siteImport.powerKw, pvKw: pv.powerKw, atMs: Math.min(siteImport.atMs, pv.atMs) };

export interface BaseMemory {
  readonly observed: BaseObservation | null;
  readonly siteImport: Measurement | null;
  /** The latest import and PV power of about the same moment, at the older of their times; null: never. */
  readonly pair: SitePair | null;
  /** null while less than a day was seen. */
  readonly experience: BaseExperience | null;
  /** Takes what is the latest of its kind; false: it is older than what is known. */
  measure(measurement: Measurement): boolean;
  /** Takes the latest measurement into the observation; above its limit nobody is long about following. */
  observe(site: Site, fleet: FleetState, limitKw?: number | null): void;
  /** A base load known for sure, in order of time: the first, the most and the least of each quarter of an hour are kept. */
  learn(site: Site, seen: { readonly powerKw: number; readonly atMs: EpochMs }): void;
  /** Latest PV power; null when it was never measured or is stale. */
  pvKw(nowMs: EpochMs, staleMs: number): number | null;
  /** Latest battery power, charging positive; null as above. */
  battery(nowMs: EpochMs, staleMs: number): Measurement | null;
}

/** A measurement while it is not stale. */
const fresh = (measured: Measurement | undefined, nowMs: EpochMs, staleMs: number): Measurement | null =>
  measured === undefined || nowMs - measured.atMs > staleMs ? null : measured;

/** What has been measured at a site: latest values, and what was seen of the base load by quarter hour. */
export const createBaseMemory = (): BaseMemory => {
  const latest = new Map<Measurement["kind"], Measurement>();
  const seen: SeenBase[] = [];
  let observed: BaseObservation | null = null;
  let experience: BaseExperience | null = null;
  let mostDischargeKw = 0;
  let pair: SitePair | null = null;

  const learn: BaseMemory["learn"] = (site, { powerKw, atMs }) => {
    const quarterMs = quarterStartMs(atMs);
    const last = seen.at(-1);
    if (last?.quarterMs === quarterMs)
      seen[seen.length - 1] = {
        ...last,
        mostKw: Math.max(last.mostKw, powerKw),
        leastKw: Math.min(last.leastKw, powerKw),
      };
    if (quarterMs <= (last?.quarterMs ?? -Infinity)) return;
    experience = experienceOf(seen);
    const typical = typicalKw(site, atMs);
    seen.push({ quarterMs, powerKw, mostKw: powerKw, leastKw: powerKw, typicalKw: typical });
    if (seen.length > MOST_SEEN) seen.shift();
  };

  return {
    get observed() {
      return observed;
    },
    get siteImport() {
      return latest.get("site-import") ?? null;
    },
    get pair() {
      return pair;
    },
    get experience() {
      return experience;
    },
    measure: (measurement) => {
      if (measurement.atMs < (latest.get(measurement.kind)?.atMs ?? -Infinity)) return false;
      latest.set(measurement.kind, measurement);
      pair = pairOf(latest.get("site-import"), latest.get("pv")) ?? pair;
      if (measurement.kind === "battery") mostDischargeKw = Math.max(mostDischargeKw, -measurement.powerKw);
      return true;
    },
    observe: (site, fleet, limitKw = null) => {
      const [siteImport, pv, battery] = [latest.get("site-import"), latest.get("pv"), latest.get("battery")];
      const bounds = observeBase(site, fleet, {
        siteImport: siteImport ?? null,
        pv: pv ?? null,
        battery: battery ?? null,
        mostDischargeKw,
        limitKw: limitKw ?? Infinity,
      });
      if (bounds === null) return;
      // What was known for sure of this measurement stays, whatever cars have been told since.
      if (observed?.exactMs === bounds.atMs) return;
      observed = takeBounds(site, { before: observed, bounds, scale: experience?.scale ?? 1 });
      if (observed.exactMs === bounds.atMs) learn(site, observed);
    },
    learn,
    pvKw: (nowMs, staleMs) => fresh(latest.get("pv"), nowMs, staleMs)?.powerKw ?? null,
    battery: (nowMs, staleMs) => fresh(latest.get("battery"), nowMs, staleMs),
  };
};

const typicalKw = (site: Site, atMs: EpochMs): number =>
  site.baseProfileKw[quarterOfLocalDay(atMs, site.timeZone)] ?? 0;

interface Taken {
  readonly before: BaseObservation | null;
  readonly bounds: ObservedBounds;
  readonly scale: number;
}

/** What was forecast from the observation before, as far as the bounds allow it. */
const takeBounds = (site: Site, { before, bounds, scale }: Taken): BaseObservation => {
  const { lowKw, highKw, atMs } = bounds;
  if (highKw - lowKw < EXACT_KW) return { powerKw: (lowKw + highKw) / 2, atMs, exactMs: atMs };
  const deviationKw = before === null ? 0 : before.powerKw - scale * typicalKw(site, before.atMs);
  const fade = before === null ? 0 : fadeAfter(atMs - before.atMs);
  const expectedKw = Math.max(0, scale * typicalKw(site, atMs) + deviationKw * fade);
  return { powerKw: clamp(expectedKw, lowKw, highKw), atMs, exactMs: before?.exactMs ?? -Infinity };
};
