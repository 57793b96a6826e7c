import { beforeEach, describe, expect, it } from "vitest";
import { OPENADR_PREFIX } from "../../src/openadr/vtn/vtn.js";
import { type Harness, limitEvent, postProgram, startVtn } from "./harness.js";

let vtn: Harness;
beforeEach(async () => {
  vtn = await startVtn();
});

const token = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  vtn.call("POST", "/auth/token", {
    as: null,
    body: new URLSearchParams(form).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });
const grid = { grant_type: "client_credentials", client_id: "grid", client_secret: "grid-secret" };
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});

describe("tokens", () => {
  it("names the token address without authentication", async () => {
    const { status, body } = await vtn.call("GET", "/auth/server", { as: null });
    expect(status).toBe(200);
    expect(new URL(body.tokenURL).pathname).toBe(`${OPENADR_PREFIX}/auth/token`);
  });

  it.each([
    ["in the form", () => token(grid)],
    ["as HTTP Basic", () => token({ grant_type: "client_credentials" }, basic("grid", "grid-secret"))],
    [
      "as HTTP Basic, form-encoded",
      () =>
        token(
          { grant_type: "client_credentials" },
          basic("aggregator", encodeURIComponent("its secret: +/%").replaceAll("%20", "+")),
        ),
    ],
  ])("gives a token for credentials %s, and the token opens the door", async (_, ask) => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect((await vtn.call("GET", "/programs", { as: null, headers })).status).toBe(200);
  });

  it("are not tried for ever: after ten failures 429, with the right secret too, until the minute is over", async () => {
    const guess = () => token({ ...grid, client_secret: "guess" });
    for (let count = 0; count < 10; count++) expect((await guess()).status).toBe(401);
    const refused = await token(grid);
    expect(refused).toMatchObject({ status: 429, body: { error: "invalid_client" } });
    expect(refused.headers["retry-after"]).toBe("60");
    expect(vtn.log.at(-1)).toMatchObject({ level: "warn", fields: { status: 429, address: "127.0.0.1" } });
    const other = { ...grid, client_id: "aggregator", client_secret: "its secret: +/%" };
    expect((await token(other)).status).toBe(200);
    vtn.clock.step(vtn.clock.now() + 60_000);
    expect((await token(grid)).status).toBe(200);
  });

  it("are bounded for an address as a whole, whatever clients it names", async () => {
    for (let count = 0; count < 300; count++)
      await token({ ...grid, client_id: `guess-${count}`, client_secret: "guess" });
    expect((await token(grid)).status).toBe(429);
  });

  it("that work are not counted", async () => {
    for (let count = 0; count < 50; count++) expect((await token(grid)).status).toBe(200);
  });

  it("narrows the scopes to those asked for", async () => {
    const { body } = await token({ ...grid, scope: "read_all" });
    expect(body.scope).toBe("read_all");
    const headers = { authorization: `Bearer ${body.access_token}` };
    const post = await vtn.call("POST", "/programs", { as: null, headers, body: { programName: "x" } });
    expect(post).toMatchObject({ status: 403, body: { code: "auth.forbidden" } });
  });

  it("lets an access token expire", async () => {
    const { body } = await token(grid);
    const headers = { authorization: `Bearer ${body.access_token}` };
    vtn.clock.step(vtn.clock.now() + 3601_000);
    expect((await vtn.call("GET", "/programs", { as: null, headers })).status).toBe(401);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["a wrong secret", { ...grid, client_secret: "wrong" }, 401, "invalid_client"],
    ["an unknown client", { ...grid, client_id: "nobody" }, 401, "invalid_client"],
    ["another grant", { ...grid, grant_type: "password" }, 400, "unsupported_grant_type"],
    ["no grant", { client_id: "grid", client_secret: "grid-secret" }, 400, "invalid_request"],
    ["no secret", { grant_type: "client_credentials", client_id: "grid" }, 400, "invalid_request"],
    ["a scope it may not have", { ...grid, scope: "read_all admin" }, 400, "invalid_scope"],
    ["a scope that is none", { ...grid, scope: "everything" }, 400, "invalid_scope"],
  ])("refuses %s", async (_, form, status, error) => {
    expect(await token(form)).toMatchObject({ status, body: { status, error, detail: expect.any(String) } });
  });
});

describe("scopes", () => {
  it.each<[string, string | null, number, string]>([
    ["no token", null, 401, "auth.missing"],
    ["Basic", "Basic Z3JpZDpncmlkLXNlY3JldA==", 401, "auth.invalid"],
    ["nonsense", "Bearer nonsense", 401, "auth.invalid"],
    ["a forged API token", `Bearer yx_0123456789abcdef_${"a".repeat(43)}`, 401, "auth.invalid"],
    [
      "an unsigned JWT",
      `Bearer ${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"sub":"grid","scope":"read_all"}').toString("base64url")}.`,
      401,
      "auth.invalid",
    ],
  ])("lets nobody in with %s", async (_, authorization, status, code) => {
    const headers: Record<string, string> = authorization === null ? {} : { authorization };
    for (const path of ["/programs", "/events", "/programs/x", "/events/x"])
      expect(await vtn.call("GET", path, { as: null, headers })).toMatchObject({ status, body: { code } });
  });

  it("asks who it is before it reads what is sent", async () => {
    expect((await vtn.call("POST", "/events", { as: null, body: "{" })).status).toBe(401);
  });

  it("lets each role do what its scopes say, and nothing else", async () => {
    const programID = await postProgram(vtn);
    const event = (await vtn.call("POST", "/events", { body: limitEvent(programID) })).body.id;
    const calls = [
      ["GET", "/programs"],
      ["GET", `/programs/${programID}`],
      ["GET", "/events"],
      ["GET", `/events/${event}`],
      ["POST", "/programs"],
      ["PUT", `/programs/${programID}`],
      ["POST", "/events"],
      ["PUT", `/events/${event}`],
    ] as const;
    const table = {
      viewer: "yes yes yes yes no no no no",
      operator: "yes yes yes yes yes yes yes yes",
      "grid-operator": "yes yes yes yes yes yes yes yes",
      meter: "no no no no no no no no",
      admin: "yes yes yes yes yes yes yes yes",
      ven: "yes yes yes yes no no no no",
    } as const;
    for (const as of ["viewer", "operator", "grid-operator", "meter", "admin", "ven"] as const) {
      const answers = [];
      for (const [method, path] of calls) {
        const { status } = await vtn.call(method, path, { as, ...(method === "GET" ? {} : { body: {} }) });
        answers.push(status === 403 ? "no" : "yes");
      }
      expect(answers.join(" "), as).toBe(table[as]);
    }
  });

  it("shows a VEN what is meant for it and for all, and of the targets only its own", async () => {
    const programID = await postProgram(vtn);
    const post = async (targets: string[]) =>
      (await vtn.call("POST", "/events", { body: limitEvent(programID, { targets }) })).body.id;
    const forAll = await post([]);
    const shared = await post(["transformer-1", "feeder-1"]);
    const others = await post(["transformer-2"]);
    const { body } = await token(
      { grant_type: "client_credentials" },
      basic("aggregator", encodeURIComponent("its secret: +/%")),
    );
    const headers = { authorization: `Bearer ${body.access_token}` };
    const read = (path: string) => vtn.call("GET", path, { as: null, headers });
    expect((await read("/events")).list.map(({ id, targets }) => [id, targets])).toEqual([
      [forAll, []],
      [shared, ["feeder-1"]],
    ]);
    expect((await read("/events?targets=transformer-1")).body).toEqual([]);
    expect((await read(`/events/${shared}`)).body.targets).toEqual(["feeder-1"]);
    expect((await read(`/events/${others}`)).status).toBe(404);
  });
});
