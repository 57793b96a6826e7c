import { request } from "node:http";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { PASSWORD } from "./harness.js";

/** Status and headers of a refused upgrade to the path as it stands, no normalising. */
export function upgradeStatus(
  port: number,
  path: string,
  { protocol = "ocpp1.6", authorization }: { protocol?: string | null; authorization?: string | null } = {},
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: "127.0.0.1",
      port,
      path,
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": Buffer.alloc(16).toString("base64"),
        ...(protocol === null ? {} : { "Sec-WebSocket-Protocol": protocol }),
        ...(authorization ? { Authorization: authorization } : {}),
      },
    });
    outgoing.on("response", (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    outgoing.on("upgrade", (_, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: {} });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** The status line that the server answers to these bytes; empty when it only hangs up. */
export function rawStatus(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let heard = "";
    socket.on("data", (data) => {
      heard += data.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(heard.split("\r\n")[0] ?? ""));
  });
}

export const basic = (user: string, password: string = PASSWORD): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** An authenticated websocket without any protocol of its own. */
export function rawStation(
  port: number,
  identity: string,
  protocol = "ocpp1.6",
  password: string = PASSWORD,
): Promise<RawStation> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${identity}`, [protocol], {
      headers: { Authorization: basic(identity, password) },
    });
    const heard: string[] = [];
    const station: RawStation = {
      socket,
      heard,
      closed: new Promise((done) => socket.on("close", (code) => done(code))),
    };
    socket.on("message", (data) => void heard.push(Buffer.isBuffer(data) ? data.toString("utf8") : ""));
    socket.on("error", reject);
    socket.on("open", () => resolve(station));
  });
}

export interface RawStation {
  readonly socket: WebSocket;
  readonly heard: string[];
  readonly closed: Promise<number>;
}
