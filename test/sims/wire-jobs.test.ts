import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { numberOf, type Payload, textOf } from "../../sims/station/wire/words.js";
import { type Cancel, VirtualClock } from "../../src/ports/clock.js";
import { NOON } from "../fixtures/visits.js";
import { MINUTE, settled, startWire, STATIONS, stopWire } from "./wire-stage.js";

let files: Server;
let url = "";
const kept = new Map<string, string>();

beforeEach(async () => {
  kept.clear();
  files = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      if (request.method === "PUT") kept.set(request.url ?? "", body);
      response.writeHead(request.url === "/missing" ? 404 : 200, { connection: "close" }).end("image");
    });
  });
  await new Promise<void>((resolve) => void files.listen(0, "127.0.0.1", () => resolve()));
  const address = files.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterEach(async () => {
  await stopWire();
  await new Promise((resolve) => void files.close(resolve));
});

const retrieveDate = new Date(NOON).toISOString();
const firmware = (name: string): Payload => ({ location: `${url}/${name}`, retrieveDateTime: retrieveDate });

/** As those of a computer: of two timers that are set in the same moment the first may be the later one. */
class UnsteadyClock extends VirtualClock {
  #late = 2;

  override after(delayMs: number, run: () => void): Cancel {
    this.#late = 2 - this.#late;
    return super.after(delayMs + this.#late, run);
  }
}

it.each([0, 1])(
  "virtual stations tell each step in its order whatever their timers do (%d)",
  async (before) => {
    const { clock, tiny, wire } = await startWire(STATIONS, undefined, new UnsteadyClock(NOON));
    for (let timer = 0; timer < before; timer += 1) clock.after(0, () => undefined);
    const id = STATIONS[0]!.stationId;
    await tiny.call(id, "GetDiagnostics", { location: `${url}/diagnostics` });
    await settled(clock, wire.fleet, NOON + MINUTE);
    const told = tiny.received.filter(({ action }) => action === "DiagnosticsStatusNotification");
    expect(told.map(({ payload }) => payload["status"])).toEqual(["Uploading", "Uploaded"]);
  },
);

it("virtual stations fetch firmware and upload logs, and tell each step", async () => {
  const { clock, tiny, wire } = await startWire();
  const [of16, of201, of21] = STATIONS.map(({ stationId }) => stationId);
  const call = (id: string | undefined, action: string, payload: Payload) =>
    tiny.call(id ?? "", action, payload);
  expect(await call(of16, "UpdateFirmware", { location: `${url}/fw`, retrieveDate })).toEqual({});
  expect(await call(of201, "UpdateFirmware", { requestId: 5, firmware: firmware("missing") })).toEqual({
    status: "Accepted",
  });
  const signed = { ...firmware("fw"), signingCertificate: "PEM", signature: "c2ln" };
  await call(of21, "UpdateFirmware", { requestId: 6, firmware: signed });
  await settled(clock, wire.fleet, NOON + MINUTE);
  expect(await call(of16, "GetDiagnostics", { location: `${url}/diagnostics` })).toEqual({
    fileName: `${of16}.log`,
  });
  const log = { remoteLocation: `${url}/log` };
  await call(of16, "GetLog", { requestId: 7, logType: "SecurityLog", log });
  await call(of201, "GetLog", {
    requestId: 8,
    logType: "DiagnosticsLog",
    log: { remoteLocation: "ftp://x/" },
  });
  expect(await call(of21, "GetLog", { requestId: 9, logType: "DataCollectorLog", log })).toEqual({
    status: "Rejected",
  });
  await call(of16, "TriggerMessage", { requestedMessage: "DiagnosticsStatusNotification" });
  await call(of16, "ExtendedTriggerMessage", { requestedMessage: "LogStatusNotification" });
  await call(of21, "TriggerMessage", { requestedMessage: "FirmwareStatusNotification" });
  await settled(clock, wire.fleet, NOON + 2 * MINUTE);
  const told = (id: string | undefined, action: string): string[] =>
    tiny.received
      .filter((each) => each.identity === id && each.action === action)
      .map(({ payload }) =>
        [textOf(payload["status"]), numberOf(payload["requestId"])].filter((part) => part !== null).join(" "),
      );
  expect(told(of16, "FirmwareStatusNotification")).toEqual([
    "Downloading",
    "Downloaded",
    "Installing",
    "Installed",
  ]);
  expect(told(of201, "FirmwareStatusNotification")).toEqual(["Downloading 5", "DownloadFailed 5"]);
  expect(told(of21, "FirmwareStatusNotification")).toEqual([
    "Downloading 6",
    "Downloaded 6",
    "SignatureVerified 6",
    "Installing 6",
    "Installed 6",
    "Idle",
  ]);
  expect(told(of16, "DiagnosticsStatusNotification")).toEqual(["Uploading", "Uploaded", "Idle"]);
  expect(told(of16, "LogStatusNotification")).toEqual(["Uploading 7", "Uploaded 7", "Idle"]);
  expect(told(of201, "LogStatusNotification")).toEqual(["Uploading 8", "UploadFailure 8"]);
  expect([...kept.keys()].toSorted()).toEqual(["/diagnostics", "/log"]);
  expect(kept.get("/log")).toContain(of16);
  expect(tiny.invalid).toEqual([]);
  expect(wire.violations()).toEqual([]);
});
