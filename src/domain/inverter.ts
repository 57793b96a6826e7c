import type { SiteInverter } from "./site.js";
import type { ToldUntil } from "./storage.js";
import { type EpochMs, sum } from "./units.js";

/** A commanded PV inverter as the loop knows it now. Powers are generation, positive. */
export interface InverterSituation {
  readonly config: SiteInverter;
  /** null: not known, or stale. */
  readonly measuredKw: number | null;
  /** It generates no more than it was told, as far as was measured. */
  readonly following: boolean;
  /** Whether it is told its share of the room: it is reached, fresh, and does what it is told. */
  readonly steered: boolean;
  /** What nodes below the root leave it; absent: they have no limits. */
  readonly roomKw?: number;
  /** Limits that it was told and may still hold: the last that it confirmed, and any since. */
  readonly inPlay: readonly ToldUntil[];
}

/** Its limits at a moment if every message is lost from now on. */
const limitsKw = ({ config, inPlay }: InverterSituation, atMs: EpochMs): number[] => {
  const alive = inPlay.filter(({ untilMs }) => untilMs > atMs).map(({ powerKw }) => powerKw);
  return config.watchdogMs === null && alive.length > 0 ? alive : [config.failsafeKw, ...alive];
};

/** The most that it may generate at a moment, whatever is lost; one that does not follow: its rating. */
export const mostGeneratedKw = (situation: InverterSituation, atMs: EpochMs): number =>
  situation.following ? Math.max(...limitsKw(situation, atMs)) : situation.config.ratedKw;

/** The most that can be relied on at a moment, however much the sun brings: its tightest limit. */
const reliedOnKw = (situation: InverterSituation, atMs: EpochMs): number =>
  Math.min(...limitsKw(situation, atMs));

/** The tightest limit that a reached inverter may hold now, kW; its failsafe counts only where nothing else does. */
const presentLimitKw = ({ config, inPlay }: InverterSituation, nowMs: EpochMs): number => {
  const alive = inPlay.filter(({ untilMs }) => untilMs > nowMs).map(({ powerKw }) => powerKw);
  return alive.length === 0 ? config.failsafeKw : Math.min(...alive);
};

/** Near its limit a measured power tells the limit and not the sun. */
const AT_LIMIT_SHARE = 0.9;

/** Whether its limit may hold an inverter back now, so that what it generates says nothing of the sun. */
export const isHeldBack = (situation: InverterSituation, nowMs: EpochMs): boolean => {
  const limitKw = presentLimitKw(situation, nowMs);
  const { config, measuredKw } = situation;
  return limitKw < config.ratedKw && (measuredKw ?? 0) >= AT_LIMIT_SHARE * limitKw;
};

/**
 * The most of a site's PV that a plan may count on at a moment, kW: of inverters that are not steered what their
 * limits leave for sure. Infinity where some of the PV is not commanded.
 */
export const countedPvKw = (situations: readonly InverterSituation[], moment: PvMoment): number =>
  mostPvKw(situations, moment, ({ config, roomKw = Infinity }) => Math.min(config.ratedKw, roomKw));

/** The same while limits are as they were told: what generates now, before any is raised. */
export const presentPvKw = (situations: readonly InverterSituation[], moment: PvMoment): number =>
  mostPvKw(situations, moment, (steered) => presentLimitKw(steered, moment.atMs));

interface PvMoment {
  /** Whether some of the PV is not commanded. */
  readonly othersExist: boolean;
  readonly atMs: EpochMs;
}

const mostPvKw = (
  situations: readonly InverterSituation[],
  { othersExist, atMs }: PvMoment,
  ofSteered: (situation: InverterSituation) => number,
): number =>
  othersExist || situations.length === 0
    ? Infinity
    : sum(situations.map((one) => (one.steered ? ofSteered(one) : reliedOnKw(one, atMs))));
