import type { GateSettings } from "./server/gate.js";
import type { SessionSettings } from "./session/contract.js";

export interface CentralSettings extends SessionSettings, GateSettings {
  /** Path before the identity. */
  readonly path: string;
  /** Time for a command, the wait in the station's queue and all tries included, ms. */
  readonly callTimeoutMs: number;
  /** Told in BootNotification's answer ± 10 %, s. */
  readonly heartbeatIntervalS: number;
  /** Offline time after which a discharging profile ends by itself, s. */
  readonly maxOfflineDurationS: number;
  /** Time after connecting within which a BootNotification is awaited before it is asked for, ms. */
  readonly bootGraceMs: number;
  /** Between two websocket pings; a missing pong ends the connection. Null: none (lock step). */
  readonly pingIntervalMs: number | null;
  readonly maxPayloadBytes: number;
  /** A peer that lets more than this pile up is cut off. */
  readonly maxBufferedBytes: number;
  /** Time for the registry to answer, ms. */
  readonly handshakeTimeoutMs: number;
  /** At a stop: time for what is being handled to be answered, and time over which sockets are closed, ms. */
  readonly drainMs: number;
  readonly closeSpreadMs: number;
  /** Room for the newest messages of all stations together. */
  readonly messageLogBytes: number;
  /** Calls in flight over all stations. */
  readonly maxCallsInFlight: number;
  /**
   * Failed logins per window: of one identity from one address, and of one address. A whole site may stand
   * behind one address, so the second only bounds a flood.
   */
  readonly maxFailuresPerIdentity: number;
  readonly maxFailuresPerAddress: number;
  readonly failureWindowMs: number;
  /** Networks, `192.168.7.0/24`, from which stations of security profile 0 may come. */
  readonly openNetworks: readonly string[];
}

export const DEFAULT_CENTRAL_SETTINGS: CentralSettings = {
  path: "/ocpp/",
  callTimeoutMs: 30_000,
  heartbeatIntervalS: 300,
  maxOfflineDurationS: 900,
  bootGraceMs: 15_000,
  pingIntervalMs: 60_000,
  maxPayloadBytes: 128 * 1024,
  maxBufferedBytes: 1024 * 1024,
  handshakeTimeoutMs: 10_000,
  maxHandshakes: 200,
  handshakesPerSecond: 500,
  handshakeBurst: 1_000,
  drainMs: 5_000,
  closeSpreadMs: 2_000,
  messageLogBytes: 16 * 1024 * 1024,
  maxCallsInFlight: 500,
  maxFailuresPerIdentity: 10,
  maxFailuresPerAddress: 5_000,
  failureWindowMs: 60_000,
  openNetworks: [],
  maxBadMessages: 20,
  messageBurst: 500,
  messagesPerSecond: 50,
  maxInboundQueue: 1_000,
  maxInboundBytes: 512 * 1024,
  maxOutboundQueue: 100,
};
