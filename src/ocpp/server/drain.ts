import { closeConnection, type Connection } from "./connections.js";
import type { Desk } from "./desk.js";

/** By the wall, whatever the clock: who stops us counts seconds too. */
const LOOK_EVERY_MS = 10;
/** So few are closed at once. */
const FEW = 50;

/**
 * Ends all connections in order: nothing more is read, what is being handled is committed and answered (for
 * `drainMs` at most), then sockets are closed, spread over `closeSpreadMs` so that stations do not come
 * back all at one moment. What was not read is in the stations' own queues, and comes again.
 */
export const drain = async (desk: Desk): Promise<void> => {
  const { connections, settings, log } = desk;
  for (const { admitted } of connections.open()) admitted.socket.pause();
  const untilMs = performance.now() + settings.drainMs;
  const busy = (): number => connections.open().filter(({ session }) => session.inbound() > 0).length;
  while (busy() > 0 && performance.now() < untilMs) await pause(LOOK_EVERY_MS);
  const unanswered = busy();
  if (unanswered > 0) log.warn({ stations: unanswered }, "messages were not answered before the stop");
  await closeAll(connections.open(), desk);
};

const closeAll = async (open: readonly Connection[], desk: Desk): Promise<void> => {
  const { closeSpreadMs } = desk.settings;
  const perLook =
    open.length <= FEW || closeSpreadMs <= 0
      ? Math.max(1, open.length)
      : Math.ceil((open.length * LOOK_EVERY_MS) / closeSpreadMs);
  const closed: Promise<void>[] = [];
  for (let first = 0; first < open.length; first += perLook) {
    if (first > 0) await pause(LOOK_EVERY_MS);
    closed.push(...open.slice(first, first + perLook).map((one) => close(one, desk)));
  }
  await Promise.all(closed);
};

/** 1001, going away; the websocket library cuts off a peer that does not answer the close. */
const close = (connection: Connection, desk: Desk): Promise<void> =>
  new Promise((resolve) => {
    const { socket } = connection.admitted;
    if (socket.readyState === socket.CLOSED) return resolve();
    socket.once("close", () => resolve());
    connection.session.end();
    closeConnection(connection, desk, { code: 1001, why: "the central system stops" });
  });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
