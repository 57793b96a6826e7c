import type { CommandOutcome } from "../domain/command.js";
import type { EvseState, FleetState, StationCapabilities } from "../domain/fleet.js";
import type { Schedule } from "../domain/schedule.js";
import type { EvseConfig, Site, StationConfig } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import { type DispatchEvse, type GuardedNode, nextRound } from "../dispatch/rounds.js";
import { pathToRoot } from "../planning/tree.js";
import type { FleetKeeper } from "./fleet-keeper.js";
import type { ControlParts } from "./contract.js";

/** Rounds of one pass: reductions, increases, and the detour over the smaller of both. */
const MOST_ROUNDS = 8;

/** Taken until a station told its own: OCPP 1.6 and 2.0.1 in amperes. */
const ASSUMED_CAPABILITIES: StationCapabilities = {
  rateUnit: "A",
  maxPeriods: 24,
  maxStackLevel: 0,
  dischargeSetpoint: false,
};

export const capabilitiesOf = (fleet: FleetState, stationId: string): StationCapabilities =>
  fleet.stations.get(stationId)?.capabilities ?? ASSUMED_CAPABILITIES;

export interface DispatchOutcome {
  readonly commands: number;
  readonly rejected: number;
  /** EVSEs whose schedule could not be sent without risking a limit. */
  readonly heldBack: readonly string[];
}

export interface TransportInput {
  readonly site: Site;
  /** Schedules that differ materially from what is held. */
  readonly wanted: readonly Schedule[];
  readonly guards: readonly GuardedNode[];
  readonly gridMs: readonly EpochMs[];
}

type Parts = Pick<ControlParts, "link" | "clock" | "log"> & { readonly keeper: FleetKeeper };

/** Sends schedules in rounds that keep every guarded node whole whatever message is lost. */
export const sendInRounds = async (parts: Parts, input: TransportInput): Promise<DispatchOutcome> => {
  const wanted = new Map(input.wanted.map((schedule) => [keyOf(schedule), schedule]));
  let commands = 0;
  let rejected = 0;
  for (let round = 0; round < MOST_ROUNDS && wanted.size > 0; round++) {
    const { send } = nextRound(
      dispatchEvses(input.site, parts.keeper.state, wanted),
      input.guards,
      input.gridMs,
    );
    if (send.length === 0) break;
    const outcomes = await Promise.all(send.map((schedule) => sendSchedule(parts, schedule)));
    commands += send.length;
    send.forEach((schedule, index) => {
      const accepted = outcomes[index]?.status === "accepted";
      if (!accepted) rejected += 1;
      if (!accepted || wanted.get(keyOf(schedule)) === schedule) wanted.delete(keyOf(schedule));
    });
  }
  return { commands, rejected, heldBack: [...wanted.keys()] };
};

const keyOf = ({ stationId, evseId }: { stationId: string; evseId: number }): string =>
  `${stationId}/${evseId}`;

/** Sends one schedule and takes what became of it into the fleet's state. */
export const sendSchedule = async (parts: Parts, schedule: Schedule): Promise<CommandOutcome> => {
  const { keeper, clock, link, log } = parts;
  const place = { stationId: schedule.stationId, evseId: schedule.evseId, schedule };
  keeper.apply({ kind: "schedule-sending", atMs: clock.now(), ...place });
  const outcome = await link.send(schedule.stationId, { kind: "set-schedule", schedule });
  const atMs = clock.now();
  if (outcome.status === "accepted") {
    keeper.apply({ kind: "schedule-confirmed", atMs, ...place });
    return outcome;
  }
  log.warn({ station: schedule.stationId, evse: schedule.evseId, outcome }, "schedule not taken");
  const answered = outcome.status === "rejected" || outcome.status === "unsupported";
  // What was never sent cannot have been taken.
  const surelyNotTaken = answered || outcome.status === "offline";
  keeper.apply({ kind: surelyNotTaken ? "schedule-refused" : "schedule-unanswered", atMs, ...place });
  if (answered && schedule.purpose === "session")
    keeper.apply({
      kind: "following",
      stationId: schedule.stationId,
      evseId: schedule.evseId,
      atMs,
      sinceMs: atMs,
    });
  return outcome;
};

const dispatchEvses = (
  site: Site,
  fleet: FleetState,
  wanted: ReadonlyMap<string, Schedule>,
): DispatchEvse[] =>
  configuredEvses(site, fleet).map(({ station, config, evse }) => ({
    config,
    evse,
    nodePath: pathToRoot(site, station.nodeId),
    wanted: wanted.get(keyOf({ stationId: station.id, evseId: config.evseId })) ?? null,
    maxPeriods: capabilitiesOf(fleet, station.id).maxPeriods,
  }));

export interface ConfiguredEvse {
  readonly station: StationConfig;
  readonly config: EvseConfig;
  readonly evse: EvseState | null;
  readonly connected: boolean;
}

/** EVSEs of stations that have been seen; one never seen is part of the base load, if it draws at all. */
export const configuredEvses = (site: Site, fleet: FleetState): ConfiguredEvse[] =>
  site.stations.flatMap((station) => {
    const state = fleet.stations.get(station.id);
    if (state === undefined) return [];
    return station.evses.map((config) => ({
      station,
      config,
      evse: state.evses.get(config.evseId) ?? null,
      connected: state.connected,
    }));
  });
