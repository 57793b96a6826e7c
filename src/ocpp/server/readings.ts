import type { OcppVersion } from "../../domain/fleet.js";
import type { LookUpCount } from "../../ports/plug-and-charge.js";
import type { Desk } from "./desk.js";
import type { Direction, TrafficBook } from "./traffic.js";

/** The central system in figures. */
export interface CentralReadings {
  readonly connections: ReadonlyMap<OcppVersion, number>;
  readonly handshakes: number;
  readonly callsInFlight: number;
  /** Messages that wait to be handled or sent, over all stations. */
  readonly queued: { readonly [direction in Direction]: number };
  readonly messageLogBytes: number;
  /** What was asked of others about cars and certificates. */
  readonly lookUps: readonly LookUpCount[];
  readonly traffic: Pick<TrafficBook, "messages" | "latencies" | "complaints" | "refusals">;
}

export const readCentral = (desk: Desk, handshakes: number): CentralReadings => {
  const connections = new Map<OcppVersion, number>([
    ["1.6", 0],
    ["2.0.1", 0],
    ["2.1", 0],
  ]);
  const queued = { "from-station": 0, "to-station": 0 };
  for (const connection of desk.connections.open()) {
    queued["from-station"] += connection.session.inbound();
    queued["to-station"] += connection.session.outbound();
    if (!desk.connections.isLive(connection)) continue;
    const { version } = connection.admitted;
    connections.set(version, (connections.get(version) ?? 0) + 1);
  }
  return {
    connections,
    handshakes,
    callsInFlight: desk.window.inFlight(),
    queued,
    messageLogBytes: desk.messages.bytes(),
    lookUps: desk.plugAndCharge.readings(),
    traffic: desk.traffic,
  };
};
