import { changesBetween, schedulesInPlay } from "../domain/draw.js";
import type { EvseState, FleetState } from "../domain/fleet.js";
import type { Horizon } from "../domain/horizon.js";
import { isThere } from "../domain/presence.js";
import type { Schedule } from "../domain/schedule.js";
import type { EvseConfig, Site, StationConfig } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import { type DispatchEvse, type GuardedNode, sumsBelow } from "../dispatch/bounds.js";
import { worthSending } from "../dispatch/material.js";
import { nextRound } from "../dispatch/rounds.js";
import { heldUntilShown } from "../dispatch/until-shown.js";
import { type Waiting, withWaiting } from "../dispatch/waiting.js";
import { pathsToRoot } from "../planning/tree.js";
import { capabilitiesOf } from "./capabilities.js";
import { type SendParts, sendTogether } from "./sending.js";

/** Rounds of one pass: reductions, increases, and the detour over the smaller of both. */
const MOST_ROUNDS = 8;

export interface DispatchOutcome {
  readonly commands: number;
  readonly rejected: number;
  /** EVSEs whose schedule could not be sent without risking a limit. */
  readonly heldBack: readonly string[];
}

export interface TransportInput {
  readonly site: Site;
  /** Schedules of the plan, whether they differ from what is held or not. */
  readonly planned: readonly Schedule[];
  /** Of cars that had better wait at their least power than pause, by the schedule planned for them. */
  readonly waiting: ReadonlyMap<Schedule, Waiting>;
  readonly horizon: Horizon;
  readonly guardsAt: (timesMs: readonly EpochMs[]) => readonly GuardedNode[];
}

/**
 * Sends what is worth sending in rounds that keep every guarded node whole whatever message is lost. A
 * round waits for its answers only so long; who has not answered by then counts with old and new.
 */
export const sendInRounds = async (parts: SendParts, input: TransportInput): Promise<DispatchOutcome> => {
  const around = dispatchEvses(input.site, parts.keeper.state, byEvse(input.planned));
  const timesMs = timesOf(around, input.horizon);
  const guards = input.guardsAt(timesMs);
  const isNeverPaused = byEvse([...input.waiting.keys()]);
  const certain = heldUntilShown(withWaiting(around, { guards, ...input }), guards, {
    gridMs: timesMs,
    isNeverPaused: (wanted) => isNeverPaused.has(keyOf(wanted)),
  });
  const worth = worthSending(certain, guards, parts.clock.now());
  const wanted = byEvse(worth.flatMap((evse) => evse.wanted ?? []));
  let commands = 0;
  let rejected = 0;
  for (let round = 0; round < MOST_ROUNDS && wanted.size > 0; round++) {
    const { send } = nextRound(dispatchEvses(input.site, parts.keeper.state, wanted), guards, timesMs);
    if (send.length === 0) break;
    const outcomes = await sendTogether(parts, send);
    commands += send.length;
    send.forEach((schedule, index) => {
      const accepted = outcomes[index]?.status === "accepted";
      if (!accepted) rejected += 1;
      if (!accepted || wanted.get(keyOf(schedule)) === schedule) wanted.delete(keyOf(schedule));
    });
  }
  return { commands, rejected, heldBack: [...wanted.keys()] };
};

/** What the cars below each guarded node may draw, or give back, at each of its times, as counted there, kW. */
export const sumsOfCars = (
  site: Site,
  fleet: FleetState,
  guards: readonly GuardedNode[],
): readonly (readonly number[])[] => {
  const all = dispatchEvses(site, fleet, new Map());
  return guards.map((guard) => sumsBelow(guard, all));
};

/** Starts of slots in (fromMs, untilMs), and every moment between them at which what some car may draw changes. */
export const changesOfCars = (
  site: Site,
  fleet: FleetState,
  { horizon, ...span }: { readonly horizon: Horizon; readonly fromMs: EpochMs; readonly untilMs: EpochMs },
): EpochMs[] => {
  const schedules = dispatchEvses(site, fleet, new Map()).flatMap(({ evse }) => schedulesInPlay(evse));
  const starts = horizon.startsMs.filter((atMs) => atMs > span.fromMs && atMs < span.untilMs);
  return [...new Set([...starts, ...changesBetween(schedules, span)])].sort((a, b) => a - b);
};

const keyOf = ({ stationId, evseId }: { stationId: string; evseId: number }): string =>
  `${stationId}/${evseId}`;

const byEvse = (schedules: readonly Schedule[]): Map<string, Schedule> =>
  new Map(schedules.map((schedule) => [keyOf(schedule), schedule]));

/** Starts of slots, and every moment between them at which what some car may draw changes. */
const timesOf = (all: readonly DispatchEvse[], { startsMs, endMs }: Horizon): EpochMs[] => {
  const schedules = all.flatMap(({ evse, wanted }) => [wanted, ...schedulesInPlay(evse)]);
  const changes = changesBetween(schedules, { fromMs: startsMs[0] ?? endMs, untilMs: endMs });
  return [...new Set([...startsMs, ...changes])].sort((a, b) => a - b);
};

/** Every EVSE as guards count it, nothing wanted of any. */
export const dispatchEvsesOf = (site: Site, fleet: FleetState): DispatchEvse[] =>
  dispatchEvses(site, fleet, new Map());

const dispatchEvses = (
  site: Site,
  fleet: FleetState,
  wanted: ReadonlyMap<string, Schedule>,
): DispatchEvse[] => {
  const paths = pathsToRoot(site);
  return configuredEvses(site, fleet).map(({ station, config, evse }) => ({
    config,
    evse,
    nodePath: paths.get(station.nodeId) ?? [],
    wanted: wanted.get(keyOf({ stationId: station.id, evseId: config.evseId })) ?? null,
    maxPeriods: capabilitiesOf(fleet, station.id).maxPeriods,
    oneValue: capabilitiesOf(fleet, station.id).oneValue ?? false,
    betweenMs: capabilitiesOf(fleet, station.id).betweenProfilesMs ?? 0,
  }));
};

export interface ConfiguredEvse {
  readonly station: StationConfig;
  readonly config: EvseConfig;
  readonly evse: EvseState | null;
  readonly connected: boolean;
}

/** EVSEs of stations that ever told of themselves; others are not there yet. */
export const configuredEvses = (site: Site, fleet: FleetState): ConfiguredEvse[] =>
  site.stations.flatMap((station) => {
    const state = fleet.stations.get(station.id);
    if (!isThere(state)) return [];
    return station.evses.map((config) => ({
      station,
      config,
      evse: state.evses.get(config.evseId) ?? null,
      connected: state.connected,
    }));
  });
