import type { CommandOutcome } from "../../domain/command.js";
import type { StationLink } from "../../ports/station-link.js";
import { tellCapabilities } from "./boot.js";
import { runCommand } from "./commands.js";
import type { Desk } from "./desk.js";
import { keepRecord } from "./record.js";

/** The way to the stations: finds the live connection and runs the command on it. */
export function createLink(desk: Desk): StationLink {
  let nextId = 1;
  return {
    send(stationId, command): Promise<CommandOutcome> {
      const connection = desk.connections.live(stationId);
      if (!connection) return Promise.resolve({ status: "offline", detail: "the station is not connected" });
      return desk.track(
        () =>
          runCommand(connection, command, desk.deadlineMs(), {
            maxOfflineDurationS: desk.settings.maxOfflineDurationS,
            now: () => desk.clock.now(),
            electrics: (evseId) => desk.evseElectrics(stationId, evseId),
            nextId: () => nextId++,
            onLearnt: () => tellCapabilities(connection, desk),
            keep: () => void keepRecord(connection.station, desk),
          }),
        { status: "error", detail: "a fault of ours; the log has the details" },
      );
    },
  };
}
