import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocketServer, type WebSocket } from "ws";
import { schemaBook } from "../../src/ocpp/schemas.js";
import { type BareEvent, openBareLedger } from "./bare-ledger.js";
import { serveParty } from "./party.js";
import { cost, textOf } from "./cost.js";

/**
 * What there is to compare with: a websocket server that reads a frame, holds it to the compiled schema of its
 * action, writes the answer and holds that to its schema. No identity, no order, no state; of transaction events the
 * same rows as the central system's are committed in groups before they are answered.
 */

const [version = "2.0.1"] = process.argv.slice(2);
const book = schemaBook(version === "1.6" || version === "2.1" ? version : "2.0.1");
const folder = mkdtempSync(join(tmpdir(), "youxu-bare-"));
const ledger = await openBareLedger(folder);

const answerOf = (action: string): Readonly<Record<string, unknown>> => {
  if (action === "BootNotification")
    return { status: "Accepted", currentTime: new Date().toISOString(), interval: 300 };
  return action === "StartTransaction" ? { transactionId: 1, idTagInfo: { status: "Accepted" } } : {};
};

const open = new Map<string, { action: string; resolve: () => void }>();
const sockets: WebSocket[] = [];
let nextId = 1;

type Frame = [number, string, string | Record<string, unknown>, Record<string, unknown> & BareEvent];

const receive = async (socket: WebSocket, text: string): Promise<void> => {
  const [type, id, third, payload] = JSON.parse(text) as Frame;
  if (type === 3) {
    const call = open.get(id);
    open.delete(id);
    if (call !== undefined && typeof third === "object") {
      if (book.strict(call.action, "response", third) !== null) throw new Error("an answer is not valid");
      call.resolve();
    }
    return;
  }
  const action = typeof third === "string" ? third : "";
  if (book.strict(action, "request", payload) !== null) throw new Error(`${action} is not valid`);
  if (action === "TransactionEvent") await ledger.add(payload);
  const answer = answerOf(action);
  if (book.strict(action, "response", answer) !== null)
    throw new Error(`our answer to ${action} is not valid`);
  socket.send(JSON.stringify([3, id, answer]));
};

const server = createServer();
const websockets = new WebSocketServer({ server, perMessageDeflate: false });
websockets.on("connection", (socket) => {
  sockets.push(socket);
  socket.on("message", (data) => void receive(socket, textOf(data)));
  socket.on("close", () => sockets.splice(sockets.indexOf(socket), 1));
});

const callOne = (socket: WebSocket, action: string, payload: Record<string, unknown>): Promise<void> =>
  new Promise((resolve) => {
    const id = `b${nextId++}`;
    if (book.strict(action, "request", payload) !== null) throw new Error(`${action} is not valid`);
    open.set(id, { action, resolve });
    socket.send(JSON.stringify([2, id, action, payload]));
  });

const inPool = async (atOnce: number, work: (socket: WebSocket) => Promise<void>): Promise<void> => {
  const left = sockets.values();
  const runner = async (): Promise<void> => {
    for (const socket of left) await work(socket);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, sockets.length) }, runner));
};

const skills = {
  listen: (): Promise<string> =>
    new Promise((resolve) =>
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(`ws://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/ocpp`);
      }),
    ),
  cost,
  /** The same call to every station, all at once or at most so many unanswered; `rounds` times. */
  callAll: async ({
    action,
    payload,
    rounds,
    atOnce,
  }: {
    action: string;
    payload: Record<string, unknown>;
    rounds: number;
    atOnce?: number;
  }): Promise<number> => {
    const beganMs = performance.now();
    for (let round = 0; round < rounds; round += 1)
      if (atOnce === undefined) await Promise.all(sockets.map((socket) => callOne(socket, action, payload)));
      else await inPool(atOnce, (socket) => callOne(socket, action, payload));
    return performance.now() - beganMs;
  },
  rows: (): number => ledger.rows(),
  close: async (): Promise<void> => {
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  },
};

export type BareSkills = typeof skills;

if (process.send !== undefined) serveParty(skills);
