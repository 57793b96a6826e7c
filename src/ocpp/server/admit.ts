import { createAttempts } from "../../domain/attempts.js";
import type { FleetEvent, OcppVersion } from "../../domain/fleet.js";
import type { Maker } from "../../domain/quirks.js";
import { MINUTE_MS } from "../../domain/units.js";
import type { StationLink } from "../../ports/station-link.js";
import type { Codec } from "../common/codec.js";
import { schemaBook } from "../schemas.js";
import type { Reply } from "../session/contract.js";
import { timeReader } from "../common/time.js";
import { createSession } from "../session/session.js";
import { codec as v16 } from "../v16/codec.js";
import { codec as v201 } from "../v201/codec.js";
import { codec as v21 } from "../v21/codec.js";
import type { Payload } from "../wire.js";
import { greet, learnAbilities, tellWhatChanges } from "./boot.js";
import { openPort } from "./connection.js";
import { closeConnection, type Connection } from "./connections.js";
import type { Desk } from "./desk.js";
import type { Lack } from "../minimum.js";
import { keepUnclear } from "./unclear.js";
import { handleMessage } from "./handle.js";
import { keepRecord, recallStation } from "./record.js";
import { bootsTooOften, doubtClock, noteBoot, noteClock, noteMeter } from "./findings.js";
import { stampIn } from "../common/station-clock.js";
import { countFor, createStation, noteUnconfigured, type Station, correctedEvse } from "./station.js";
import { handOver, signFor } from "./signing.js";
import type { Admitted } from "./upgrade.js";

const CODECS: Record<OcppVersion, Codec> = { "1.6": v16, "2.0.1": v201, "2.1": v21 };
/** `seen` is told at most this often per station, heartbeats aside. */
const SEEN_EVERY_MS = MINUTE_MS;
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
    const connection = connect(admitted, stationOf(stationId), { ...desk, link });
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

/** What a connection needs beside the desk: the way back to its station. */
type LinkedDesk = Desk & { readonly link: StationLink };

function connect(admitted: Admitted, station: Station, desk: LinkedDesk): Connection {
  const { clock, settings } = desk;
  const nowMs = clock.now();
  const keep = (direction: "from-station" | "to-station", text: string): void =>
    desk.messages.record({ stationId: station.id, atMs: clock.now(), direction, text });
  const port = openPort({
    socket: admitted.socket,
    clock,
    settings,
    receive: (text) => {
      keep("from-station", text ?? "(a binary message)");
      session.receive(text);
    },
    closed: (why) => leave(connection, why, desk),
  });
  const session = createSession({
    version: admitted.version,
    clock,
    book: schemaBook(admitted.version),
    port: {
      ...port,
      send: (text) => {
        keep("to-station", text);
        port.send(text);
      },
    },
    settings,
    window: desk.window,
    handle: (action, payload, lack) => handle(connection, { action, payload, lack }, desk),
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
  return connection;
}

/** What a station sent; with a `lack` it cannot be understood. */
interface Message {
  readonly action: string;
  readonly payload: Payload;
  readonly lack: Lack | null;
}

async function handle(connection: Connection, message: Message, desk: LinkedDesk): Promise<Reply> {
  const { connectorStatus } = connection.station.memory;
  const known = connectorStatus.size;
  const reply = await meant(connection, message, desk);
  if (connectorStatus.size !== known) await keepRecord(connection.station, desk);
  return reply;
}

function meant(connection: Connection, { action, payload, lack }: Message, desk: LinkedDesk): Promise<Reply> {
  const stationId = connection.station.id;
  const nowMs = desk.clock.now();
  if (nowMs - connection.seenMs >= SEEN_EVERY_MS) {
    connection.seenMs = nowMs;
    desk.tell({ kind: "seen", stationId, atMs: nowMs });
  }
  const readTime = timeReader(desk.timeZone?.(stationId) ?? "UTC", nowMs);
  const stamp = stampIn(payload);
  noteClock(connection, { stationMs: readTime(stamp.text), isMade: stamp.isMade }, desk);
  if (lack !== null) return keepUnclear({ stationId, atMs: nowMs, action, payload, lack }, desk.gateway);
  return handleMessage(action, payload, {
    codec: connection.codec,
    gateway: desk.gateway,
    context: {
      stationId,
      nowMs,
      memory: connection.station.memory,
      electrics: (evseId) => desk.evseElectrics(stationId, evseId),
      evseOf: (transactionId) =>
        desk.gateway.openSessions(stationId).find((session) => session.transactionId === transactionId)
          ?.evseId ?? null,
      readTime,
      meterQuirks: desk.quirks.of(stationId).values,
      found: (finding, evseId) => noteMeter(connection.station, { ...finding, evseId }, desk),
      correctionOf: (profileId) => {
        const evseId = correctedEvse(connection.station, profileId);
        return evseId === null ? null : desk.gateway.presentCorrection(stationId, evseId);
      },
      heartbeatIntervalS: desk.settings.heartbeatIntervalS,
    },
    tell: (event) => {
      if (event.kind === "booted") {
        desk.quirks.identify(stationId, makerOf(event));
        noteBoot(connection.station, desk);
      }
      desk.tell(event);
      if (event.kind === "booted") doubtClock(connection, desk);
    },
    note: desk.note,
    transfer: desk.transfer,
    booted: () => {
      if (!bootsTooOften(connection.station, nowMs)) learnAbilities(connection, desk);
    },
    sign: (wish) => signFor(stationId, wish, desk),
    handOver: (chain, { requestId }) => handOver(stationId, { chain, requestId }, desk),
    heardOf: (evseId) => {
      if (desk.evseElectrics(stationId, evseId) === null) noteUnconfigured(connection.station, evseId, desk);
    },
    refused: (transactionId) => stopRefused(stationId, transactionId, desk),
  });
}

const makerOf = ({ vendor, model, firmware = null }: Extract<FleetEvent, { kind: "booted" }>): Maker => ({
  vendor,
  model,
  firmware,
});

/** A station that began with a refused token all the same is told to stop; the plan gives it nothing. */
function stopRefused(stationId: string, transactionId: string, { link, log }: LinkedDesk): void {
  log.warn({ stationId, transactionId }, "a transaction began with a refused token: it is told to stop");
  void link.send(stationId, { kind: "remote-stop", transactionId });
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
  closeConnection(connection, REPLACED, "a newer connection of this identity");
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
