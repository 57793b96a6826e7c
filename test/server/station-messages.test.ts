import { afterEach, beforeEach, expect, it } from "vitest";
import { createMessageLog, type RecordedLog } from "../../src/ocpp/server/message-log.js";
import { bearer, type Harness, startHarness } from "./harness.js";

let harness: Harness;
let log: RecordedLog;

beforeEach(async () => {
  log = createMessageLog(100_000);
  harness = await startHarness({ messages: log });
  for (const [at, action] of ["BootNotification", "Heartbeat", "MeterValues"].entries())
    log.record({
      stationId: "CP01",
      atMs: at,
      direction: "from-station",
      text: JSON.stringify([2, String(at), action, {}]),
    });
});
afterEach(() => harness.app.close());

const get = (query: string, scope = "operate") =>
  harness.app.inject({
    method: "GET",
    url: `/api/v1/stations/CP01/messages${query}`,
    headers: bearer(scope),
  });

it.each([
  ["", ["BootNotification", "Heartbeat", "MeterValues"]],
  ["?limit=2", ["Heartbeat", "MeterValues"]],
  ["?after=1", ["Heartbeat", "MeterValues"]],
  ["?action=Heartbeat", ["Heartbeat"]],
  ["?direction=to-station", []],
  ["?direction=from-station&contains=HEART", ["Heartbeat"]],
  ["?type=call&contains=e&limit=1", ["MeterValues"]],
  ["?type=result", []],
])("the newest messages of a station (%s)", async (query, actions) => {
  const answer = await get(query);
  expect(answer.statusCode).toBe(200);
  expect(answer.json<{ action: string }[]>().map(({ action }) => action)).toEqual(actions);
});

it("are for those who may operate, of stations that are known, by questions that are understood", async () => {
  expect((await get("", "read")).statusCode).toBe(403);
  expect((await get("?limit=0")).json()).toMatchObject({ place: "querystring.limit" });
  const unknown = await harness.app.inject({
    url: "/api/v1/stations/CP99/messages",
    headers: bearer("operate"),
  });
  expect(unknown.json()).toMatchObject({ code: "not-found.station", place: "params.id" });
});

it("exports all that is kept, a line each, filtered as the rest", async () => {
  log.record({ stationId: "CP01", atMs: 4, direction: "to-station", text: '[3,"1",{}]' });
  log.record({ stationId: "CP02", atMs: 4, direction: "to-station", text: '[3,"1",{}]' });
  const answer = await get("/export?");
  expect(answer.headers["content-type"]).toBe("application/x-ndjson");
  const lines = (body: string) =>
    body
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { action: string; type: string });
  expect(lines(answer.body).map(({ action, type }) => [action, type])).toEqual([
    ["BootNotification", "call"],
    ["Heartbeat", "call"],
    ["MeterValues", "call"],
    ["Heartbeat", "result"],
  ]);
  expect(lines((await get("/export?action=Heartbeat")).body)).toHaveLength(2);
  expect((await get("/export?", "read")).statusCode).toBe(403);
});

it("follows a station over a real socket, only the action that is wanted, until the reader goes", async () => {
  const url = await harness.app.listen({ host: "127.0.0.1", port: 0 });
  const ended = new AbortController();
  const response = await fetch(`${url}/api/v1/stations/CP01/messages/stream?action=Heartbeat`, {
    headers: bearer("operate"),
    signal: ended.signal,
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let heard = "";
  const until = async (text: string): Promise<void> => {
    while (!heard.includes(text)) heard += decoder.decode((await reader.read()).value);
  };
  await until(": following");
  for (const action of ["MeterValues", "Heartbeat"])
    log.record({
      stationId: "CP01",
      atMs: 9,
      direction: "from-station",
      text: JSON.stringify([2, "9", action, {}]),
    });
  await until("event: message");
  expect(heard).toContain('"action":"Heartbeat"');
  expect(heard).not.toContain("MeterValues");
  ended.abort();
});
