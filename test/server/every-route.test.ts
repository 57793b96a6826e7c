import { Ajv2020 } from "ajv/dist/2020.js";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERROR_CATALOGUE } from "../../src/domain/error-catalogue.js";
import { connect, flatPolicy, harnessOf, plugIn } from "../control/harness.js";
import { SHARED_PILES } from "../fixtures/shared-piles.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { eventOf } from "../signals/tables.js";
import { everyPart } from "./every-part.js";
import { EVENT_ID } from "./community.js";
import { FIRST_SESSION } from "./fake-operations.js";
import { GOOD } from "./good-requests.js";
import { bearer, startHarness } from "./harness.js";
import { registeredRoutes } from "./registered.js";

const SCOPES = ["read", "operate", "measure", "admin"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/** One operation of the OpenAPI document, its path filled in. */
interface Route {
  /** `POST /api/v1/sites/{id}/queue` */
  readonly name: string;
  readonly method: Method;
  readonly url: string;
  /** The same with one of its ids at a time that nothing has. */
  readonly nowhere: readonly string[];
  readonly scope: string;
  readonly hasBody: boolean;
  /** Questions that it takes. */
  readonly query: readonly string[];
}

interface Operation {
  readonly security?: readonly { readonly bearer?: readonly string[] }[];
  readonly requestBody?: object;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>;
}
interface Page {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

/** The same walk over plain memory and over a real control loop with a car plugged in. */
const SERVERS = {
  "operations of plain memory": async () => {
    const stage = await everyPart("CP01");
    const { app } = await startHarness(stage.parts);
    return { app, stage, ids: { site: "jinan", session: FIRST_SESSION, event: EVENT_ID } };
  },
  "a control loop": async () => {
    const community = await harnessOf(communityOf([stationOf("p1"), ...SHARED_PILES]), flatPolicy(3.3));
    for (const { id } of [stationOf("p1"), ...SHARED_PILES]) connect(community, id);
    const session = await plugIn(community, "p1");
    community.events = [eventOf({ id: "peak", intervals: [{ id: 0, startMs: 1, endMs: 2, payloads: [] }] })];
    const { control: operations, clock } = community;
    const stage = await everyPart("p1");
    const { app } = await startHarness({ ...stage.parts, operations, clock, sharing: operations.sharing });
    return { app, stage, ids: { site: "community", session, event: "peak" } };
  },
};
type Stage = Awaited<ReturnType<(typeof SERVERS)["a control loop"]>>;

/** Routes that no token of an operator opens: each has a test of its own. */
const NOT_OF_THE_API =
  /^\w+ \/(?:$|\*|docs|health\/|metrics$|files\/(?:upload|download)\/|app\.|[\w-]+\.(?:js|css|svg|json|html)$)/;

const fill = (path: string, ids: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(ids[name] ?? "x"));

/** What stands for `{id}` and the others in a path. */
const idsOf = (path: string, { ids, stage }: Stage): Record<string, string> => {
  const about = /^\/api\/v1\/([\w-]+)\//.exec(path)?.[1] ?? "";
  const id = {
    sites: ids.site,
    sessions: ids.session,
    events: ids.event,
    files: stage.ids.fileId,
    tasks: stage.ids.taskId,
    webhooks: stage.ids.webhookId,
    stations: stage.ids.stationId,
  }[about];
  return { id: id ?? "x", evse: "1", requestId: stage.ids.requestId, name: "spare" };
};

const pageOf = async (app: FastifyInstance): Promise<Page> =>
  (await app.inject({ url: "/docs/json" })).json();

const routesOf = ({ paths }: Page, stage: Stage): Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method): Route[] => {
      const operation = methods[method.toLowerCase()];
      const scope = operation?.security?.[0]?.bearer?.[0];
      if (operation === undefined || scope === undefined) return [];
      const known = idsOf(path, stage);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
      const asked = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
      return [
        {
          name: `${method} ${path}`,
          method,
          url: fill(path, known),
          nowhere: named.map((name) => fill(path, { ...known, [name]: NOTHING[name] ?? "nowhere" })),
          scope,
          hasBody: operation.requestBody !== undefined,
          query: asked.map(({ name }) => name),
        },
      ];
    }),
  );

/** Numbers that nothing has. */
const NOTHING: Readonly<Record<string, string>> = { evse: "999", requestId: "999" };

const ABSURD = [1e308, -1e308, 9e15, 1e-308, -0, "x".repeat(4000), "\u0000", null, [], {}, true];

const goodOf = ({ name }: Route): readonly object[] => GOOD[name] ?? [];
const fieldsOf = (route: Route): readonly string[] => goodOf(route).flatMap(Object.keys);
const absurdOf = (route: Route): object[] =>
  goodOf(route).flatMap((good) =>
    Object.keys(good).flatMap((field) => ABSURD.map((value) => ({ ...good, [field]: value }))),
  );

describe.each(Object.entries(SERVERS))("every route over %s", (_name, start) => {
  let stage: Stage;
  let app: FastifyInstance;
  let page: Page;
  let routes: Route[];
  beforeAll(async () => {
    stage = await start();
    ({ app } = stage);
    page = await pageOf(app);
    routes = routesOf(page, stage);
  });
  afterAll(async () => {
    await app.close();
    await stage.stage.close();
  });

  const ask = (route: Route, change: InjectOptions = {}) =>
    app.inject({ method: route.method, url: route.url, headers: bearer(route.scope), ...change });
  const json = (route: Route) => ({ ...bearer(route.scope), "content-type": "application/json" });
  const withBody = () => routes.filter(({ hasBody }) => hasBody);
  const good = (route: Route): InjectOptions => {
    const [payload] = goodOf(route);
    return payload === undefined ? {} : { payload };
  };

  /** The reply refuses in the one form, with a code of the catalogue, a place and a hint. */
  const refused = (reply: Awaited<ReturnType<typeof ask>>, status: number, where: string): void => {
    expect([where, reply.statusCode]).toEqual([where, status]);
    const { code, message, hint, ...rest } = reply.json();
    expect(ERROR_CATALOGUE, where).toHaveProperty([code]);
    expect(
      [message, hint].every((text) => typeof text === "string" && text !== ""),
      where,
    ).toBe(true);
    expect(Object.keys(rest), where).toEqual(["place"]);
    if (status !== 403) expect(rest.place, where).toMatch(/^(?:header|params|querystring|body|url|id$)/);
  };

  it("is walked: what is registered and not walked is a route with tests of its own", () => {
    const walked = new Set(routes.map(({ name }) => name.replace(/^\w+/, (method) => method.toLowerCase())));
    const unseen = registeredRoutes(app).filter((name) => !walked.has(name) && !NOT_OF_THE_API.test(name));
    expect(unseen).toEqual([]);
    expect(routes.length).toBeGreaterThan(50);
  });
  it("has good bodies to spoil, of each that takes one", () => {
    const without = withBody().filter((route) => goodOf(route).length === 0);
    expect(without.map(({ name }) => name)).toEqual([]);
    expect(withBody().length).toBeGreaterThan(15);
  });
  it("wants a token, a known one, and the scope it names", async () => {
    for (const route of routes) {
      refused(await ask(route, { headers: {} }), 401, route.name);
      refused(await ask(route, { headers: bearer("nobody") }), 401, route.name);
      for (const scope of SCOPES.filter((one) => one !== route.scope))
        refused(await ask(route, { headers: bearer(scope) }), 403, route.name);
    }
  });
  it("knows what is not there, whichever id it is", async () => {
    for (const route of routes)
      for (const url of route.nowhere)
        refused(await ask(route, { ...good(route), url }), 404, `${route.method} ${url}`);
  });
  it("takes no id longer than any, and no unknown question", async () => {
    for (const route of routes) {
      for (const url of route.nowhere.map((path) => path.replace(/nowhere|999/, "x".repeat(2000)))) {
        const reply = await ask(route, { ...good(route), url });
        expect([400, 404, 414], url).toContain(reply.statusCode);
      }
      if (!route.hasBody) refused(await ask(route, { url: `${route.url}?color=red` }), 400, route.name);
    }
  });
  it("answers no question that is out of all bounds, and says which", async () => {
    const asked = routes.flatMap((route) => route.query.map((name) => ({ route, name })));
    expect(asked.length).toBeGreaterThan(8);
    for (const { route, name } of asked) {
      const reply = await ask(route, { url: `${route.url}?${name}=${"x".repeat(3000)}` });
      refused(reply, 400, `${route.name}?${name}`);
      expect(reply.json().place).toBe(`querystring.${name}`);
      expect((await ask(route, { url: `${route.url}?${name}=%00&${name}=2` })).statusCode).toBeLessThan(500);
    }
  });
  it("refuses a body that is broken, of another kind, too large or has an unknown key", async () => {
    for (const route of withBody()) {
      for (const payload of ["", "{", "nul", "null", "3", '"x"', "[]", "[null]", '{"color":"red"}'])
        refused(await ask(route, { headers: json(route), payload }), 400, `${route.name} ${payload}`);
      const large = `"${"x".repeat(1_100_000)}"`;
      refused(await ask(route, { headers: json(route), payload: large }), 413, route.name);
      const headers = { ...bearer(route.scope), "content-type": "application/xml" };
      refused(await ask(route, { headers, payload: "<on/>" }), 415, route.name);
    }
  });
  it("has a fault of its own for no absurd value, and can be looked at after all of them", async () => {
    for (const route of withBody()) {
      for (const payload of absurdOf(route)) {
        const reply = await ask(route, { headers: bearer(`${route.scope}+admin`), payload });
        expect(reply.statusCode, `${route.name} ${JSON.stringify(payload)} ${reply.body}`).toBeLessThan(500);
        const place: string = (reply.statusCode >= 400 ? reply.json().place : null) ?? "";
        const [, field] = /^body\.(\w+)/.exec(place) ?? [];
        if (field !== undefined) expect(fieldsOf(route), `${route.name} ${reply.body}`).toContain(field);
      }
    }
    for (const route of routes.filter(({ method, url }) => method === "GET" && !url.endsWith("/stream"))) {
      const reply = await ask(route);
      expect([200, 404], `${route.name} ${reply.body}`).toContain(reply.statusCode);
    }
  });
});

/** Ids that an answer has to be asked about later. */
interface Made {
  readonly entry?: string;
  readonly booking?: string;
  readonly use?: string;
}
const MADE: Readonly<Record<string, keyof Made>> = {
  "POST /api/v1/sites/{id}/queue": "entry",
  "POST /api/v1/sites/{id}/bookings": "booking",
  "POST /api/v1/sites/{id}/emergency": "use",
};
/** What others need goes first, what takes it away last. */
const rankOf = ({ method, name }: Route): number => {
  // Nothing is forgotten that is still in force.
  if (name.startsWith("DELETE /api/v1/charging-profiles")) return 4;
  if (name === "POST /api/v1/charging-profiles/releases") return 1;
  if (method === "DELETE" || name.endsWith("/end") || name.endsWith("/owner-returns")) return 3;
  if (name in MADE || name.endsWith("/id-tokens")) return 1;
  return 2;
};

describe("the answer of every route", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await SERVERS["a control loop"]();
  });
  afterAll(async () => {
    await stage.app.close();
    await stage.stage.close();
  });

  it("is one that the OpenAPI page has, in its shape", async () => {
    const page = await pageOf(stage.app);
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema({ $id: "page", components: page.components });
    const schemaOf = (schema: object): object =>
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"page#/components/'));
    const faults: string[] = [];
    let made: Record<string, string> = { idToken: "CARD" };
    for (const route of routesOf(page, stage).toSorted((a, b) => rankOf(a) - rankOf(b))) {
      const [, path = ""] = route.name.split(" ");
      const [payload] = goodOf(route);
      const reply = await stage.app.inject({
        method: route.method,
        url: fill(path, { ...idsOf(path, stage), ...made }),
        headers: bearer(`${route.scope}+admin`),
        ...(payload === undefined ? {} : { payload }),
        ...(path.endsWith("/stream") ? { payloadAsStream: true } : {}),
      });
      const told = page.paths[path]?.[route.method.toLowerCase()]?.responses[String(reply.statusCode)];
      const [type = "", body] = Object.entries(told?.content ?? {})[0] ?? [];
      if (reply.statusCode >= 300 || told === undefined) {
        faults.push(`${route.name} ${reply.statusCode} ${reply.body}`);
      } else if (type === "application/json" && body !== undefined) {
        const check = ajv.compile(schemaOf(body.schema));
        if (!check(reply.json())) faults.push(`${route.name} ${ajv.errorsText(check.errors)}`);
        const kept = MADE[route.name];
        if (kept !== undefined) made = { ...made, [kept]: idIn(reply.json()) };
      } else if (reply.statusCode === 204) expect(reply.body, route.name).toBe("");
      else expect(reply.headers["content-type"], route.name).toContain(type);
      if (path.endsWith("/stream")) reply.stream().destroy();
    }
    expect(faults).toEqual([]);
  });
});

/** Of what was made, or of the use that was priced. */
const idIn = (answer: { readonly id?: string; readonly use?: { readonly id: string } }): string =>
  answer.id ?? answer.use?.id ?? "";
