import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { StoredFile } from "../../src/domain/stored-file.js";
import { withFileLocations } from "../../src/control/file-locations.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { type OpenFileExchange, openFileExchange } from "../../src/store/files/exchange.js";
import { fakeOperations } from "./fake-operations.js";
import { bearer, type Harness, startHarness } from "./harness.js";

let folder: string;
let harness: Harness;
let exchange: OpenFileExchange;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
  const settings = {
    publicUrl: "http://public",
    folder,
    mostFileBytes: 100_000,
    mostBytes: 1_000_000,
    keepMs: 1_000,
    linkMs: 1_000,
  };
  const log = { error: () => undefined };
  const clock = new VirtualClock(0);
  exchange = await openFileExchange({ settings, documents: createMemoryDocuments(), clock, log });
  harness = await startHarness({ fileExchange: exchange });
  url = await harness.app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  exchange.close();
  harness.app.server.closeAllConnections();
  await harness.app.close();
  await rm(folder, { recursive: true, force: true });
});

const here = (link: string): string => link.replace("http://public", url);
const api = (path: string, init: RequestInit = {}, scope = "operate") =>
  fetch(`${url}/api/v1/files${path}`, {
    ...init,
    headers: { ...bearer(scope), ...(init.body === undefined ? {} : { "content-type": "application/json" }) },
  });

it.each([
  ["PUT", "application/octet-stream"],
  ["POST", "text/plain"],
  ["PUT", "application/json"],
  ["POST", undefined],
])("an operator gives a file (%s %s), a station fetches it, both read it as it was", async (method, type) => {
  const opened = await api("", { method: "POST", body: JSON.stringify({ name: "fw 1.bin" }) });
  expect(opened.status).toBe(201);
  const link = (await opened.json()) as { url: string };
  const headers = type === undefined ? {} : { "content-type": type };
  const body = Buffer.from([0, 1, 2, 255]);
  const put = await fetch(here(link.url), { method, body, headers });
  const file = (await put.json()) as StoredFile;
  expect(file).toMatchObject({ name: "fw-1.bin", stationId: null, bytes: 4 });
  expect(await (await api("")).json()).toEqual([file]);
  expect(await (await api(`/${file.id}`)).json()).toEqual(file);
  const content = await api(`/${file.id}/content`);
  expect(Buffer.from(await content.arrayBuffer())).toEqual(body);
  const download = await fetch(here((await exchange.openDownload(file.id)).url));
  expect(Buffer.from(await download.arrayBuffer())).toEqual(body);
  expect(Object.fromEntries(download.headers)).toMatchObject({
    "content-type": "application/octet-stream",
    "content-disposition": 'attachment; filename="fw-1.bin"',
    "x-content-type-options": "nosniff",
  });
  expect((await api(`/${file.id}`, { method: "DELETE" })).status).toBe(204);
  expect((await api(`/${file.id}/content`)).status).toBe(404);
});

it.each(["", "/x", "/x/content"])("files%s are for those who may operate", async (path) => {
  expect((await api(path, {}, "read")).status).toBe(403);
});

it.each([
  ["PUT", "/files/upload/unknown"],
  ["POST", "/files/upload/unknown/name"],
  ["GET", "/files/download/unknown"],
  ["GET", "/files/download/..%2f..%2fetc%2fpasswd"],
  ["GET", "/files/download/%2e%2e/%2e%2e"],
  ["GET", "/files/upload/unknown"],
])("%s %s opens nothing", async (method, path) => {
  // As it stands: fetch would tidy the path.
  const { statusCode } = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(`${url}/`, { method, path, agent: false }, resolve);
    outgoing.on("error", reject).end(method === "GET" ? undefined : "x");
  });
  expect(statusCode).toBe(404);
});

it("no link's token is in any line of the log, however its use is refused", async () => {
  const { url: link } = await exchange.openUpload("CP1", "big.log");
  const token = /upload\/([^/]+)/.exec(link)?.[1] ?? "";
  expect(token.length).toBeGreaterThan(10);
  await fetch(here(link), { method: "PUT", body: Buffer.alloc(100_001) });
  await fetch(here(link).replace("upload", "download"));
  await fetch(here(link));
  await fetch(`${url}/api/v1/files/upload/${token}?token=${token}`);
  await fetch(`${url}/files/upload/${token}/%zz`, { method: "PUT", body: "x" });
  expect(harness.log.map(({ route }) => route)).toContain("/files/upload/:token/:name");
  expect(harness.log.length).toBeGreaterThan(4);
  expect(JSON.stringify(harness.log)).not.toContain(token);
});

it("a file that is too large is refused while it comes, and the link still opens", async () => {
  const { url: link } = await exchange.openUpload("CP1", "big.log");
  const answer = await fetch(here(link), { method: "PUT", body: Buffer.alloc(100_001) });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
    413,
    "request.too-large",
  ]);
  expect((await fetch(here(link), { method: "PUT", body: "small" })).status).toBe(200);
});

it("a station that hangs up in the middle leaves nothing", async () => {
  const { url: link } = await exchange.openUpload("CP1", "cut.log");
  const { port, pathname } = new URL(here(link));
  const socket = connect(Number(port), "127.0.0.1");
  await new Promise<void>((resolve) => {
    const head = `PUT ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n`;
    socket.write(`${head}only a part`, () => resolve());
  });
  socket.destroy();
  // The link opens again once the server has seen that.
  let answer = await fetch(here(link), { method: "PUT", body: "whole" });
  for (let tries = 0; answer.status === 409 && tries < 200; tries++)
    answer = await fetch(here(link), { method: "PUT", body: "whole" });
  expect(answer.status).toBe(200);
  expect(await exchange.list()).toMatchObject([{ name: "cut.log", bytes: 5, stationId: "CP1" }]);
});

const LOG = {
  kind: "get-log",
  logType: "security",
  location: null,
  fromMs: null,
  toMs: null,
  extended: false,
  retries: null,
  retryIntervalS: null,
} as const;

it("a log without a location goes to the server's own files; a stated one is kept", async () => {
  const operations = fakeOperations();
  const command = withFileLocations((...args) => operations.command(...args), exchange);
  await command("CP01", LOG);
  await command("CP01", { ...LOG, location: "ftp://elsewhere/" });
  await command("CP01", { kind: "clear-cache" });
  expect(operations.commanded.map(({ command: sent }) => sent)).toMatchObject([
    { location: expect.stringMatching(/^http:\/\/public\/files\/upload\/[\w-]+\/CP01-security\.log$/) },
    { location: "ftp://elsewhere/" },
    { kind: "clear-cache" },
  ]);
});

it("an image that the server keeps is offered by a link", async () => {
  const { url: link } = await exchange.openUpload(null, "fw.bin");
  const file = (await (await fetch(here(link), { method: "PUT", body: "image" })).json()) as StoredFile;
  const operations = fakeOperations();
  const command = withFileLocations((...args) => operations.command(...args), exchange);
  const publish = {
    kind: "publish-firmware",
    checksum: file.md5,
    retries: null,
    retryIntervalS: null,
  } as const;
  await command("CP01", { ...publish, location: null, fileId: file.id });
  await expect(command("CP01", { ...publish, location: null, fileId: "nothing" })).rejects.toMatchObject({
    code: "not-found.file",
  });
  const [sent] = operations.commanded.map((each) => each.command);
  const location = sent !== undefined && "location" in sent ? (sent.location ?? "") : "";
  expect(await (await fetch(here(location))).text()).toBe("image");
});

it.each([
  ["GET", "/files"],
  ["POST", "/files"],
  ["GET", "/files/1"],
  ["GET", "/files/1/content"],
  ["DELETE", "/files/1"],
] as const)("a server that keeps none names the setting: %s %s", async (method, path) => {
  const { app } = await startHarness();
  const payload = method === "POST" ? { payload: { name: "fw.bin" } } : {};
  const reply = await app.inject({ method, url: `/api/v1${path}`, headers: bearer("operate"), ...payload });
  expect(reply.statusCode).toBe(404);
  expect(reply.json()).toMatchObject({
    code: "files.off",
    message: expect.stringContaining("files.publicUrl"),
    hint: expect.stringContaining("files.publicUrl"),
  });
  await app.close();
});
