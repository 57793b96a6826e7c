import type { SiteStorage } from "./site.js";
import type { EpochMs } from "./units.js";

/** A power that a battery was told, and until when it may still do it. */
export interface ToldUntil {
  readonly powerKw: number;
  /** Infinite for a battery without a watchdog. */
  readonly untilMs: EpochMs;
}

/** A commanded battery as the loop knows it now. Powers at the grid side, charging positive. */
export interface StorageSituation {
  readonly config: SiteStorage;
  /** null: not known, or stale. */
  readonly energyKwh: number | null;
  readonly measuredKw: number | null;
  /** Whether it is planned: it is reached, fresh, and does what it is told. */
  readonly steered: boolean;
  /** What it was told and may still do: the last that it confirmed, and any since. */
  readonly inPlay: readonly ToldUntil[];
}

/** Least and most of a signed power, kW. */
export interface PowerBounds {
  readonly leastKw: number;
  readonly mostKw: number;
}

const boundsOf = (powersKw: readonly number[]): PowerBounds => ({
  leastKw: Math.min(...powersKw),
  mostKw: Math.max(...powersKw),
});

/**
 * What a battery may do at a moment if every message is lost from now on: what it was told for as long as its
 * watchdog lets it, then its failsafe; without a watchdog anything. One that is not steered may also go on as it
 * was measured.
 */
export const lostBounds = (
  { config, measuredKw, steered, inPlay }: StorageSituation,
  atMs: EpochMs,
): PowerBounds =>
  boundsOf([
    config.failsafeKw,
    ...inPlay.filter(({ untilMs }) => untilMs > atMs).map(({ powerKw }) => powerKw),
    ...(config.watchdogMs === null ? [config.maxChargeKw, -config.maxDischargeKw] : []),
    ...(steered || measuredKw === null ? [] : [measuredKw]),
  ]);

/** What it may do at a moment while it is reached: what it was told, or its failsafe where nothing is in play. */
export const heldBounds = (situation: StorageSituation, atMs: EpochMs): PowerBounds => {
  const alive = situation.inPlay.filter(({ untilMs }) => untilMs > atMs);
  return situation.steered && alive.length > 0
    ? boundsOf(alive.map(({ powerKw }) => powerKw))
    : lostBounds(situation, atMs);
};

/**
 * What it would do without us, whatever it is told before: its failsafe; of one without a watchdog, that is
 * anything that it can.
 */
export const unattendedBounds = ({ config }: StorageSituation): PowerBounds =>
  config.watchdogMs === null
    ? { leastKw: -config.maxDischargeKw, mostKw: config.maxChargeKw }
    : { leastKw: config.failsafeKw, mostKw: config.failsafeKw };
