import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { OcppVersion } from "../domain/fleet.js";
import type { MessageLog } from "../ports/message-log.js";
import type { StationLink } from "../ports/station-link.js";
import { createAdmission } from "./server/admit.js";
import { type Connection, type ConnectionView, isQuiet } from "./server/connections.js";
import { type CentralParts, createDesk } from "./server/desk.js";
import { drain } from "./server/drain.js";
import { createLink } from "./server/link.js";
import { type CentralReadings, readCentral } from "./server/readings.js";
import { dismissStation, watchRemoved } from "./server/removed.js";
import { createUpgrader } from "./server/upgrade.js";

export interface CentralSystem {
  /** Serves `/ocpp/<identity>` on the server; other upgrades are left to others, or refused. */
  attach(server: Server): void;
  readonly link: StationLink;
  readonly messages: MessageLog;
  connections(): readonly ConnectionView[];
  /** The live connection of a station, as log lines name it; null: it is not connected. */
  connectionOf(stationId: string): ConnectionName | null;
  /** How often a connection came or went since the process began. */
  changes(): number;
  /** Figures as of now, and counts since the process began. */
  readings(): CentralReadings;
  /** Ends the connection of a station that may connect no more. */
  dismiss(stationId: string): void;
  /** No handshake, no message being handled, no call under way: a lock-step clock may go on. */
  idle(): boolean;
  /** Calls are under way, and only to stations of which that is said: they end by the clock alone. */
  stalled(isSilent: (stationId: string) => boolean): boolean;
  /** Lets nobody in any more, answers what is being handled, and closes every connection; bounded in time. */
  close(): Promise<void>;
}

/** Which connection of a station a line of the log is about: its version and its number, which rises. */
export interface ConnectionName {
  readonly version: OcppVersion;
  readonly connection: number;
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The central system: stations by websocket in, fleet events and transaction records out. */
export function createCentralSystem(parts: CentralParts): CentralSystem {
  const desk = createDesk(parts);
  const link = createLink(desk);
  const admission = createAdmission(desk, link);
  const listeners = new Map<Server, UpgradeListener>();
  const unwatch = watchRemoved(desk);
  let closing = false;
  let busiest: Connection | null = null;
  const upgrader = createUpgrader({
    ...desk,
    closing: () => closing,
    recall: (stationId) => admission.recall(stationId),
    admit: (admitted) => (closing ? admitted.socket.terminate() : admission.admit(admitted)),
  });

  return {
    attach(server) {
      const listener: UpgradeListener = (request, socket, head) => {
        const ours = (request.url ?? "").startsWith(desk.settings.path);
        if (ours || server.listenerCount("upgrade") === 1) upgrader.upgrade(request, socket, head);
      };
      server.on("upgrade", listener);
      listeners.set(server, listener);
    },
    link,
    messages: desk.messages,
    connections: () => desk.connections.views(),
    connectionOf: (stationId) => {
      const live = desk.connections.live(stationId);
      return live && { version: live.admitted.version, connection: live.generation };
    },
    changes: () => desk.connections.changes(),
    readings: () => readCentral(desk, upgrader.handshakes()),
    dismiss: (stationId) => dismissStation(stationId, desk),
    idle: () => {
      if (desk.tasks() > 0 || desk.outgoing.waiting() > 0 || upgrader.handshakes() > 0) return false;
      // Who was busy a moment ago mostly still is: all are asked only when that one has come to rest.
      const isBusy = (one: Connection): boolean => !isQuiet(one) && desk.connections.isLive(one);
      if (busiest !== null && isBusy(busiest)) return false;
      busiest = desk.connections.open().find((one) => !isQuiet(one)) ?? null;
      return busiest === null;
    },
    stalled: (isSilent) => {
      const busy = desk.connections.open().filter((one) => !isQuiet(one));
      return (
        busy.length > 0 &&
        busy.every(({ station, session }) => session.inbound() === 0 && isSilent(station.id))
      );
    },
    async close() {
      closing = true;
      unwatch();
      await drain(desk);
      for (const [server, listener] of listeners) server.off("upgrade", listener);
    },
  };
}
