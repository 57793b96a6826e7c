import { test as fuzz, fc } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERROR_CATALOGUE } from "../../src/domain/error-catalogue.js";
import { type ErrorCode, YouxuError } from "../../src/domain/errors.js";
import { FIRST_SESSION } from "./fake-operations.js";
import { bearer, type Harness, startHarness } from "./harness.js";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.app.close());

const json = { "content-type": "application/json" };
const call = (
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  payload?: object | string,
) => {
  const scopes = {
    GET: "read",
    POST: url.includes("measurements") ? "measure" : "operate",
    PUT: "operate",
    PATCH: "operate",
    DELETE: "admin",
  };
  return harness.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: { ...bearer(scopes[method]), ...(payload === undefined ? {} : json) },
    ...(payload === undefined ? {} : { payload }),
  });
};
const isCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CATALOGUE, text);
const ERRORS = Object.keys(ERROR_CATALOGUE)
  .filter(isCode)
  .map((code) => [code, ERROR_CATALOGUE[code]] as const);
const session = `/sessions/${FIRST_SESSION}`;

describe("what does not exist", () => {
  it.each([
    ["GET", "/sites/nowhere", "not-found.site"],
    ["GET", "/sites/nowhere/live", "not-found.site"],
    ["GET", "/sites/nowhere/live/stream", "not-found.site"],
    ["GET", "/sites/nowhere/plan", "not-found.site"],
    ["GET", "/stations?siteId=nowhere", "not-found.site"],
    ["GET", "/sessions?siteId=nowhere", "not-found.site"],
    ["GET", "/stations/CP99", "not-found.station"],
    ["GET", "/sessions/none", "not-found.session"],
    ["GET", "/events/none/result", "not-found.event"],
    ["GET", "/nothing", "not-found.route"],
    ["POST", "/sites", "not-found.route"],
  ] as const)("%s %s is %s", async (method, url, code) => {
    const reply = await call(method, url);
    expect([reply.statusCode, reply.json().code]).toEqual([404, code]);
  });
  it("neither do sessions of an empty EVSE or orders to an unknown station", async () => {
    const empty = await call("PUT", "/stations/CP13/evses/1/preference", {});
    expect(empty.json()).toMatchObject({ code: "not-found.session", place: "params.evse" });
    const unknown = await call("POST", "/stations/CP99/commands", { kind: "trigger", message: "Heartbeat" });
    expect(unknown.json().code).toBe("not-found.station");
    expect(harness.operations.commanded).toEqual([]);
  });
});

describe("a wrong field is named", () => {
  it.each([
    ["POST", "/sites/jinan/measurements", { kind: "pv", powerKw: "3" }, "body.powerKw"],
    ["POST", "/sites/jinan/measurements", { kind: "pv" }, "body.powerKw"],
    ["POST", "/sites/jinan/measurements", { kind: "gas", powerKw: 3 }, "body.kind"],
    ["POST", "/sites/jinan/measurements", { kind: "node:nowhere", powerKw: 3 }, "body.kind"],
    ["POST", "/sites/jinan/measurements", { kind: "node:", powerKw: 3 }, "body.kind"],
    ["POST", "/sites/jinan/measurements", { kind: "node:transformer-2", powerKw: 3 }, "body.kind"],
    ["POST", "/sites/jinan/measurements", { kind: "pv", powerKw: 3, atMs: 1e14 }, "body.atMs"],
    ["POST", "/sites/jinan/measurements", { kind: "pv", powerKw: 3, atMs: 0.5 }, "body.atMs"],
    ["POST", "/sites/jinan/measurements", [], "body"],
    ["POST", "/sites/jinan/measurements", [{ kind: "pv", powerKw: 1 }, { kind: "pv" }], "body[1].powerKw"],
    ["POST", "/stations/CP01/commands", { kind: "explode" }, "body.kind"],
    ["POST", "/stations/CP01/commands", { kind: "remote-start", evseId: 0, idToken: "A" }, "body.evseId"],
    ["POST", "/stations/CP01/commands", { kind: "remote-stop" }, "body.transactionId"],
    ["POST", "/stations/CP01/commands", { kind: "trigger", message: "Reboot" }, "body.message"],
    ["POST", "/stations/CP01/commands", { kind: "get-composite", evseId: 1, durationS: 1 }, "body.durationS"],
    ["PUT", `${session}/preference`, { profileType: "SLOW" }, "body.profileType"],
    ["PUT", `${session}/preference`, { energyNeedKwh: -1 }, "body.energyNeedKwh"],
    ["PUT", `${session}/preference`, { departure: 12 }, "body.departure"],
    ["PATCH", `${session}/preference`, { departure: "2026-11-24T07:30:00" }, "body.departure"],
    ["PATCH", `${session}/preference`, { departure: "2026-11-24T07:30Z", departureMs: 1 }, "body.departure"],
    ["PATCH", `${session}/preference`, { energyNeedKwh: 1, targetSocPercent: 2 }, "body.targetSocPercent"],
    ["PATCH", `${session}/preference`, { targetSocPercent: 101 }, "body.targetSocPercent"],
    ["PATCH", `${session}/preference`, { leaves: 12 }, "body.leaves"],
    ["PUT", `${session}/preference`, { departureMs: -12 }, "body.departureMs"],
    ["PUT", "/stations/CP01/evses/x/preference", {}, "params.evse"],
    ["POST", `${session}/charge-now`, {}, "body.on"],
    ["POST", `${session}/charge-now`, { on: 1 }, "body.on"],
    ["POST", `${session}/end`, { force: 1 }, "body.force"],
    ["GET", "/sessions?fromMs=tomorrow", undefined, "querystring.fromMs"],
    ["GET", "/sessions?fromMs=20&toMs=10", undefined, "querystring.toMs"],
    ["GET", "/sessions?active=maybe", undefined, "querystring.active"],
    ["GET", "/stations?color=red", undefined, "querystring.color"],
  ] as const)("%s %s %j: %s", async (method, url, payload, place) => {
    const reply = await call(method, url, payload);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ place });
    expect(Object.keys(reply.json()).sort()).toEqual(["code", "hint", "message", "place"]);
  });

  it("all wrong fields at once", async () => {
    const { message } = (
      await call("PUT", `${session}/preference`, { reserveKwh: -1, energyNeedKwh: "x" })
    ).json();
    expect(message).toContain("body.reserveKwh");
    expect(message).toContain("body.energyNeedKwh");
  });

  it("and is in the log with its place", async () => {
    await call("POST", `${session}/charge-now`, { on: "yes" });
    const line = { level: 40, code: "request.invalid", place: "body.on" };
    expect(harness.log).toContainEqual(expect.objectContaining(line));
  });
});

describe("a broken request", () => {
  it.each(["{", "", "nul", '{"on":tru', "[", '{"__proto__":{"on":true}}'])(
    "body %j is 400",
    async (payload) => {
      const reply = await call("POST", `${session}/charge-now`, payload);
      expect([reply.statusCode, reply.json().code, reply.json().place]).toEqual([
        400,
        "request.unreadable",
        "body",
      ]);
    },
  );
  it.each([
    ["POST", `${session}/charge-now`, /no body.*with on$/],
    ["PATCH", `${session}/preference`, /no body.*with profileType.*energyNeedKwh/],
    ["POST", "/stations/CP01/commands", /no body.*with kind/],
    ["POST", "/sites/jinan/measurements", /no body.*with kind, powerKw/],
  ] as const)("%s %s without a body says what to send, with and without Content-Type", async (...asked) => {
    const [method, url, says] = asked;
    for (const headers of [{}, json]) {
      const auth = bearer(url.includes("measurements") ? "measure" : "operate");
      const reply = await harness.app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { ...auth, ...headers },
      });
      expect(reply.json()).toMatchObject({
        code: "request.unreadable",
        place: "body",
        message: expect.stringMatching(says),
        hint: expect.stringContaining("Content-Type: application/json"),
      });
    }
  });
  it("a DELETE needs no body, whatever media type it names", async () => {
    const removed: string[] = [];
    const stationAdmin = {
      add: async () => ({ url: "", password: "" }),
      remove: async (id: string) => void removed.push(id),
    };
    const { app } = await startHarness({ stationAdmin });
    for (const type of ["application/json", "text/plain"]) {
      const headers = { ...bearer("admin"), "content-type": type };
      const reply = await app.inject({ method: "DELETE", url: "/api/v1/stations/CP01", headers });
      expect(reply.statusCode).toBe(204);
    }
    expect(removed).toEqual(["CP01", "CP01"]);
    await app.close();
  });
  it("a form, as curl sends without a header, is told to be JSON", async () => {
    const headers = { ...bearer("operate"), "content-type": "application/x-www-form-urlencoded" };
    const url = `/api/v1${session}/charge-now`;
    const reply = await harness.app.inject({ method: "POST", url, headers, payload: '{"on":true}' });
    expect(reply.json()).toMatchObject({
      place: "header.content-type",
      message: "the body is application/x-www-form-urlencoded, not JSON",
      hint: expect.stringContaining("Content-Type: application/json"),
    });
  });
  it("an unknown media type is 415", async () => {
    const headers = { ...bearer("operate"), "content-type": "application/xml" };
    const reply = await harness.app.inject({
      method: "POST",
      url: `/api/v1${session}/charge-now`,
      headers,
      payload: "<on/>",
    });
    expect([reply.statusCode, reply.json().place]).toEqual([415, "header.content-type"]);
  });
  it("a body above 1 MiB is 413", async () => {
    const reply = await call("POST", "/sites/jinan/measurements", `"${"x".repeat(1_100_000)}"`);
    expect([reply.statusCode, reply.json().code]).toEqual([413, "request.too-large"]);
  });
  it("a malformed URL is 400", async () => {
    const reply = await harness.app.inject({ url: "/%E0%A4%A" });
    expect([reply.statusCode, reply.json().place]).toEqual([400, "url"]);
  });
  it("an unknown route is 404 without its query, which may hold a secret", async () => {
    const reply = await harness.app.inject({ url: "/nope?token=secret" });
    expect([reply.statusCode, reply.json().code]).toEqual([404, "not-found.route"]);
    expect(reply.body).not.toContain("secret");
  });
});

describe("a fault of ours", () => {
  let broken: Harness;
  beforeAll(async () => {
    broken = await startHarness();
  });
  afterAll(() => broken.app.close());
  const failWith = async (error: Error) => {
    broken.operations.live = () => Promise.reject(error);
    return broken.app.inject({ url: "/api/v1/sites/jinan/live", headers: bearer("read") });
  };

  it("says nothing of its inside, and the log says all", async () => {
    const reply = await failWith(new Error("boom at secret/path.ts"));
    expect([reply.statusCode, reply.json().code]).toEqual([500, "internal"]);
    expect(reply.body).not.toMatch(/boom|secret|stack|\.ts/);
    expect(broken.log.at(-1)).toMatchObject({ level: 50, err: { message: "boom at secret/path.ts" } });
  });
  it("an answer that breaks its own schema is one too", async () => {
    broken.operations.live = async () => ({ ...broken.operations.state, evKw: Number.NaN });
    const reply = await broken.app.inject({ url: "/api/v1/sites/jinan/live", headers: bearer("read") });
    expect([reply.statusCode, reply.json().code]).toEqual([500, "internal"]);
  });
  it.each(ERRORS)("%s keeps its status and hint", async (code, { status, hint }) => {
    const reply = await failWith(new YouxuError(code, "why", "where"));
    expect(reply.statusCode).toBe(status);
    expect(reply.json()).toEqual({ code, message: "why", place: "where", hint });
  });
});

describe("whatever is sent", () => {
  const targets = [
    ["POST", "/sites/jinan/measurements"],
    ["POST", "/stations/CP01/commands"],
    ["PUT", `${session}/preference`],
    ["POST", `${session}/charge-now`],
  ] as const;
  fuzz.prop([fc.constantFrom(...targets), fc.oneof(fc.json(), fc.string())], { numRuns: 150 })(
    "the answer is one of ours, and never 500",
    async ([method, url], payload) => {
      const reply = await call(method, url, payload);
      expect(reply.statusCode).toBeLessThan(500);
      if (reply.statusCode >= 400) expect(ERROR_CATALOGUE).toHaveProperty([reply.json().code]);
    },
  );
  fuzz.prop([fc.webPath()], { numRuns: 100 })("any path is answered in our form", async (path) => {
    const reply = await harness.app.inject({ url: path === "" ? "/x" : path });
    expect(reply.statusCode).toBeLessThan(500);
  });
});
