import { createAttempts } from "../../domain/attempts.js";
import type { OcppVersion } from "../../domain/fleet.js";
import { MINUTE_MS } from "../../domain/units.js";
import type { StationLink } from "../../ports/station-link.js";
import type { Codec } from "../common/codec.js";
import { schemaBook } from "../schemas.js";
import { createSession } from "../session/session.js";
import { codec as v16 } from "../v16/codec.js";
import { codec as v201 } from "../v201/codec.js";
import { codec as v21 } from "../v21/codec.js";
import { greet, tellWhatChanges } from "./boot.js";
import { openPort } from "./connection.js";
import { closeConnection, type Connection } from "./connections.js";
import { createHandler, type LinkedDesk } from "./handler.js";
import type { Desk } from "./desk.js";
import { recallStation } from "./record.js";
import { countFor, createStation, type Station } from "./station.js";
import type { Admitted } from "./upgrade.js";

const CODECS: Record<OcppVersion, Codec> = { "1.6": v16, "2.0.1": v201, "2.1": v21 };
/** Replaced connections of one identity within the window that raise an alarm. */
const FLAPS = 5;
const FLAP_WINDOW_MS = 10 * MINUTE_MS;
/** Of the range that is free for applications. */
const REPLACED = 4001;

/** Takes authenticated websockets and makes live connections of them. */
export interface Admission {
  /** Finds what is known of a station; before its first `admit`. */
  recall(stationId: string): Promise<void>;
  admit(admitted: Admitted): void;
}

export function createAdmission(desk: Desk, link: StationLink): Admission {
  const stations = new Map<string, Station>();
  // One for all: a copy of the desk with each connection took more than the connection itself.
  const linked: LinkedDesk = { ...desk, link };
  tellWhatChanges(desk);
  const flaps = createAttempts(FLAP_WINDOW_MS);
  const stationOf = (id: string): Station => {
    const station = stations.get(id) ?? createStation(id);
    stations.set(id, station);
    return station;
  };
  const recall = async (id: string): Promise<void> => {
    if (stations.has(id)) return;
    const recalled = await recallStation(id, desk);
    if (!stations.has(id)) stations.set(id, recalled);
  };
  const admit = (admitted: Admitted): void => {
    const { identity: stationId, version, profile, address } = admitted;
    const connection = connect(admitted, stationOf(stationId), linked);
    const older = desk.connections.enter(connection);
    if (older) {
      replace(older, desk);
      flaps.failed(stationId, desk.clock.now());
      if (flaps.blockedUntilMs([[stationId, FLAPS]], desk.clock.now()) !== null)
        desk.log.error(
          { stationId, address },
          "connections of one identity replace each other again and again",
        );
    }
    const { generation } = connection;
    desk.log.info({ stationId, version, profile, connection: generation, address }, "a station connected");
    desk.tell({ kind: "connected", stationId, atMs: connection.connectedMs, version });
    greet(connection, desk);
  };
  return { recall, admit };
}

function connect(admitted: Admitted, station: Station, desk: LinkedDesk): Connection {
  const { clock, settings } = desk;
  const nowMs = clock.now();
  const keep = (direction: "from-station" | "to-station", text: string): void =>
    desk.messages.record({ stationId: station.id, atMs: clock.now(), direction, text });
  const port = openPort({
    socket: admitted.socket,
    settings,
    outgoing: desk.outgoing,
    pings: desk.pings,
    receive: (text) => {
      keep("from-station", text ?? "(a binary message)");
      session.receive(text);
    },
    sent: (text) => keep("to-station", text),
    closed: (why) => leave(connection, why, desk),
  });
  const session = createSession({
    version: admitted.version,
    clock,
    book: schemaBook(admitted.version),
    port,
    settings,
    window: desk.window,
    handle: (action, payload, lack) => handle({ action, payload, lack }),
    count: countFor(station, desk),
    traffic: desk.traffic.of(admitted.version, schemaBook(admitted.version)),
  });
  const connection: Connection = {
    admitted,
    station,
    codec: CODECS[admitted.version],
    session,
    generation: desk.connections.nextGeneration(),
    connectedMs: nowMs,
    seenMs: nowMs,
    bootTimer: null,
    learning: false,
    closedFor: null,
  };
  const handle = createHandler(connection, desk);
  return connection;
}

/** The newest authenticated connection wins; the older one's close then unregisters nothing. */
function replace(connection: Connection, desk: Desk): void {
  const { station, admitted, session, bootTimer } = connection;
  desk.log.warn(
    { stationId: station.id, connection: connection.generation, address: admitted.address },
    "a second connection replaced the first",
  );
  bootTimer?.();
  session.end();
  closeConnection(connection, desk, { code: REPLACED, why: "a newer connection of this identity" });
}

function leave(connection: Connection, why: string, desk: Desk): void {
  const stationId = connection.station.id;
  connection.bootTimer?.();
  connection.session.end();
  if (!desk.connections.leave(connection)) return;
  const { generation, admitted } = connection;
  const fields = { stationId, version: admitted.version, connection: generation };
  desk.log.info({ ...fields, why: connection.closedFor ?? why }, "a station disconnected");
  desk.tell({ kind: "disconnected", stationId, atMs: desk.clock.now() });
}
