import type { OcppVersion } from "../../domain/fleet.js";
import type { SecurityProfile } from "../../domain/security.js";
import type { EpochMs } from "../../domain/units.js";
import type { Cancel } from "../../ports/clock.js";
import type { Counter } from "../session/contract.js";
import type { Line } from "./commands.js";
import type { Outgoing } from "./outgoing.js";
import type { Admitted } from "./upgrade.js";

/** One websocket of an authenticated station. */
export interface Connection extends Line {
  readonly admitted: Admitted;
  /** Rises with every connection of any station. */
  readonly generation: number;
  readonly connectedMs: EpochMs;
  /** When the fleet last heard that the station lives. */
  seenMs: EpochMs;
  /** Set while a BootNotification is awaited. */
  bootTimer: Cancel | null;
  learning: boolean;
  /** Why we close it; null while we do not. */
  closedFor: string | null;
}

/** Closes a connection from our side, and keeps why for the log. */
export function closeConnection(
  connection: Connection,
  { outgoing }: { readonly outgoing: Outgoing },
  { code, why }: { readonly code: number; readonly why: string },
): void {
  connection.closedFor = why;
  outgoing.flush();
  connection.admitted.socket.resume();
  connection.admitted.socket.close(code, why);
}

export interface ConnectionView {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly profile: SecurityProfile;
  readonly generation: number;
  readonly address: string;
  readonly connectedMs: EpochMs;
  readonly inbound: number;
  readonly outbound: number;
  /** Since the process began, over all connections of the station. */
  readonly counters: Readonly<Partial<Record<Counter, number>>>;
}

/** Who is connected: one live connection per identity, beside those that are still closing. */
export interface Connections {
  /** Makes the connection its station's live one and gives the one that it replaces. */
  enter(connection: Connection): Connection | null;
  /** True when it was its station's live connection; a replaced one unregisters nothing. */
  leave(connection: Connection): boolean;
  live(stationId: string): Connection | null;
  isLive(connection: Connection): boolean;
  /** All sockets that are not yet closed, replaced ones too. */
  open(): readonly Connection[];
  views(): readonly ConnectionView[];
  nextGeneration(): number;
  /** How often a live connection came or went. */
  changes(): number;
}

export function createConnections(): Connections {
  const live = new Map<string, Connection>();
  const open = new Set<Connection>();
  let generation = 0;
  let changes = 0;
  const isLive = (connection: Connection): boolean => live.get(connection.station.id) === connection;
  return {
    enter(connection) {
      const older = live.get(connection.station.id) ?? null;
      changes += 1;
      live.set(connection.station.id, connection);
      open.add(connection);
      return older;
    },
    leave(connection) {
      open.delete(connection);
      changes += 1;
      return isLive(connection) && live.delete(connection.station.id);
    },
    live: (stationId) => live.get(stationId) ?? null,
    isLive,
    open: () => [...open],
    views: () => [...live.values()].map(view),
    nextGeneration: () => (generation += 1),
    changes: () => changes,
  };
}

/** Nothing is being handled, and no call is under way. */
export const isQuiet = ({ session }: Connection): boolean =>
  session.inbound() === 0 && session.outbound() === 0;

const view = (connection: Connection): ConnectionView => ({
  stationId: connection.station.id,
  version: connection.admitted.version,
  profile: connection.admitted.profile,
  generation: connection.generation,
  address: connection.admitted.address,
  connectedMs: connection.connectedMs,
  inbound: connection.session.inbound(),
  outbound: connection.session.outbound(),
  counters: connection.station.counted(),
});
