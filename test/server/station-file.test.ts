import { afterEach, beforeEach, expect, it } from "vitest";
import { createStationFiles, type KeptStationFiles } from "../../src/control/station-files.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { bearer, type Harness, startHarness } from "./harness.js";

let harness: Harness;
let stationFiles: KeptStationFiles;
const event = { atMs: 5, stationMs: null, topic: "security", type: "Odd", detail: "" } as const;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeEach(async () => {
  stationFiles = createStationFiles({
    documents: createMemoryDocuments(),
    clock: new VirtualClock(0),
    log,
  });
  const customerReports = {
    tell: () => undefined,
    take: (_: string, requestId: number) => (requestId === 4 ? { complete: true, data: "Ann" } : null),
  };
  harness = await startHarness({ stationFiles, customerReports });
  const at = { stationId: "CP01", atMs: 5 };
  const told = { readOnly: true, unit: "W", dataType: "decimal", values: null };
  stationFiles.tell({
    ...at,
    kind: "settings-told",
    requestId: 1,
    settings: [
      { name: "EVSE@1.Power", value: "7000", ...told },
      { name: "OCPPCommCtrlr.HeartbeatInterval", value: "60", ...told },
    ],
    more: false,
  });
  const monitor = { id: 3, name: "A.x", type: "Delta", value: 1, severity: 6, inTransaction: false };
  stationFiles.tell({ ...at, kind: "monitors-told", requestId: 1, monitors: [monitor], more: false });
  stationFiles.tell({ ...at, kind: "event", event });
  const words = { vendor: "V", model: "M", serialNumber: null, firmwareVersion: "2.0" };
  stationFiles.tell({ ...at, kind: "booted", ...words });
  const word = { requestId: 1, status: "Downloading", detail: "" };
  stationFiles.tell({ ...at, kind: "job-told", job: "firmware", ...word });
});
afterEach(() => harness.app.close());

const get = (path: string, scope = "operate") =>
  harness.app.inject({ url: `/api/v1/stations/${path}`, headers: bearer(scope) });

it.each([
  ["", ["EVSE@1.Power", "OCPPCommCtrlr.HeartbeatInterval"]],
  ["?contains=heart", ["OCPPCommCtrlr.HeartbeatInterval"]],
])("known settings of a station (%s)", async (query, names) => {
  const answer = (await get(`CP01/settings${query}`)).json<{ settings: { name: string }[] }>();
  expect(answer).toMatchObject({ report: null });
  expect(answer.settings.map(({ name }) => name)).toEqual(names);
});

it("what a station found worth telling", async () => {
  expect((await get("CP01/events")).json()).toMatchObject([{ topic: "security", type: "Odd" }]);
  expect((await get("CP02/events")).json()).toEqual([]);
});

it("what it watches", async () => {
  expect((await get("CP01/monitors")).json()).toMatchObject({
    monitors: [{ id: 3, name: "A.x" }],
    report: null,
  });
  expect((await get("CP02/monitors")).json()).toEqual({ monitors: [], report: null, level: null });
});

it("events from now on, as they come", async () => {
  const app = harness.app;
  const response = await app.inject({
    url: "/api/v1/stations/CP01/events/stream",
    headers: bearer("operate"),
    payloadAsStream: true,
  });
  const stream = response.stream();
  const chunks: string[] = [];
  const seen = new Promise<void>((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk.toString());
      if (chunks.join("").includes("event: event")) resolve();
    });
  });
  stationFiles.tell({ stationId: "CP02", atMs: 6, kind: "event", event: { ...event, type: "Elsewhere" } });
  stationFiles.tell({ stationId: "CP01", atMs: 6, kind: "event", event: { ...event, type: "Later" } });
  await seen;
  expect(chunks.join("")).toContain('"type":"Later"');
  expect(chunks.join("")).not.toContain("Elsewhere");
  stream.destroy();
});

it("what was told of a customer, once", async () => {
  const take = (requestId: number) =>
    harness.app.inject({
      method: "POST",
      url: `/api/v1/stations/CP01/customer-reports/${requestId}/take`,
      headers: bearer("operate"),
      payload: {},
    });
  expect((await take(4)).json()).toEqual({ complete: true, data: "Ann" });
  expect((await take(5)).json()).toMatchObject({ code: "not-found.report" });
});

it("its display, and what its vendor defined", async () => {
  expect((await get("CP01/display")).json()).toMatchObject({ messages: [], requestId: null });
  expect((await get("CP01/transfers")).json()).toEqual([]);
});

it("its identity, its jobs and its reservations", async () => {
  expect((await get("CP01/identity")).json()).toMatchObject({
    vendor: "V",
    firmwareVersion: "2.0",
    bootedMs: 5,
  });
  expect((await get("CP01/jobs")).json()).toMatchObject([
    { kind: "firmware", result: "timed-out", statuses: [{ status: "Downloading" }] },
  ]);
  expect((await get("CP01/reservations")).json()).toMatchObject([{ reservationId: 7, state: "expired" }]);
  for (const path of ["jobs", "reservations"]) expect((await get(`CP02/${path}`)).json()).toEqual([]);
});

it.each(["settings", "events", "identity", "monitors", "display", "transfers", "jobs", "reservations"])(
  "%s are for those who may operate, of stations that are known",
  async (path) => {
    expect((await get(`CP01/${path}`, "read")).statusCode).toBe(403);
    expect((await get(`CP99/${path}`)).json()).toMatchObject({ code: "not-found.station" });
  },
);
