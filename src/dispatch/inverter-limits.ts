import type { NetFloor, PvFloors } from "../domain/curtailment.js";
import { slotAt } from "../domain/horizon.js";
import { type InverterSituation, mostGeneratedKw } from "../domain/inverter.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";

/** Measurements from before this since the last change show the site as it was before that. */
const SETTLE_MS = 10 * SECOND_MS;
/** A measured excess below this is meter noise, kW. */
const EXCESS_KW = 0.05;

/**
 * The highest floor of all moments until `untilMs`, since a limit that is told now may be all that reaches the
 * inverter until then. Beyond the horizon its last slot goes on. null: none.
 */
export const floorBetween = (
  { horizon, bySlot }: Pick<PvFloors, "horizon" | "bySlot">,
  nowMs: EpochMs,
  untilMs: EpochMs,
): NetFloor | null => {
  const inside = horizon.startsMs.filter((startMs) => startMs > nowMs && startMs < untilMs);
  return [nowMs, ...inside].reduce<NetFloor | null>((highest, atMs) => {
    const slot = atMs >= horizon.endMs ? bySlot.length - 1 : Math.max(0, slotAt(horizon, atMs));
    const floor = bySlot[slot] ?? null;
    return floor !== null && floor.netKw > (highest?.netKw ?? -Infinity) ? floor : highest;
  }, null);
};

/** What the site draws beside its PV, kW. */
export interface PvSurroundings {
  /** null: the meters say nothing that may be used. */
  readonly measured: {
    readonly importKw: number;
    readonly pvKw: number;
    /** When the older of the two was measured. */
    readonly atMs: EpochMs;
  } | null;
  /** The least that it draws, whatever its cars and batteries do; below 0 where they give back. */
  readonly leastDrawnKw: number;
  /** The most that PV generates which is not commanded. */
  readonly othersKw: number;
}

/** An inverter with the last limit that it was told; null: none yet. */
export interface LimitedInverter extends InverterSituation {
  readonly lastToldKw: number | null;
}

export interface PvScene {
  readonly nowMs: EpochMs;
  /** null: PV may go out as it comes. */
  readonly floor: NetFloor | null;
  readonly around: PvSurroundings;
  readonly inverters: readonly LimitedInverter[];
  /** When a limit was changed last. */
  readonly changedMs: EpochMs;
}

/**
 * What each inverter is to be told now, in the order given. PV may generate what the site draws less the floor:
 * by its meters while they are fresh, by the least that it draws otherwise, and always by that where an inverter
 * would keep the limit for ever. After a change nothing is raised until meters show it, since one of them may
 * still show the site as it was before; a measured excess is taken away at once. One that is not steered is told
 * its failsafe, or less where there is no room for that.
 */
export const limitsNow = (scene: PvScene): number[] => {
  const { floor, around, inverters } = scene;
  if (floor === null)
    return inverters.map(({ config, steered }) => (steered ? config.ratedKw : config.failsafeKw));
  const leastRoomKw = around.leastDrawnKw - floor.netKw;
  const measured = measuredShares(scene, floor);
  const byLeast = shareRoom(scene, leastRoomKw);
  const asIfSteered = shareRoom(
    { ...scene, inverters: inverters.map((one) => ({ ...one, steered: true })) },
    leastRoomKw,
  );
  return inverters.map(({ config, steered }, at) => {
    if (!steered) return Math.min(config.failsafeKw, asIfSteered[at] ?? 0);
    const leastKw = byLeast[at] ?? 0;
    const measuredKw = measured?.[at] ?? leastKw;
    return config.watchdogMs === null ? Math.min(measuredKw, leastKw) : measuredKw;
  });
};

/** By the meters; null: they may not be used. */
const measuredShares = (scene: PvScene, floor: NetFloor): number[] | null => {
  const { around, inverters, changedMs } = scene;
  const { measured } = around;
  if (measured === null) return null;
  const shares = shareRoom(scene, measured.importKw + Math.max(0, measured.pvKw) - floor.netKw);
  if (measured.atMs >= changedMs + SETTLE_MS) return shares;
  const exceeds = measured.importKw < floor.netKw - EXCESS_KW;
  return inverters.map(({ lastToldKw }, at) => {
    const shareKw = shares[at] ?? 0;
    if (lastToldKw === null) return shareKw;
    return exceeds ? Math.min(lastToldKw, shareKw) : lastToldKw;
  });
};

/**
 * Lays the room for PV on the steered inverters by their ratings. What others may generate comes first: PV that is
 * not commanded, and inverters that are not steered at the most that they may do.
 */
const shareRoom = ({ inverters, around, nowMs }: PvScene, roomKw: number): number[] => {
  const steered = inverters.filter((one) => one.steered);
  const unsteeredKw = inverters
    .filter((one) => !one.steered)
    .reduce((total, one) => total + mostGeneratedKw(one, nowMs), 0);
  const leftKw = Math.max(0, roomKw - around.othersKw - unsteeredKw);
  const ratedKw = steered.reduce((total, { config }) => total + config.ratedKw, 0);
  return inverters.map(({ config }) =>
    leftKw >= ratedKw ? config.ratedKw : (leftKw * config.ratedKw) / ratedKw,
  );
};
