import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type Bound, createAttempts } from "../../domain/attempts.js";
import type { OcppVersion } from "../../domain/fleet.js";
import type { SecurityProfile, ShownCertificate } from "../../domain/security.js";
import { type EpochMs, SECOND_MS } from "../../domain/units.js";
import type { Clock } from "../../ports/clock.js";
import type { FleetGateway } from "../../ports/fleet-gateway.js";
import type { StationProof, StationRegistry } from "../../ports/station-registry.js";
import type { CentralSettings } from "../settings.js";
import { SUBPROTOCOLS } from "../wire.js";
import { createGate } from "./gate.js";
import { createNames, readIdentity } from "./identity.js";
import type { Log } from "./log.js";
import { proveNamed } from "./prove.js";
import { causeOf, type Refusal } from "./refusal.js";
import { isOfSite, isServed, unservedRefusal } from "./served.js";
import { networkTest } from "./way.js";
import type { TrafficBook } from "./traffic.js";

/** A station that proved who it is. */
export interface Admitted {
  readonly identity: string;
  readonly version: OcppVersion;
  readonly profile: SecurityProfile;
  /** What it proved itself with; null: with something else. */
  readonly certificate: ShownCertificate | null;
  readonly address: string;
  readonly socket: WebSocket;
}

interface Proven {
  readonly identity: string;
  readonly proof: StationProof;
}

export interface UpgradeParts {
  readonly clock: Clock;
  readonly registry: StationRegistry;
  readonly settings: CentralSettings;
  readonly log: Log;
  /** Identities that site files name; no other is let in. Left out: whoever proves itself is. */
  readonly configured?: ReadonlySet<string>;
  readonly gateway: Pick<FleetGateway, "openSessions">;
  readonly traffic?: Pick<TrafficBook, "refused">;
  /** Draws in [0, 1) that spread those who are sent away. */
  readonly random?: () => number;
  /** True from when we stop: nobody comes in any more. */
  closing?(): boolean;
  /** Brings to mind what is known of a station that proved who it is. */
  recall(identity: string): Promise<void>;
  admit(admitted: Admitted): void;
}

export interface Upgrader {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  handshakes(): number;
}

const REASONS: Record<Refusal["status"], string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
const HEADERS: Partial<Record<Refusal["status"], string>> = {
  401: 'WWW-Authenticate: Basic realm="ocpp", charset="UTF-8"\r\n',
};
/** Pieces in which a peer may send one message, and of what it sent in which it may lie here. */
const MOST_FRAGMENTS = 256;
const MOST_CHUNKS = 1_024;
/** Told with 503; the station adds its own back-off. */
const RETRY_AFTER_S = 10;

/**
 * Turns upgrade requests into admitted stations. Everything that a stranger sends is judged here,
 * before the websocket library sees it; nothing throws and nothing waits without bound.
 */
export function createUpgrader(parts: UpgradeParts): Upgrader {
  const { clock, settings, log } = parts;
  const attempts = createAttempts(settings.failureWindowMs);
  const isOpen = networkTest(settings.openNetworks);
  const nameOf = createNames(parts.configured ?? new Set());
  const options = {
    noServer: true,
    maxPayload: settings.maxPayloadBytes,
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: MOST_CHUNKS,
    perMessageDeflate: false,
    clientTracking: false,
    closeTimeout: 2 * SECOND_MS,
    handleProtocols: (offered: Set<string>) => [...offered].find((name) => SUBPROTOCOLS.has(name)) ?? false,
  };
  const server = new WebSocketServer(options);
  const gate = createGate(settings, clock.now(), parts.random ?? Math.random);
  let handshakes = 0;

  const authenticate = async (
    named: { readonly identity: string; readonly told: string },
    request: IncomingMessage,
  ): Promise<Refusal | Proven> => {
    const address = addressOf(request);
    const own = `${named.identity} ${address}`;
    const nowMs = clock.now();
    const bounds: Bound[] = [
      [own, settings.maxFailuresPerIdentity],
      [address, settings.maxFailuresPerAddress],
    ];
    const untilMs = attempts.blockedUntilMs(bounds, nowMs);
    if (untilMs !== null) return { status: 429, why: "too many failed attempts", untilMs };
    const { registry } = parts;
    const judged = await within(
      clock,
      settings.handshakeTimeoutMs,
      proveNamed(named, request, { registry, isOpen, nameOf }),
    );
    if (judged === null) return { status: 503, why: "the station could not be looked up in time" };
    const { identity, proof } = judged;
    if (proof !== null) return isServed(identity, parts) ? { identity, proof } : unservedRefusal(identity);
    attempts.failed(own, nowMs);
    attempts.failed(address, nowMs);
    return {
      status: 401,
      why: "identity or password is wrong",
      cause: () => causeOf(identity, judged, { registry, configured: parts.configured ?? new Set() }),
    };
  };

  const judge = async (request: IncomingMessage): Promise<Refusal | (Proven & { version: OcppVersion })> => {
    if (parts.closing?.() === true) return { status: 503, why: "the central system stops" };
    const named = readIdentity(request.url ?? "", settings.path, nameOf);
    if ("status" in named) return named;
    const version = offeredVersion(request);
    if (version === null)
      return { status: 400, why: `offer one of the subprotocols ${[...SUBPROTOCOLS.keys()].join(", ")}` };
    const retryAfterS = gate.enter(clock.now(), handshakes);
    if (retryAfterS !== null) return { status: 503, why: "too many stations connect at once", retryAfterS };
    const verdict = await authenticate(named, request);
    return "status" in verdict ? verdict : { ...verdict, version };
  };

  const sayUnsteered = (stationId: string): void => {
    if (isOfSite(stationId, parts.configured)) return;
    log.warn({ stationId }, "a station of no site was let in, unsteered: its transaction runs");
  };

  const shake = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    handshakes += 1;
    try {
      const verdict = await judge(request);
      if ("status" in verdict) return refuse(request, socket, verdict);
      const { identity, version, proof } = verdict;
      sayUnsteered(identity);
      await parts.recall(identity);
      await parts.registry.entered?.(identity, proof);
      if (socket.destroyed) return;
      const { profile, certificate } = proof;
      const address = addressOf(request);
      server.handleUpgrade(request, socket, head, (websocket) =>
        parts.admit({ identity, version, profile, certificate, address, socket: websocket }),
      );
    } catch (error) {
      log.error({ error: String(error) }, "a handshake failed");
      refuse(request, socket, { status: 500, why: "the station could not be looked up" });
    } finally {
      handshakes -= 1;
    }
  };

  const refuse = (request: IncomingMessage, socket: Duplex, refusal: Refusal): void => {
    if (!socket.destroyed) socket.end(answerOf(refusal, clock.now()));
    parts.traffic?.refused(refusal.status);
    logRefusal(request, refusal).catch((error: unknown) =>
      log.error({ error: String(error) }, "the cause of a refusal could not be looked up"),
    );
  };

  const logRefusal = async (request: IncomingMessage, { status, why, untilMs, cause }: Refusal) => {
    const url = shownUrl(request.url ?? "");
    const until = untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() };
    const fields = { url, address: addressOf(request), status, why, ...until, ...(await cause?.()) };
    log.warn(fields, "a connection was refused");
  };

  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      void shake(request, socket, head);
    },
    handshakes: () => handshakes,
  };
}

/** The answer as it goes over the wire; the seconds of Retry-After are those left, or what is stated. */
const answerOf = ({ status, why, untilMs, retryAfterS }: Refusal, nowMs: EpochMs): string => {
  const leftS = untilMs === undefined ? RETRY_AFTER_S : Math.max(1, Math.ceil((untilMs - nowMs) / SECOND_MS));
  const waitS = retryAfterS ?? leftS;
  const retry = status === 503 || status === 429 ? `Retry-After: ${waitS}\r\n` : "";
  return (
    `HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\n${HEADERS[status] ?? ""}${retry}` +
    `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(why)}\r\n\r\n${why}`
  );
};

const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? "unknown";

/** Some stations write their password into the URL; what may be one stays out of the log. */
const shownUrl = (url: string): string => {
  const [shown = ""] = url.split(/[?#:@]|%(?:3a|3f|23|40)/i, 1);
  return `${shown.slice(0, 100)}${shown.length < url.length ? "…" : ""}`;
};

/** The first subprotocol of the station's list that we speak. */
function offeredVersion(request: IncomingMessage): OcppVersion | null {
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const first = offered.find((name) => SUBPROTOCOLS.has(name));
  return SUBPROTOCOLS.get(first ?? "") ?? null;
}

/** The promise's value, or null when it takes longer. */
function within<T>(clock: Clock, timeoutMs: number, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const cancel = clock.afterElapsed(timeoutMs, () => resolve(null));
    work.then(resolve, reject).finally(cancel);
  });
}
