import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { CommandOutcome, StationCommand } from "../domain/command.js";
import type { FleetEvent, OcppVersion } from "../domain/fleet.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";
import type { Cancel, Clock } from "../ports/clock.js";
import type { FleetGateway } from "../ports/fleet-gateway.js";
import type { StationLink } from "../ports/station-link.js";
import type { StationRegistry } from "../ports/station-registry.js";
import type { Codec, EvseElectrics } from "./common/codec.js";
import { schemaBook } from "./schemas.js";
import { askAbilities } from "./server/boot.js";
import { type Line, runCommand } from "./server/commands.js";
import { openPort } from "./server/connection.js";
import { handleMessage } from "./server/handle.js";
import type { Log } from "./server/log.js";
import { capabilitiesOf, createStation, type Station } from "./server/station.js";
import { type Admitted, createUpgrader } from "./server/upgrade.js";
import { type Counter, createSession } from "./session/session.js";
import { createCallWindow } from "./session/window.js";
import { type CentralSettings, DEFAULT_CENTRAL_SETTINGS } from "./settings.js";
import { codec as v16 } from "./v16/codec.js";
import { codec as v201 } from "./v201/codec.js";
import { codec as v21 } from "./v21/codec.js";

export interface CentralParts {
  readonly clock: Clock;
  readonly gateway: FleetGateway;
  readonly registry: StationRegistry;
  readonly log: Log;
  readonly settings?: Partial<CentralSettings>;
  /** Voltage and phases of an EVSE; null when the site file does not name it. */
  evseElectrics(stationId: string, evseId: number): EvseElectrics | null;
}

export interface ConnectionView {
  readonly stationId: string;
  readonly version: OcppVersion;
  /** Rises with every connection of any station. */
  readonly generation: number;
  readonly address: string;
  readonly connectedMs: EpochMs;
  readonly inbound: number;
  readonly outbound: number;
  /** Since the process began, over all connections of the station. */
  readonly counters: Readonly<Partial<Record<Counter, number>>>;
}

export interface CentralSystem {
  /** Serves `/ocpp/<identity>` on the server. */
  attach(server: Server): void;
  readonly link: StationLink;
  connections(): readonly ConnectionView[];
  /** No handshake, no message being handled, no call under way: a lock-step clock may go on. */
  idle(): boolean;
  /** Closes every connection and answers no more upgrades. */
  close(): Promise<void>;
}

interface Connection extends Line {
  readonly admitted: Admitted;
  readonly generation: number;
  readonly connectedMs: EpochMs;
  seenMs: EpochMs;
  bootTimer: Cancel | null;
  learning: boolean;
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const CODECS: Record<OcppVersion, Codec> = { "1.6": v16, "2.0.1": v201, "2.1": v21 };
/** `seen` is told at most this often per station, heartbeats aside. */
const SEEN_EVERY_MS = MINUTE_MS;
const MOST_LOGGED = 64;

/** The central system: stations by websocket in, fleet events and transaction records out. */
export function createCentralSystem(parts: CentralParts): CentralSystem {
  const { clock, gateway, log } = parts;
  const settings: CentralSettings = { ...DEFAULT_CENTRAL_SETTINGS, ...parts.settings };
  const window = createCallWindow(settings.maxCallsInFlight);
  const stations = new Map<string, Station>();
  const live = new Map<string, Connection>();
  const servers = new Map<Server, UpgradeListener>();
  const open = new Set<Connection>();
  let generation = 0;
  let tasks = 0;
  let nextId = 1;
  let closing = false;

  const tell = (event: FleetEvent): void => {
    try {
      gateway.report(event);
    } catch (error) {
      log.error({ event: event.kind, error: String(error) }, "the fleet could not be told");
    }
  };
  /** Runs work that nobody waits for; `idle` does. */
  const track = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    tasks += 1;
    try {
      return await work();
    } catch (error) {
      log.error({ error: String(error) }, "a task of the central system failed");
      return otherwise;
    } finally {
      tasks -= 1;
    }
  };
  const stationOf = (id: string): Station => {
    const station = stations.get(id) ?? createStation(id);
    stations.set(id, station);
    return station;
  };
  const deadline = (): EpochMs => clock.now() + settings.callTimeoutMs;

  const count = (station: Station, counter: Counter, detail: string): void => {
    station.counters.set(counter, (station.counters.get(counter) ?? 0) + 1);
    const line = `${counter} ${detail}`;
    if (station.logged.has(line) || station.logged.size >= MOST_LOGGED) return;
    station.logged.add(line);
    log.warn({ stationId: station.id, counter, detail }, "a station's message was not as it should be");
  };
  const tellCapabilities = (station: Station): void =>
    tell({
      kind: "capabilities",
      stationId: station.id,
      atMs: clock.now(),
      capabilities: capabilitiesOf(station),
    });

  /** Once per boot, or once per connection where the station sends no BootNotification. */
  const learnAbilities = (connection: Connection): void => {
    connection.bootTimer?.();
    connection.bootTimer = null;
    if (connection.learning) return;
    connection.learning = true;
    void track(async () => {
      const capabilities = await askAbilities(connection, deadline());
      connection.learning = false;
      if (capabilities && live.get(connection.station.id) === connection)
        tellCapabilities(connection.station);
    }, undefined);
  };
  const awaitBoot = (connection: Connection): Cancel =>
    clock.after(settings.bootGraceMs, () => {
      connection.bootTimer = null;
      const command: StationCommand = { kind: "trigger", message: "BootNotification", evseId: null };
      void send(connection.station.id, command).then(() => {
        if (live.get(connection.station.id) === connection) learnAbilities(connection);
      });
    });

  const handle = (connection: Connection) => (action: string, payload: Readonly<Record<string, unknown>>) => {
    const stationId = connection.station.id;
    const nowMs = clock.now();
    if (nowMs - connection.seenMs >= SEEN_EVERY_MS) {
      connection.seenMs = nowMs;
      tell({ kind: "seen", stationId, atMs: nowMs });
    }
    return handleMessage(action, payload, {
      codec: connection.codec,
      gateway,
      context: {
        stationId,
        nowMs,
        memory: connection.station.memory,
        electrics: (evseId) => parts.evseElectrics(stationId, evseId),
        heartbeatIntervalS: settings.heartbeatIntervalS,
      },
      tell,
      booted: () => learnAbilities(connection),
    });
  };

  const admit = (admitted: Admitted): void => {
    const { identity: stationId, version, socket } = admitted;
    if (closing) return socket.terminate();
    const station = stationOf(stationId);
    const nowMs = clock.now();
    const port = openPort({
      socket,
      clock,
      settings,
      receive: (text) => connection.session.receive(text),
      closed: (why) => leave(connection, why),
    });
    const session = createSession({
      version,
      clock,
      book: schemaBook(version),
      port,
      settings,
      window,
      handle: (action, payload) => handle(connection)(action, payload),
      count: (counter, detail) => count(station, counter, detail),
    });
    const connection: Connection = {
      admitted,
      station,
      codec: CODECS[version],
      session,
      generation: (generation += 1),
      connectedMs: nowMs,
      seenMs: nowMs,
      bootTimer: null,
      learning: false,
    };
    const older = live.get(stationId);
    live.set(stationId, connection);
    open.add(connection);
    if (older) supersede(older);
    connection.bootTimer = awaitBoot(connection);
    log.info({ stationId, version, address: admitted.address, generation }, "a station connected");
    tell({ kind: "connected", stationId, atMs: nowMs, version });
  };
  /** The newest authenticated connection wins; the older one's close then unregisters nothing. */
  const supersede = (older: Connection): void => {
    const { station, admitted } = older;
    log.warn({ stationId: station.id, address: admitted.address }, "a second connection replaced the first");
    older.bootTimer?.();
    older.session.end();
    admitted.socket.close(4001, "a newer connection of this identity");
  };
  const leave = (connection: Connection, why: string): void => {
    const stationId = connection.station.id;
    open.delete(connection);
    connection.bootTimer?.();
    connection.session.end();
    if (live.get(stationId) !== connection) return;
    live.delete(stationId);
    log.info({ stationId, why }, "a station disconnected");
    tell({ kind: "disconnected", stationId, atMs: clock.now() });
  };

  const send = (stationId: string, command: StationCommand): Promise<CommandOutcome> => {
    const connection = live.get(stationId);
    if (!connection) return Promise.resolve({ status: "offline", detail: "the station is not connected" });
    const run = (): Promise<CommandOutcome> =>
      runCommand(connection, command, deadline(), {
        maxOfflineDurationS: settings.maxOfflineDurationS,
        now: () => clock.now(),
        electrics: (evseId) => parts.evseElectrics(stationId, evseId),
        nextId: () => nextId++,
        onLearnt: () => tellCapabilities(connection.station),
      });
    return track(run, { status: "error", detail: "a fault of ours; the log has the details" });
  };

  const upgrader = createUpgrader({ clock, registry: parts.registry, settings, log, admit });
  const view = (connection: Connection): ConnectionView => ({
    stationId: connection.station.id,
    version: connection.admitted.version,
    generation: connection.generation,
    address: connection.admitted.address,
    connectedMs: connection.connectedMs,
    inbound: connection.session.inbound(),
    outbound: connection.session.outbound(),
    counters: Object.fromEntries(connection.station.counters),
  });

  return {
    attach(server) {
      const listener: UpgradeListener = (request, socket, head) => {
        const ours = (request.url ?? "").startsWith(settings.path);
        if (!ours && server.listenerCount("upgrade") > 1) return;
        upgrader.upgrade(request, socket, head);
      };
      server.on("upgrade", listener);
      servers.set(server, listener);
    },
    link: { send },
    connections: () => [...live.values()].map(view),
    idle: () =>
      tasks === 0 &&
      upgrader.handshakes() === 0 &&
      [...open].every(({ session }) => session.inbound() === 0 && session.outbound() === 0),
    async close() {
      closing = true;
      for (const [server, listener] of servers) server.off("upgrade", listener);
      const gone = [...open].map(
        ({ admitted: { socket } }) =>
          new Promise<void>((resolve) => {
            socket.once("close", () => resolve());
            socket.resume();
            socket.close(1001, "the central system stops");
          }),
      );
      await Promise.all(gone);
    },
  };
}
