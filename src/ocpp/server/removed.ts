import type { Cancel } from "../../ports/clock.js";
import { closeConnection, type Connection } from "./connections.js";
import type { Desk } from "./desk.js";
import { isServed } from "./served.js";

/** Policy violation. */
const NO_LONGER_ALLOWED = 1008;

/** Ends the connection of a station that may connect no more. */
export function dismissStation(stationId: string, desk: Desk): void {
  const connection = desk.connections.live(stationId);
  if (connection) end(connection, desk);
}

function end(connection: Connection, desk: Desk): void {
  const stationId = connection.station.id;
  desk.log.warn(
    { stationId },
    "a station was removed, is in no site or has a revoked certificate: its connection is closed",
  );
  connection.session.end();
  closeConnection(connection, desk, { code: NO_LONGER_ALLOWED, why: "this identity was removed" });
}

/** A certificate may be revoked while its station is connected. */
async function stillCounts({ admitted, station }: Connection, { registry }: Desk): Promise<boolean> {
  const { certificate } = admitted;
  return certificate === null || (await registry.ownsCertificate?.(station.id, certificate)) === true;
}

/**
 * Another process may take a password away or revoke a certificate: those connected are looked up as often as
 * they are pinged.
 */
export function watchRemoved(desk: Desk): Cancel {
  const { registry, clock, settings, connections } = desk;
  const everyMs = settings.pingIntervalMs;
  if (everyMs === null || registry.identities === undefined) return () => undefined;
  const look = async (): Promise<void> => {
    const known = new Set(await registry.identities?.());
    for (const { stationId } of connections.views())
      if (!known.has(stationId) || !isServed(stationId, desk)) dismissStation(stationId, desk);
    for (const connection of connections.open())
      if (!(await stillCounts(connection, desk))) end(connection, desk);
  };
  const beat = (): void => {
    void desk.track(look, undefined);
    cancel = clock.after(everyMs, beat);
  };
  let cancel = clock.after(everyMs, beat);
  return () => cancel();
}
