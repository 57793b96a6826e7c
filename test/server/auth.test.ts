import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FIRST_SESSION } from "./fake-operations.js";
import { bearer, type Harness, startHarness } from "./harness.js";

const SCOPES = ["read", "operate", "measure", "admin"];

let harness: Harness;
afterEach(() => harness.app.close());

describe("tokens", () => {
  beforeEach(async () => {
    harness = await startHarness({
      stationAdmin: {
        add: async ({ id }) => ({ url: `ws://host/ocpp/${id}`, password: "p" }),
        remove: async () => {},
      },
    });
  });

  it("none is 401 with a challenge and a hint", async () => {
    const reply = await harness.app.inject({ url: "/api/v1/sites" });
    expect(reply.statusCode).toBe(401);
    expect(reply.headers["www-authenticate"]).toBe("Bearer");
    expect(reply.json()).toMatchObject({ code: "auth.missing", place: "header.authorization" });
    expect(reply.json().hint).toContain("Bearer");
  });

  it.each(["Bearer nobody", "Bearer", "Basic dTpw", "Bearer a b", "token-read"])(
    "%j is 401",
    async (authorization) => {
      const reply = await harness.app.inject({ url: "/api/v1/sites", headers: { authorization } });
      expect([reply.statusCode, reply.json().code]).toEqual([401, "auth.invalid"]);
    },
  );

  it("unknown ones are bounded: 429 after three hundred in a minute from one address, and a good one still opens", async () => {
    const ask = (token: string, remoteAddress: string) =>
      harness.app.inject({ url: "/api/v1/sites", headers: bearer(token), remoteAddress });
    for (let turn = 0; turn < 300; turn += 1) expect((await ask("nobody", "10.0.0.1")).statusCode).toBe(401);
    const reply = await ask("nobody", "10.0.0.1");
    expect([reply.statusCode, reply.json().code]).toEqual([429, "auth.too-many"]);
    expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(reply.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect((await ask("read", "10.0.0.1")).statusCode).toBe(200);
    expect((await ask("nobody", "10.0.0.2")).statusCode).toBe(401);
    expect((await ask("read", "10.0.0.2")).statusCode).toBe(200);
  });

  it("the page's cookie is nothing to a server without an open page", async () => {
    const reply = await harness.app.inject({ url: "/api/v1/sites", cookies: { youxu_page: "token-read" } });
    expect(reply.json().code).toBe("auth.missing");
    expect((await harness.app.inject({ url: "/" })).headers["set-cookie"]).toBeUndefined();
  });

  const calls = [
    { needs: "read", method: "GET", url: "/stations" },
    {
      needs: "measure",
      method: "POST",
      url: "/sites/jinan/measurements",
      payload: { kind: "pv", powerKw: 1 },
    },
    {
      needs: "operate",
      method: "POST",
      url: "/stations/CP01/commands",
      payload: { kind: "trigger", message: "Heartbeat" },
    },
    { needs: "operate", method: "PUT", url: `/sessions/${FIRST_SESSION}/preference`, payload: {} },
    { needs: "operate", method: "PUT", url: "/stations/CP01/evses/1/preference", payload: {} },
    { needs: "operate", method: "POST", url: `/sessions/${FIRST_SESSION}/charge-now`, payload: { on: true } },
    { needs: "operate", method: "POST", url: `/sessions/${FIRST_SESSION}/end`, payload: {} },
    { needs: "admin", method: "POST", url: "/stations", payload: { id: "NEW" } },
    { needs: "admin", method: "DELETE", url: "/stations/NEW" },
  ] as const;

  it.each(calls)("$method $url works with $needs and with nothing else", async ({ needs, url, ...call }) => {
    for (const scope of SCOPES) {
      const reply = await harness.app.inject({ ...call, url: `/api/v1${url}`, headers: bearer(scope) });
      if (scope === needs) expect(reply.statusCode).toBeLessThan(300);
      else expect([reply.statusCode, reply.json().code]).toEqual([403, "auth.forbidden"]);
    }
  });

  it("a refused call changes nothing, and its body is not looked at", async () => {
    const url = "/api/v1/stations/CP01/commands";
    const headers = { ...bearer("read"), "content-type": "application/json" };
    const reply = await harness.app.inject({ method: "POST", url, headers, payload: "{" });
    expect(reply.json().code).toBe("auth.forbidden");
    expect(harness.operations.commanded).toEqual([]);
  });

  it("no token is ever written to the log", async () => {
    await harness.app.inject({ url: "/api/v1/sites", headers: { authorization: "Bearer secret-123" } });
    expect(harness.log.length).toBeGreaterThan(0);
    expect(JSON.stringify(harness.log)).not.toContain("secret-123");
  });

  it("adding a station answers where and how it connects", async () => {
    const call = { method: "POST", url: "/api/v1/stations", headers: bearer("admin") } as const;
    const reply = await harness.app.inject({ ...call, payload: { id: "NEW" } });
    expect(reply.json()).toEqual({ stationId: "NEW", url: "ws://host/ocpp/NEW", password: "p" });
    const withSite = await harness.app.inject({ ...call, payload: { id: "NEW", siteId: "nonsense" } });
    expect([withSite.statusCode, withSite.json().code]).toEqual([400, "request.invalid"]);
  });
});

describe("the open page of the demonstration", () => {
  const host = "127.0.0.1:8180";
  const cookie = "other=1; youxu_page=token-operate";
  const chargeNow = (headers: Record<string, string>) =>
    harness.app.inject({
      method: "POST",
      url: `/api/v1/sessions/${FIRST_SESSION}/charge-now`,
      headers: { host, cookie, ...headers },
      payload: { on: true },
    });
  beforeEach(async () => {
    harness = await startHarness({ openPage: { token: "token-operate" } });
  });

  it("hands the token to a browser on loopback, out of reach of scripts and other sites", async () => {
    const reply = await harness.app.inject({ url: "/", headers: { host } });
    expect(reply.headers["set-cookie"]).toBe("youxu_page=token-operate; Path=/; HttpOnly; SameSite=Strict");
  });

  it.each([
    ["another machine", "192.168.1.20", "127.0.0.1:8180"],
    ["a name that was rebound to loopback", "127.0.0.1", "evil.example:8180"],
  ])("gives and takes no cookie for %s", async (_who, remoteAddress, name) => {
    const from = { remoteAddress, headers: { host: name, cookie } };
    expect((await harness.app.inject({ url: "/", ...from })).headers["set-cookie"]).toBeUndefined();
    const reply = await harness.app.inject({ url: "/api/v1/sites", ...from });
    expect(reply.json().code).toBe("auth.missing");
  });

  it.each([{ "sec-fetch-site": "same-origin" }, { origin: `http://${host}` }])(
    "takes a change from its own page: %j",
    async (headers) => {
      expect((await chargeNow(headers)).statusCode).toBe(200);
    },
  );

  it.each([
    {},
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "cross-site", origin: `http://${host}` },
    { origin: "http://127.0.0.1:3000" },
    { origin: "https://evil.example" },
    { origin: "null" },
  ])("refuses a change from anywhere else: %j", async (headers) => {
    const before = harness.operations.state;
    const reply = await chargeNow(headers);
    expect([reply.statusCode, reply.json().code]).toEqual([403, "auth.forbidden"]);
    expect(harness.operations.state).toBe(before);
  });

  it("a bearer token needs no proof of origin", async () => {
    expect((await chargeNow({ cookie: "", ...bearer("operate") })).statusCode).toBe(200);
  });

  it.each(["youxu_page=%", "youxu_page=", "youxu_page", "youxu_page=a b", "=;;=", "youxu_page=%zz"])(
    "a broken cookie %j is none",
    async (broken) => {
      const reply = await harness.app.inject({ url: "/api/v1/sites", headers: { host, cookie: broken } });
      expect(reply.json().code).toBe("auth.missing");
    },
  );
});
