/** Every request ends, whatever the other side does. */
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { requestBounded } from "../../src/http/bounded-request.js";
import { ask } from "../../src/metering/http/request.js";
import { createHttpSender } from "../../src/webhooks/http-sender.js";

let server: Server | null = null;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
  server = null;
});

/** Answers whatever is asked with these bytes, and keeps the connection open unless they are null. */
const answering = async (text: string | null): Promise<string> => {
  const opened = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.once("data", () => void (text === null ? socket.end() : socket.write(text)));
  });
  server = opened;
  await new Promise<void>((resolve) => void opened.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}/`;
};
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const asked = (url: string, signal: AbortSignal) =>
  requestBounded({ url: new URL(url), method: "GET", headers: {}, mostBytes: 10, signal });

const SWITCH = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const ENDLESS = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
const SHORT = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const LONG = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world";

describe("a request", () => {
  it.each([
    ["an answer", SHORT, "200 ok"],
    ["a switch of protocols", SWITCH, "HTTP 101, which nobody asked for"],
    ["an answer that is too long", LONG, "an answer of more than 10 bytes"],
    ["a connection that closes", null, "socket hang up"],
  ])("ends by itself with %s, its connection with it", async (_name, text, outcome) => {
    const got = await asked(await answering(text), new AbortController().signal).then(
      ({ status, body }) => `${status} ${body.toString()}`,
      ({ message }: Error) => message,
    );
    expect(got).toBe(outcome);
    await until(() => sockets.size === 0);
  });

  it.each([
    ["silence", ""],
    ["half an answer", ENDLESS],
  ])("ends when it is told to, through %s", async (_name, text) => {
    const url = await answering(text);
    const ending = new AbortController();
    const request = asked(url, ending.signal);
    await until(() => sockets.size === 1);
    setImmediate(() => ending.abort());
    await expect(request).rejects.toThrow("no answer in time");
    await until(() => sockets.size === 0);
    await expect(asked(url, ending.signal)).rejects.toThrow("no answer in time");
  });

  it("of a webhook and of a device ends as well with a switch of protocols", async () => {
    const url = await answering(SWITCH);
    const { signal } = new AbortController();
    const message = { url, headers: {}, body: "{}", timeoutMs: 60_000, signal };
    const why = "HTTP 101, which nobody asked for";
    expect(await createHttpSender({ privateAddresses: true }).post(message)).toEqual({ kind: "failed", why });
    await expect(ask({ url, method: "GET", authorization: null, caFile: null, signal })).rejects.toThrow(why);
  });
});
