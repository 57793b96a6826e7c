import type { FastifyInstance, InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERROR_CATALOGUE } from "../../src/domain/errors.js";
import { connect, flatPolicy, harnessOf, plugIn } from "../control/harness.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { FIRST_SESSION } from "./fake-operations.js";
import { bearer, startHarness } from "./harness.js";

const SCOPES = ["read", "operate", "measure", "admin"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/** One operation of the OpenAPI document, its path filled in. */
interface Route {
  readonly method: Method;
  readonly url: string;
  /** With an id that nothing has; null where the path names nothing. */
  readonly nowhere: string | null;
  readonly scope: string;
  readonly hasBody: boolean;
}

interface Operation {
  readonly security?: readonly { readonly bearer?: readonly string[] }[];
  readonly requestBody?: object;
}

const stationAdmin = {
  add: async () => ({ url: "ws://host/ocpp/NEW", password: "p" }),
  remove: async () => {},
};

const stationSecurity = {
  rotate: async () => ({ status: "accepted" }) as const,
  raise: async () => ({ status: "accepted" }) as const,
  stateOf: async () => ({ stated: 1, reached: null, rising: null }) as const,
  mustKnow: () => undefined,
};
const SHARED_PILES = [
  stationOf("shared", {
    shared: {
      comeWithinMinutes: 10,
      unplugWithinMinutes: 10,
      mostTurnMinutes: 120,
      handoverMinutes: 15,
      idleFeePerMinute: 1,
    },
  }),
  stationOf("lent", {
    owner: {
      idTokens: ["own"],
      hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "24:00" }],
      pricePerKwh: 1,
      consent: "always",
      noticeMinutes: 30,
      comeWithinMinutes: 10,
      handoverMinutes: 15,
    },
  }),
  stationOf("fast", {
    emergency: {
      surchargePerKwh: 1,
      mostKwhPerUse: 10,
      mostMinutesPerUse: 30,
      mostUsesPerDay: 2,
      mostKwhPerDay: 15,
      comeWithinMinutes: 10,
    },
  }),
];

/** The same walk over plain memory and over a real control loop with a car plugged in. */
const SERVERS = {
  "operations of plain memory": async () => {
    const { app } = await startHarness({ stationAdmin, stationSecurity });
    return { app, ids: { site: "jinan", station: "CP01", session: FIRST_SESSION } };
  },
  "a control loop": async () => {
    const community = await harnessOf(communityOf([stationOf("p1"), ...SHARED_PILES]), flatPolicy(3.3));
    connect(community, "p1");
    const session = await plugIn(community, "p1");
    const { control: operations, clock } = community;
    const { app } = await startHarness({
      operations,
      clock,
      stationAdmin,
      stationSecurity,
      sharing: operations.sharing,
    });
    return { app, ids: { site: "community", station: "p1", session } };
  },
};

const routesOf = async (
  app: FastifyInstance,
  ids: { site: string; station: string; session: string },
): Promise<Route[]> => {
  const { paths }: { paths: Record<string, Record<string, Operation>> } = (
    await app.inject({ url: "/docs/json" })
  ).json();
  const known = (path: string): string => {
    const id = path.includes("/sites/") ? ids.site : path.includes("/sessions/") ? ids.session : ids.station;
    return path
      .replace("{id}", encodeURIComponent(id))
      .replace("{evse}", "1")
      .replace(/\{(?:entry|booking|use)\}/, "x");
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method): Route[] => {
      const operation = methods[method.toLowerCase()];
      const scope = operation?.security?.[0]?.bearer?.[0];
      if (operation === undefined || scope === undefined) return [];
      const nowhere = path.includes("{id}")
        ? path
            .replace("{id}", "nowhere")
            .replace("{evse}", "1")
            .replace(/\{(?:entry|booking|use)\}/, "x")
        : null;
      return [{ method, url: known(path), nowhere, scope, hasBody: operation.requestBody !== undefined }];
    }),
  );
};

const ABSURD = [1e308, -1e308, 9e15, 1e-308, -0, "x".repeat(4000), "\u0000", null, [], {}, true];

/** Good bodies of a route, into which one absurd value goes at a time. */
const GOOD: Record<string, readonly object[]> = {
  measurements: [{ kind: "pv", powerKw: 1, atMs: 1 }],
  commands: [
    { kind: "remote-start", evseId: 1, idToken: "A" },
    { kind: "remote-stop", transactionId: "1" },
    { kind: "trigger", message: "Heartbeat", evseId: 1 },
    { kind: "get-composite", evseId: 1, durationS: 600 },
    { kind: "install-certificate", use: "v2g", certificate: "-----BEGIN CERTIFICATE-----" },
    { kind: "list-certificates", use: null },
  ],
  "charge-now": [{ on: true }],
  "afrr-signal": [{ signal: -3 }, { signal: 1, atMs: 5, stationIds: ["CP01"] }],
  end: [{ force: false }],
  preference: [
    { profileType: "CHEAP", departureMs: 1, energyNeedKwh: 1, reserveKwh: 1, maxDischargeKwh: 1 },
    { departure: "2027-01-01T00:00Z", targetSocPercent: 50, dischargeAllowed: true },
  ],
  profile: [{ profile: 2, tell: true }],
  stations: [{ id: "NEW", siteId: null }],
  queue: [
    {
      stationId: "shared",
      evseId: 1,
      driver: "An",
      idToken: "a",
      energyNeedKwh: 5,
      deadline: EVENING_MS + 3_600_000,
      readyFrom: null,
      reachableUntil: null,
    },
  ],
  bookings: [
    {
      stationId: "lent",
      evseId: 1,
      driver: "Bo",
      idToken: "b",
      energyNeedKwh: 5,
      from: "2026-01-14T18:00:00+08:00",
      to: "2026-01-14T20:00:00+08:00",
    },
  ],
  answer: [{ isGranted: true }],
  "owner-returns": [{ stationId: "lent", evseId: 1, until: EVENING_MS + 3_600_000 }],
  calendar: [
    {
      stationId: "lent",
      evseId: 1,
      hours: [{ from: "08:00", to: "18:00" }],
      exceptions: [{ fromMs: 1, toMs: 2, isFree: false }],
    },
  ],
  emergency: [{ stationId: "fast", evseId: 1, driver: "Ya", idToken: "y", energyKwh: 5, minutes: 20 }],
};
const goodOf = ({ url }: Route): readonly object[] => GOOD[url.split("/").at(-1) ?? ""] ?? [];
const absurdOf = (route: Route): object[] =>
  goodOf(route).flatMap((good) =>
    Object.keys(good).flatMap((field) => ABSURD.map((value) => ({ ...good, [field]: value }))),
  );

describe.each(Object.entries(SERVERS))("every route over %s", (_name, start) => {
  let app: FastifyInstance;
  let routes: Route[];
  beforeAll(async () => {
    const started = await start();
    ({ app } = started);
    routes = await routesOf(app, started.ids);
  });
  afterAll(() => app.close());

  const ask = (route: Route, change: InjectOptions = {}) =>
    app.inject({ method: route.method, url: route.url, headers: bearer(route.scope), ...change });
  const json = (route: Route) => ({ ...bearer(route.scope), "content-type": "application/json" });
  const withBody = () => routes.filter(({ hasBody }) => hasBody);

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
    if (status !== 403) expect(rest.place, where).toMatch(/^(?:header|params|querystring|body|url)/);
  };

  it("is there to be walked", () => {
    expect(routes.length).toBeGreaterThan(18);
    expect(withBody().length).toBeGreaterThan(6);
  });
  it("wants a token, a known one, and the scope it names", async () => {
    for (const route of routes) {
      refused(await ask(route, { headers: {} }), 401, route.url);
      refused(await ask(route, { headers: bearer("nobody") }), 401, route.url);
      for (const scope of SCOPES.filter((one) => one !== route.scope))
        refused(await ask(route, { headers: bearer(scope) }), 403, route.url);
    }
  });
  it("knows what is not there", async () => {
    for (const route of routes.filter(({ url }) => !url.includes("/stations") || url.includes("/evses/"))) {
      const { nowhere, hasBody } = route;
      const payload = route.url.endsWith("preference") ? {} : goodOf(route)[0];
      if (nowhere !== null)
        refused(await ask(route, { url: nowhere, ...(hasBody && payload ? { payload } : {}) }), 404, nowhere);
    }
  });
  it("takes no id longer than any, and no unknown question", async () => {
    for (const route of routes) {
      const long = route.nowhere?.replace("nowhere", "x".repeat(2000));
      if (long !== undefined) {
        const reply = await ask(route, { url: long });
        expect([400, 404, 414], route.url).toContain(reply.statusCode);
      }
      if (!route.hasBody) refused(await ask(route, { url: `${route.url}?color=red` }), 400, route.url);
    }
  });
  it("refuses a body that is broken, of another kind, too large or has an unknown key", async () => {
    for (const route of withBody()) {
      for (const payload of ["", "{", "nul", "null", "3", '"x"', "[]", "[null]", '{"color":"red"}'])
        refused(await ask(route, { headers: json(route), payload }), 400, `${route.url} ${payload}`);
      const large = `"${"x".repeat(1_100_000)}"`;
      refused(await ask(route, { headers: json(route), payload: large }), 413, route.url);
      const headers = { ...bearer(route.scope), "content-type": "application/xml" };
      refused(await ask(route, { headers, payload: "<on/>" }), 415, route.url);
    }
  });
  it("has a fault of its own for no absurd value, and can be looked at after all of them", async () => {
    for (const route of withBody()) {
      expect(absurdOf(route).length, route.url).toBeGreaterThan(0);
      for (const payload of absurdOf(route)) {
        const reply = await ask(route, { payload });
        expect(reply.statusCode, `${route.url} ${JSON.stringify(payload)} ${reply.body}`).toBeLessThan(500);
      }
    }
    for (const route of routes.filter(({ method, url }) => method === "GET" && !url.endsWith("/stream"))) {
      const reply = await ask(route);
      expect([200, 404], `${route.url} ${reply.body}`).toContain(reply.statusCode);
    }
  });
});
