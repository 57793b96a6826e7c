import type { CommandOutcome, StationCommand } from "../domain/command.js";

/** The way to the stations: over OCPP when live, to the simulated world otherwise. */
export interface StationLink {
  /** Resolves when the station answered, refused, or did not answer in time. Never rejects. */
  send(stationId: string, command: StationCommand): Promise<CommandOutcome>;
}
