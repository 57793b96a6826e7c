/** What is posted where, and where nothing is: private addresses, however they are written or named. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpSender } from "../../src/webhooks/http-sender.js";
import { isPublicAddress } from "../../src/webhooks/public-address.js";

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

const listen = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> => {
  const opened = createServer(answer);
  server = opened;
  await new Promise<void>((resolve) => void opened.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}`;
};
const message = (url: string) => ({
  url,
  headers: { "x-of": "test" },
  body: '{"一":1}',
  timeoutMs: 5_000,
  signal: new AbortController().signal,
});

describe("a public address", () => {
  it.each([
    ["8.8.8.8", true],
    ["2a00:1450:4001::1", true],
    ["127.0.0.1", false],
    ["10.1.2.3", false],
    ["172.31.255.255", false],
    ["172.32.0.1", true],
    ["192.168.1.1", false],
    ["169.254.169.254", false],
    ["100.64.0.1", false],
    ["0.0.0.0", false],
    ["224.0.0.1", false],
    ["255.255.255.255", false],
    ["::1", false],
    ["::", false],
    ["fe80::1", false],
    ["fd00::1", false],
    ["::ffff:127.0.0.1", false],
    ["::ffff:8.8.8.8", false],
    ["64:ff9b::7f00:1", false],
    ["2002:7f00:1::", false],
    ["2001:db8::1", false],
    ["not an address", false],
  ])("%s: %s", (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });
});

describe("to public addresses alone", () => {
  const sender = createHttpSender({ privateAddresses: false, resolve: async () => [] });
  it.each([
    ["http://example.org/", /https alone/],
    ["https://127.0.0.1/", /no public address/],
    ["https://0x7f.1/", /no public address/],
    ["https://2130706433/", /no public address/],
    ["https://[::1]/", /no public address/],
    ["https://[::ffff:10.0.0.1]/", /no public address/],
    ["https://localhost/", /this computer/],
    ["https://api.localhost:8180/", /this computer/],
    ["nonsense", /no address/],
  ])("%s is refused at once", async (url, why) => {
    expect(sender.faultOf(url)).toMatch(why);
    expect(await sender.post(message(url))).toEqual({ kind: "failed", why: expect.stringMatching(why) });
  });

  it("a name is refused that leads to a private one, when the connection is made", async () => {
    const asked: string[] = [];
    const rebound = createHttpSender({
      privateAddresses: false,
      resolve: async (name) => {
        asked.push(name);
        return [
          { address: "127.0.0.1", family: 4 },
          { address: "::1", family: 6 },
        ];
      },
    });
    expect(rebound.faultOf("https://inside.example/")).toBeNull();
    const answer = await rebound.post(message("https://inside.example/"));
    expect(answer).toEqual({ kind: "failed", why: expect.stringMatching(/no public address/) });
    expect(asked).toEqual(["inside.example"]);
  });
});

describe("where private addresses are allowed", () => {
  const sender = createHttpSender({ privateAddresses: true });

  it("the body is posted as it is, and the status told", async () => {
    let got: unknown = null;
    const url = await listen((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => void (body += part.toString()));
      request.on("end", () => {
        got = [request.method, request.headers["x-of"], body];
        response.writeHead(202).end("x".repeat(100_000));
      });
    });
    expect(await sender.post(message(url))).toEqual({ kind: "answered", status: 202, retryAfter: null });
    expect(got).toEqual(["POST", "test", '{"一":1}']);
  });

  it("no redirect is followed, and it is told when to come again", async () => {
    const asked: string[] = [];
    const url = await listen((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(307, { location: "/elsewhere", "retry-after": "120" }).end();
    });
    expect(await sender.post(message(url))).toEqual({ kind: "answered", status: 307, retryAfter: "120" });
    expect(asked).toEqual(["/"]);
  });

  it("what is cut off before its time has failed, and its connection is no more", async () => {
    const ending = new AbortController();
    let closed = (): void => undefined;
    const isClosed = new Promise<void>((resolve) => void (closed = resolve));
    const url = await listen((request) => {
      request.socket.on("close", closed);
      ending.abort();
    });
    const cutOff = { ...message(url), timeoutMs: 600_000, signal: ending.signal };
    expect(await sender.post(cutOff)).toEqual({ kind: "failed", why: "no answer in time" });
    await isClosed;
  });

  it("who does not answer in time, and who is not there, has failed", async () => {
    const url = await listen(() => undefined);
    expect(await sender.post({ ...message(url), timeoutMs: 30 })).toEqual({
      kind: "failed",
      why: "no answer in time",
    });
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    expect(await sender.post(message(url))).toEqual({
      kind: "failed",
      why: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("what is asked", () => {
  const asker = createHttpSender({ privateAddresses: true });
  const question = (url: string) => ({ ...message(url), mostBytes: 100 });

  it.each([
    [200, '{"二":2}'],
    [404, "nothing here"],
    [307, "elsewhere"],
  ])("is told with its status, %d, and body", async (status, body) => {
    const asked: string[] = [];
    const url = await listen((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(status, { location: "/elsewhere" }).end(body);
    });
    expect(await asker.ask(question(url))).toEqual({ kind: "answered", status, body });
    expect(asked).toEqual(["/"]);
  });

  it.each([
    [100, "answered"],
    [101, "failed"],
  ])("an answer of %d bytes, where 100 are the most: %s", async (bytes, kind) => {
    const url = await listen((_, response) => void response.end("x".repeat(bytes)));
    expect(await asker.ask(question(url))).toMatchObject({ kind });
  });

  it("nothing is asked at a private address where only public ones may be", async () => {
    const asked: string[] = [];
    const url = await listen((request) => void asked.push(request.url ?? ""));
    const careful = createHttpSender({ privateAddresses: false });
    expect(await careful.ask(question(url))).toMatchObject({ kind: "failed" });
    expect(asked).toEqual([]);
  });
});
