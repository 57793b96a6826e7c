/** What a task is about, and what it brought, is read by those alone that may ask the same of one station. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStationTasks } from "../../src/control/tasks/station-tasks.js";
import type { CommandOutcome } from "../../src/domain/command.js";
import { stationTaskSchema } from "../../src/domain/station-task.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { bearer, type Harness, startHarness } from "./harness.js";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SETTINGS = [{ name: "Vendor.Apn", value: "ANSWER-WORD", readOnly: false, why: null }];

let harness: Harness;
/** While it is, no station answers, and a task goes on. */
let isHeld = false;
const answerOf = (id: string): CommandOutcome =>
  id === "CP01" ? { status: "accepted", settings: SETTINGS } : { status: "rejected", detail: "DETAIL-WORD" };
beforeEach(async () => {
  isHeld = false;
  let made = 0;
  const stationTasks = await openStationTasks({
    documents: createMemoryDocuments(),
    clock: new VirtualClock(0),
    log: silent,
    stations: async () => [
      { stationId: "CP01", siteId: "jinan", vendor: null, model: null, version: "1.6" },
      { stationId: "CP02", siteId: "jinan", vendor: null, model: null, version: "1.6" },
    ],
    readCommand: () => null,
    command: (id) => (isHeld ? new Promise(() => undefined) : Promise.resolve(answerOf(id))),
    isConnected: () => true,
    newId: () => `t${++made}`,
    ended: () => undefined,
  });
  harness = await startHarness({ stationTasks });
});
afterEach(() => harness.app.close());

const start = async (command: object): Promise<string> => {
  const url = "/api/v1/tasks";
  const payload = { command, selection: {} };
  const reply = await harness.app.inject({
    method: "POST",
    url,
    headers: bearer("operate+admin"),
    payload,
  });
  const { id } = stationTaskSchema.parse(reply.json());
  if (isHeld) return id;
  for (let tries = 0; !(await read("read+operate+admin", `/${id}`)).includes('"endedMs":0') && tries < 100; )
    tries++;
  return id;
};
const read = async (scopes: string, path: string): Promise<string> =>
  (await harness.app.inject({ url: `/api/v1/tasks${path}`, headers: bearer(scopes) })).body;
const allOf = async (scopes: string, id: string): Promise<string> =>
  (await Promise.all(["", `/${id}`, `/${id}/results`].map((path) => read(scopes, path)))).join();

const OPERATE = { kind: "data-transfer", vendorId: "MAKER", data: "COMMAND-WORD" };
const ADMIN = { kind: "update-firmware", location: "https://me:LOCATION-WORD@COMMAND-WORD/f" };

it.each<[string, object, string, boolean]>([
  ["operate", OPERATE, "read", false],
  ["operate", OPERATE, "read+operate", true],
  ["admin", ADMIN, "read", false],
  ["admin", ADMIN, "read+operate", false],
  ["admin", ADMIN, "read+admin", true],
  ["admin", { kind: "write-setting", name: "Cpo.URL", value: "wss://COMMAND-WORD" }, "read+admin", true],
])("of a command of %s, %j, who has %s reads all: %s", async (scope, command, scopes, isAll) => {
  const id = await start(command);
  const text = await allOf(scopes, id);
  for (const word of ["COMMAND-WORD", "ANSWER-WORD", "DETAIL-WORD"])
    expect([word, text.includes(word)]).toEqual([word, isAll]);
  expect(stationTaskSchema.parse(JSON.parse(await read(scopes, `/${id}`)))).toMatchObject({
    command: { kind: expect.any(String) },
    counts: { accepted: 1, refused: 1 },
    ...(isAll ? { scope } : {}),
  });
  expect(text).not.toContain("LOCATION-WORD");
});

it("nobody reads credentials of an upload, or a card", async () => {
  await start({ kind: "get-log", location: "ftp://user:LOCATION-WORD@host/up" });
  const id = await start({ kind: "remote-start", evseId: 1, idToken: "CARD-77" });
  const text = await allOf("read+operate+admin", id);
  expect(text).toContain("host/up");
  expect(text).not.toMatch(/LOCATION-WORD|CARD-77/);
});

it("results come a page at a time, after a station that the task is for", async () => {
  const id = await start(OPERATE);
  const lines = async (query: string) => JSON.parse(await read("read", `/${id}/results?${query}`));
  expect(await lines("limit=1")).toMatchObject([{ stationId: "CP01" }]);
  expect(await lines("after=CP01")).toMatchObject([{ stationId: "CP02" }]);
  expect(await lines("after=CP09")).toMatchObject({ code: "not-found.station" });
});

it.each<[string, object, string, number]>([
  ["operate", OPERATE, "read", 403],
  ["operate", OPERATE, "operate", 200],
  ["admin", ADMIN, "operate", 403],
  ["admin", ADMIN, "admin", 403],
  ["admin", ADMIN, "operate+admin", 200],
])("a task of a command of %s, %j, is cancelled with %s: %s", async (_scope, command, scopes, status) => {
  isHeld = true;
  const id = await start(command);
  const url = `/api/v1/tasks/${id}/cancel`;
  const reply = await harness.app.inject({ method: "POST", url, headers: bearer(scopes), payload: {} });
  expect(reply.statusCode).toBe(status);
  const after = stationTaskSchema.parse(JSON.parse(await read("read", `/${id}`)));
  expect(after.cancelledMs).toBe(status === 200 ? 0 : null);
});
