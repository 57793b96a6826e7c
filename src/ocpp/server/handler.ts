import type { FleetEvent } from "../../domain/fleet.js";
import type { Maker } from "../../domain/quirks.js";
import { type EpochMs, MINUTE_MS } from "../../domain/units.js";
import type { StationLink } from "../../ports/station-link.js";
import type { StationNews } from "../../domain/station-news.js";
import type { TransferAnswer } from "../../domain/transfer-hook.js";
import type { Transfer } from "../../ports/transfer-hooks.js";
import type { InboundContext, SigningWish } from "../common/codec.js";
import { stampIn } from "../common/station-clock.js";
import { timeReader } from "../common/time.js";
import type { Found, LookUp } from "../common/look-up.js";
import type { Lack } from "../minimum.js";
import type { Reply } from "../session/contract.js";
import type { Payload } from "../wire.js";
import { learnAbilities, tellFurtherEvse } from "./boot.js";
import type { Connection } from "./connections.js";
import type { Desk } from "./desk.js";
import { bootsTooOften, doubtClock, noteBoot, noteClock, noteMeter } from "./findings.js";
import { type HandleParts, handleMessage } from "./handle.js";
import { lookUp } from "./look-up.js";
import { keepRecord } from "./record.js";
import { handOver, signFor } from "./signing.js";
import { correctedEvse, noteUnconfigured } from "./station.js";
import { keepUnclear } from "./unclear.js";

/** `seen` is told at most this often per station, heartbeats aside. */
const SEEN_EVERY_MS = MINUTE_MS;

/** What a connection needs beside the desk: the way back to its station. */
export type LinkedDesk = Desk & { readonly link: StationLink };

/** What a station sent; with a `lack` it cannot be understood. */
interface Message {
  readonly action: string;
  readonly payload: Payload;
  readonly lack: Lack | null;
}

/**
 * Answers the messages of one connection, one after the other. What does not change from one message to the next is
 * made once: most messages are meter values, and a city sends thousands of them in a second.
 */
export function createHandler(
  connection: Connection,
  desk: LinkedDesk,
): (message: Message) => Reply | Promise<Reply> {
  const { station } = connection;
  const { connectorStatus } = station.memory;
  const parts = new ConnectionParts(connection, desk);
  const contextAt = createContext(connection, desk);
  const timeZone = desk.timeZone?.(station.id) ?? "UTC";
  const meant = (message: Message): Reply | Promise<Reply> => {
    const { action, payload, lack } = message;
    const nowMs = desk.clock.now();
    noteSeen(connection, nowMs, desk);
    const readTime = timeReader(timeZone, nowMs);
    const stamp = stampIn(payload);
    noteClock(connection, { stationMs: readTime(stamp.text), isMade: stamp.isMade }, desk);
    if (lack !== null)
      return keepUnclear({ stationId: station.id, atMs: nowMs, action, payload, lack }, desk.gateway);
    return handleMessage(message, contextAt(nowMs, readTime), parts);
  };
  return (message) => {
    const known = connectorStatus.size;
    const reply = meant(message);
    const keepNew = (): Promise<void> | null => {
      if (connectorStatus.size === known) return null;
      tellFurtherEvse(connection, desk);
      return keepRecord(station, desk);
    };
    if (reply instanceof Promise)
      return reply.then(async (later) => {
        await keepNew();
        return later;
      });
    return keepNew()?.then(() => reply) ?? reply;
  };
}

const noteSeen = (connection: Connection, nowMs: number, desk: Desk): void => {
  if (nowMs - connection.seenMs < SEEN_EVERY_MS) return;
  connection.seenMs = nowMs;
  desk.tell({ kind: "seen", stationId: connection.station.id, atMs: nowMs });
};

/** What a message is read by, at its moment. */
function createContext(
  { station }: Connection,
  desk: LinkedDesk,
): (nowMs: EpochMs, readTime: InboundContext["readTime"]) => InboundContext {
  const { id: stationId, memory } = station;
  const { heartbeatIntervalS } = desk.settings;
  const electrics: InboundContext["electrics"] = (evseId) => desk.evseElectrics(stationId, evseId);
  const evseOf: InboundContext["evseOf"] = (transactionId) =>
    desk.gateway.openSessions(stationId).find((session) => session.transactionId === transactionId)?.evseId ??
    null;
  const found: InboundContext["found"] = (finding, evseId) =>
    noteMeter(station, { ...finding, evseId }, desk);
  const correctionOf: InboundContext["correctionOf"] = (profileId) => {
    const evseId = correctedEvse(station, profileId);
    return evseId === null ? null : desk.gateway.presentCorrection(stationId, evseId);
  };
  const exceedsOffer: InboundContext["exceedsOffer"] = (evseId, schedule) =>
    desk.gateway.exceedsOffer?.(stationId, evseId, schedule) ?? false;
  return (nowMs, readTime) => ({
    stationId,
    nowMs,
    memory,
    electrics,
    evseOf,
    correctionOf,
    exceedsOffer,
    readTime,
    heartbeatIntervalS,
    meterQuirks: desk.quirks.of(stationId).values,
    found,
  });
}

/** What messages of one connection lead to; thousands of connections share its methods. */
class ConnectionParts implements HandleParts {
  readonly codec: HandleParts["codec"];
  readonly gateway: HandleParts["gateway"];
  readonly #connection: Connection;
  readonly #desk: LinkedDesk;

  constructor(connection: Connection, desk: LinkedDesk) {
    this.codec = connection.codec;
    this.gateway = desk.gateway;
    this.#connection = connection;
    this.#desk = desk;
  }

  get #stationId(): string {
    return this.#connection.station.id;
  }

  tell(event: FleetEvent): void {
    const desk = this.#desk;
    if (event.kind === "booted") {
      desk.quirks.identify(this.#stationId, makerOf(event));
      noteBoot(this.#connection.station, desk);
    }
    desk.tell(event);
    if (event.kind === "booted") doubtClock(this.#connection, desk);
  }

  note(news: StationNews): void {
    this.#desk.note(news);
  }

  transfer(sent: Transfer): Promise<TransferAnswer> {
    return this.#desk.transfer(sent);
  }

  booted(): void {
    const desk = this.#desk;
    if (!bootsTooOften(this.#connection.station, desk.clock.now())) learnAbilities(this.#connection, desk);
  }

  sign(wish: SigningWish): Promise<string | null> {
    return signFor(this.#stationId, wish, this.#desk);
  }

  lookUp(wish: LookUp): Promise<Found> {
    return lookUp(this.#connection.station, wish, this.#desk);
  }

  handOver(chain: string, { requestId }: SigningWish): void {
    handOver(this.#stationId, { chain, requestId }, this.#desk);
  }

  heardOf(evseId: number): void {
    const desk = this.#desk;
    if (desk.evseElectrics(this.#stationId, evseId) === null)
      noteUnconfigured(this.#connection.station, evseId, desk);
  }

  refused(transactionId: string): void {
    stopRefused(this.#stationId, transactionId, this.#desk);
  }
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
