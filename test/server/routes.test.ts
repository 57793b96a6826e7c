import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UNSAID } from "../../src/domain/session.js";
import { EVENT_ID, NOW_MS } from "./community.js";
import { FIRST_SESSION } from "./fake-operations.js";
import { bearer, type Harness, startHarness } from "./harness.js";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.app.close());

const get = (url: string) => harness.app.inject({ url: `/api/v1${url}`, headers: bearer("read") });
const send = (scope: string, method: "POST" | "PUT" | "PATCH", url: string, payload: object) =>
  harness.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: bearer(scope),
    payload,
  });

describe("what is read is what operations say", () => {
  it("sites", async () => {
    expect((await get("/sites")).json()).toEqual(harness.operations.sites());
    expect((await get("/sites/jinan")).json()).toEqual(harness.operations.sites()[0]);
  });
  it("the live state, whole", async () => {
    expect((await get("/sites/jinan/live")).json()).toEqual(harness.operations.state);
  });
  it("the plan with certificate and reasons", async () => {
    expect((await get("/sites/jinan/plan")).json()).toEqual(harness.operations.plan("jinan"));
  });
  it("null while there is no plan", async () => {
    harness.operations.plan = () => null;
    const reply = await get("/sites/jinan/plan");
    expect([reply.statusCode, reply.json()]).toEqual([200, null]);
  });
  it("the caller's own token", async () => {
    expect((await get("/token")).json()).toEqual({ name: "the read token", scopes: ["read"] });
  });
  it("stations", async () => {
    const rows = harness.operations.stations();
    expect((await get("/stations")).json()).toEqual(rows);
    expect((await get("/stations?siteId=jinan")).json()).toEqual(rows);
    expect((await get("/stations/CP02")).json()).toEqual({ stationId: "CP02", evses: [rows[1]] });
  });
  it("sessions", async () => {
    const sessions = await harness.operations.sessions({});
    expect((await get("/sessions")).json()).toEqual(sessions);
    expect((await get(`/sessions/${FIRST_SESSION}`)).json()).toEqual(sessions[0]);
  });
  it("events, their result and quarantine", async () => {
    expect((await get("/events")).json()).toEqual(harness.operations.events());
    expect((await get(`/events/${EVENT_ID}/result`)).json()).toMatchObject({
      eventId: EVENT_ID,
      baselineKw: 180,
    });
    expect((await get("/quarantine")).json()).toEqual(await harness.operations.quarantined());
  });
  it("passes filters of sessions on, typed", async () => {
    let asked: unknown;
    harness.operations.sessions = async (query) => {
      asked = query;
      return [];
    };
    await get("/sessions?siteId=jinan&active=false&fromMs=10&toMs=20");
    expect(asked).toEqual({ siteId: "jinan", active: false, fromMs: 10, toMs: 20 });
    await get("/sessions");
    expect(asked).toEqual({});
  });
  it("sessions in order of their begin, of a limit the newest", async () => {
    const [session] = await harness.operations.sessions({});
    const begun = [30, 10, 20].map((startedMs) => ({ ...session!, startedMs }));
    harness.operations.sessions = async () => begun;
    const starts = async (url: string) =>
      (await get(url)).json<{ startedMs: number }[]>().map(({ startedMs }) => startedMs);
    expect(await starts("/sessions")).toEqual([10, 20, 30]);
    expect(await starts("/sessions?limit=2")).toEqual([20, 30]);
    expect((await get("/sessions?limit=0")).json()).toMatchObject({ place: "querystring.limit" });
  });
});

describe("what is asked reaches operations", () => {
  it("a measurement, at the sites' clock when it states no time", async () => {
    const reply = await send("measure", "POST", "/sites/jinan/measurements", { kind: "pv", powerKw: 3 });
    expect([reply.statusCode, reply.json()]).toEqual([202, { accepted: 1 }]);
    expect(harness.operations.measured).toEqual([{ siteId: "jinan", kind: "pv", powerKw: 3, atMs: NOW_MS }]);
  });
  it.each([
    [{ kind: "pv", powerKw: 3, colour: "red" }, "body.colour"],
    [{ kind: "pv", powerKw: 3, atMs: 1, size: 1 }, "body.size"],
    [
      [
        { kind: "pv", powerKw: 3 },
        { kind: "pv", powerKw: 3, colour: "red" },
      ],
      "body[1].colour",
    ],
  ])("an unknown field of %j is the place", async (body, place) => {
    const reply = await send("measure", "POST", "/sites/jinan/measurements", body);
    expect(reply.json()).toMatchObject({
      code: "request.invalid",
      place,
      message: `${place}: unknown field`,
    });
  });
  it("a wish to charge now among preferences is told its own route", async () => {
    const reply = await send("operate", "PATCH", "/sessions/any/preference", { chargeNow: true });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({
      place: "body.chargeNow",
      message: expect.stringContaining("unknown field; POST /api/v1/sessions/{id}/charge-now") as string,
    });
  });
  it("an array of measurements, all or none", async () => {
    const good = { kind: "site-import", powerKw: -4.5, atMs: NOW_MS - 1000 };
    await send("measure", "POST", "/sites/jinan/measurements", [good, good]);
    expect(harness.operations.measured).toHaveLength(2);
    const late = { ...good, atMs: NOW_MS + 60_000 };
    const reply = await send("measure", "POST", "/sites/jinan/measurements", [good, late]);
    expect(reply.json()).toMatchObject({ code: "measurement.invalid", place: "body[1].atMs" });
    expect(harness.operations.measured).toHaveLength(2);
  });
  it.each([
    { kind: "remote-start", evseId: 1, idToken: "A1" },
    { kind: "remote-stop", transactionId: "1000" },
    { kind: "trigger", message: "MeterValues", evseId: null },
    { kind: "get-composite", evseId: 1, durationS: 600 },
  ])("the command $kind", async (command) => {
    const reply = await send("operate", "POST", "/stations/CP01/commands", command);
    expect([reply.statusCode, reply.json()]).toEqual([200, { status: "accepted" }]);
    expect(harness.operations.commanded).toEqual([{ stationId: "CP01", command }]);
  });
  it("answers a composite schedule", async () => {
    harness.operations.outcome = { status: "accepted", composite: [{ startMs: NOW_MS, powerKw: 7 }] };
    const reply = await send("operate", "POST", "/stations/CP01/commands", {
      kind: "get-composite",
      evseId: 1,
    });
    expect(reply.json()).toEqual(harness.operations.outcome);
  });
  it("says that a station is offline", async () => {
    harness.operations.outcome = { status: "offline", detail: "CP01 is not connected" };
    const reply = await send("operate", "POST", "/stations/CP01/commands", {
      kind: "trigger",
      message: "Heartbeat",
    });
    expect([reply.statusCode, reply.json().code]).toEqual([409, "station.offline"]);
  });
  const places = [`/sessions/${FIRST_SESSION}/preference`, "/stations/CP01/evses/1/preference"];
  it.each(places)("PUT %s says everything anew: what is left out is not said", async (path) => {
    const reply = await send("operate", "PUT", path, { energyNeedKwh: 12 });
    expect(reply.json()).toMatchObject({ id: FIRST_SESSION, preferenceSource: "driver" });
    expect(harness.operations.wished).toEqual([{ ...UNSAID, energyNeedKwh: 12 }]);
  });
  it.each(places)("PATCH %s changes what it names, and takes back what is null", async (path) => {
    const wish = { targetSocPercent: 80, departureMs: null, dischargeAllowed: true };
    expect((await send("operate", "PATCH", path, wish)).statusCode).toBe(200);
    expect(harness.operations.wished).toEqual([wish]);
  });
  it.each([
    ["2026-11-24T07:30:00+08:00", Date.UTC(2026, 10, 23, 23, 30)],
    ["2026-11-23T23:30:00Z", Date.UTC(2026, 10, 23, 23, 30)],
    [null, null],
  ])("a departure %s is %s", async (departure, departureMs) => {
    await send("operate", "PATCH", places[0] ?? "", { departure });
    expect(harness.operations.wished).toEqual([{ departureMs }]);
  });
  it("charge now, and back to the plan", async () => {
    for (const on of [true, false]) {
      const reply = await send("operate", "POST", `/sessions/${FIRST_SESSION}/charge-now`, { on });
      expect(reply.json()).toMatchObject({ id: FIRST_SESSION, chargeNow: on });
    }
  });
  it("each change is in the log with its author", async () => {
    await send("operate", "POST", `/sessions/${FIRST_SESSION}/charge-now`, { on: true });
    expect(harness.log).toContainEqual(
      expect.objectContaining({ who: "the operate token", method: "POST", status: 200 }),
    );
  });
  it("what was refused has one line in the log, with its author, and is no change", async () => {
    const before = harness.log.length;
    await send("operate", "POST", `/sessions/${FIRST_SESSION}/charge-now`, { on: "yes" });
    expect(harness.log.slice(before)).toEqual([
      expect.objectContaining({ who: "the operate token", msg: "a request was refused" }),
    ]);
  });
});
