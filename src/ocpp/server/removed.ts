import type { Cancel } from "../../ports/clock.js";
import { closeConnection, type Connection } from "./connections.js";
import type { Desk } from "./desk.js";

/** Policy violation. */
const NO_LONGER_ALLOWED = 1008;

/** Ends the connection of a station that may connect no more. */
export function dismissStation(stationId: string, desk: Desk): void {
  const connection = desk.connections.live(stationId);
  if (connection) end(connection, desk);
}

function end(connection: Connection, { log }: Desk): void {
  log.warn({ stationId: connection.station.id }, "a station was removed: its connection is closed");
  connection.session.end();
  closeConnection(connection, NO_LONGER_ALLOWED, "this identity was removed");
}

/** Another process may take a password away: those connected are looked up as often as they are pinged. */
export function watchRemoved(desk: Desk): Cancel {
  const { registry, clock, settings, connections } = desk;
  const everyMs = settings.pingIntervalMs;
  if (everyMs === null || registry.identities === undefined) return () => undefined;
  const look = async (): Promise<void> => {
    const known = new Set(await registry.identities?.());
    for (const { stationId } of connections.views())
      if (!known.has(stationId)) dismissStation(stationId, desk);
  };
  const beat = (): void => {
    void desk.track(look, undefined);
    cancel = clock.after(everyMs, beat);
  };
  let cancel = clock.after(everyMs, beat);
  return () => cancel();
}
