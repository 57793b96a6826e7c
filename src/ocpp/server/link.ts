import { type CommandOutcome, isSteering, type StationCommand } from "../../domain/command.js";
import { isSecret } from "../../domain/commands/secrets.js";
import { type EpochMs, SECOND_MS } from "../../domain/units.js";
import type { StationLink } from "../../ports/station-link.js";
import { type CommandParts, runCommand } from "./commands.js";
import type { Desk } from "./desk.js";
import { hasOneEvse, type Station } from "./station.js";
import { keepRecord } from "./record.js";

interface Sent {
  readonly stationId: string;
  readonly command: StationCommand;
  readonly sentMs: EpochMs;
}

/** The way to the stations: finds the live connection and runs the command on it. */
export function createLink(desk: Desk): StationLink {
  // Stations answer under an id after a restart of ours, too: it begins elsewhere each time.
  let nextId = 1 + (Math.floor(desk.clock.now() / SECOND_MS) % 1_000_000_000);
  const partsOf = createParts(desk, () => nextId++);
  const noted = (to: Sent, outcome: CommandOutcome): CommandOutcome => {
    const { stationId, command, sentMs } = to;
    if (outcome.status === "accepted" && !isSteering(command) && !isSecret(command))
      desk.note({ kind: "commanded", stationId, atMs: desk.clock.now(), command, outcome, sentMs });
    return outcome;
  };
  return {
    async send(stationId, command): Promise<CommandOutcome> {
      const connection = desk.connections.live(stationId);
      if (!connection) return { status: "offline", detail: "the station is not connected" };
      const sentMs = desk.clock.now();
      const outcome = await desk.track<CommandOutcome>(
        () => runCommand(connection, command, desk.deadlineMs(), partsOf(connection.station)),
        { status: "error", detail: "a fault of ours; the log has the details" },
      );
      return noted({ stationId, command, sentMs }, outcome);
    },
  };
}

/** Made once for each station, when it is first told anything. */
const createParts = (desk: Desk, nextId: () => number): ((station: Station) => CommandParts) => {
  const made = new WeakMap<Station, CommandParts>();
  const make = (station: Station): CommandParts => {
    const electrics: CommandParts["electrics"] = (evseId) => desk.evseElectrics(station.id, evseId);
    return {
      maxOfflineDurationS: desk.settings.maxOfflineDurationS,
      now: () => desk.clock.now(),
      electrics,
      nextId,
      quirks: desk.quirks,
      alone: () => hasOneEvse(station, desk.gateway),
      keep: () => void keepRecord(station, desk),
    };
  };
  return (station) => {
    const parts = made.get(station) ?? make(station);
    made.set(station, parts);
    return parts;
  };
};
