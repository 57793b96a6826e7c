import { createRequire } from "node:module";
import { createServer } from "node:http";
import { createValidator } from "ocpp-rpc";
import { type WebSocket, WebSocketServer } from "ws";
import { listOf, objectOf, type Payload } from "../../sims/station/wire/words.js";

const require = createRequire(import.meta.url);

/** Enumerations carry `additionalProperties`, which means nothing for them; 2.1 names its ids otherwise. */
const readable = (key: string, value: unknown): unknown => {
  if (key === "$id" && typeof value === "string")
    return value.replace(/Request$/, ".req").replace(/Response$/, ".conf");
  const object = objectOf(value);
  return "enum" in object && "additionalProperties" in object
    ? Object.fromEntries(Object.entries(object).filter(([name]) => name !== "additionalProperties"))
    : value;
};

const VALIDATORS = new Map(
  (["1_6", "2_0_1", "2_1"] as const).map((name) => {
    const schemas: unknown = require(`ocpp-rpc/lib/schemas/ocpp${name}.json`);
    const subprotocol = `ocpp${name.replaceAll("_", ".")}`;
    const parsed: unknown = JSON.parse(JSON.stringify(schemas), readable);
    return [subprotocol, createValidator(subprotocol, listOf(parsed))] as const;
  }),
);

export interface Received {
  readonly identity: string;
  readonly subprotocol: string;
  readonly action: string;
  readonly payload: Payload;
}

/** What the server does with a call besides answering: nothing, or hang up without an answer. */
type Whim = (call: Received) => "answer" | "hang-up";

export interface TinyServer {
  readonly endpoint: string;
  readonly received: readonly Received[];
  /** Messages that the published schemas do not allow, with why. */
  readonly invalid: readonly string[];
  whim: Whim;
  password: string;
  connected(): ReadonlySet<string>;
  call(identity: string, action: string, payload: Payload): Promise<Payload>;
  close(): Promise<void>;
}

/** Answers as the schemas want them; ids of 1.6 transactions follow from connector time. */
const answerTo = ({ action, payload }: Received, nextId: () => number): Payload => {
  const accepted = { status: "Accepted" };
  switch (action) {
    case "BootNotification":
      return { ...accepted, currentTime: "2026-01-14T09:00:00Z", interval: 300 };
    case "Heartbeat":
      return { currentTime: "2026-01-14T09:00:00Z" };
    case "Authorize":
      return "idTag" in payload ? { idTagInfo: accepted } : { idTokenInfo: accepted };
    case "StartTransaction":
      return { transactionId: nextId(), idTagInfo: accepted };
    case "NotifyEVChargingNeeds":
      return accepted;
    default:
      return {};
  }
};

/** A central system of a few lines that checks every message against the published schemas. */
export const startTinyServer = async (): Promise<TinyServer> => {
  const received: Received[] = [];
  const invalid: string[] = [];
  const live = new Map<string, WebSocket>();
  const waiting = new Map<string, { action: string; done: (payload: Payload) => void }>();
  let nextTransaction = 1;
  let nextCall = 1;
  const http = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const check = (socket: WebSocket, id: string, payload: Payload): void => {
    try {
      void VALIDATORS.get(socket.protocol)?.validate(id, payload);
    } catch (error) {
      invalid.push(`${socket.protocol} ${id}: ${String(error)} ${JSON.stringify(payload)}`);
    }
  };
  const server: TinyServer = {
    endpoint: "",
    received,
    invalid,
    whim: () => "answer",
    password: "a-long-enough-password",
    connected: () => new Set(live.keys()),
    call: (identity, action, payload) =>
      new Promise((resolve, reject) => {
        const socket = live.get(identity);
        if (socket === undefined) {
          reject(new Error(`${identity} is not connected`));
          return;
        }
        const id = `call-${nextCall++}`;
        check(socket, `urn:${action}.req`, payload);
        waiting.set(id, { action, done: resolve });
        socket.send(JSON.stringify([2, id, action, payload]));
      }),
    close: async () => {
      for (const socket of live.values()) socket.terminate();
      await new Promise<void>((resolve) => void http.close(() => resolve()));
    },
  };
  const onCall = (socket: WebSocket, identity: string, message: readonly unknown[]): void => {
    const [, id, action, payload] = message;
    const call = {
      identity,
      subprotocol: socket.protocol,
      action: String(action),
      payload: objectOf(payload),
    };
    received.push(call);
    check(socket, `urn:${call.action}.req`, call.payload);
    if (server.whim(call) === "hang-up") socket.terminate();
    else socket.send(JSON.stringify([3, id, answerTo(call, () => nextTransaction++)]));
  };
  const onMessage = (socket: WebSocket, identity: string, message: readonly unknown[]): void => {
    if (message[0] === 2) return onCall(socket, identity, message);
    const call = waiting.get(String(message[1]));
    waiting.delete(String(message[1]));
    if (message[0] === 3) check(socket, `urn:${call?.action}.conf`, objectOf(message[2]));
    call?.done(message[0] === 3 ? objectOf(message[2]) : { error: message[2] });
  };
  http.on("upgrade", (request, socket, head) => {
    const identity = decodeURIComponent(request.url?.split("/").at(-1) ?? "");
    const expected = `Basic ${Buffer.from(`${identity}:${server.password}`).toString("base64")}`;
    if (request.headers.authorization !== expected) {
      socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      live.set(identity, ws);
      ws.on("close", () => live.get(identity) === ws && live.delete(identity));
      ws.on("message", (data: Buffer) => {
        const message: unknown = JSON.parse(data.toString("utf8"));
        if (Array.isArray(message)) onMessage(ws, identity, message);
      });
    });
  });
  await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", () => resolve()));
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(server, { endpoint: `ws://127.0.0.1:${port}/ocpp` });
};
