/** A server with stations, as its metrics, its health and its log tell of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diskCheck, storeCheck } from "../../src/app/readiness.js";
import { type RunningServer, startServer } from "../../src/app/server.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { type Tariff, tariffSchema } from "../../src/domain/tariff.js";
import type { HttpTransferHook } from "../../src/domain/transfer-hook.js";
import { WallClock } from "../../src/ports/clock.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { METRICS } from "../../src/server/metrics/catalogue.js";
import { openStore, type Store } from "../../src/store/open-store.js";
import { flatPolicy } from "../control/harness.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { basic, rawStation, upgradeStatus } from "../ocpp/raw.js";
import { until } from "../ocpp/harness.js";

const VERSIONS: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
const PASSWORDS = new Map(
  VERSIONS.map((version, index) => [`p${index + 1}`, `secret-of-${version}-0123456789`]),
);
const SECRETS = {
  signing: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
  installation: "the secret of the installation, 32 bytes and more",
  token: "token-of-an-operator-0123456789",
  client: "secret-of-a-client-0123456789",
  changed: "a-new-password-for-a-pile",
};

/** One price at all times; the site's meter names it. */
const TARIFF: Tariff = tariffSchema.parse({
  id: "tariff",
  currency: "CNY",
  timeZone: "Asia/Shanghai",
  source: { document: "test", date: "2026" },
  seasons: [
    {
      name: "all",
      months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      days: [
        {
          dayTypes: ["workday", "weekend", "holiday"],
          periods: [{ from: "00:00", to: "24:00", kind: "flat", pricePerKwh: 0.5 }],
        },
      ],
    },
  ],
});

let folder: string;
let store: Store;
let server: RunningServer;
const lines: Record<string, unknown>[] = [];

const call = (
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
) =>
  fetch(`${server.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${SECRETS.token}`, ...init.headers },
  });

const scrape = async (): Promise<Map<string, number>> => {
  const text = await (await call("/metrics")).text();
  const values = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    values.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
};

/** Where nothing is ever posted. */
const HOOK: HttpTransferHook = {
  vendorId: "com.example",
  messageIds: null,
  stationIds: null,
  privateAddress: true,
  url: "http://127.0.0.1/",
  secret: SECRETS.signing,
  timeoutMs: 1_000,
};

const STATUS = {
  "1.6": { connectorId: 1, errorCode: "NoError", status: "Available" },
  "2.0.1": { timestamp: "2026-06-01T17:00:00Z", connectorStatus: "Available", evseId: 1, connectorId: 1 },
  "2.1": { timestamp: "2026-06-01T17:00:00Z", connectorStatus: "Available", evseId: 1, connectorId: 1 },
};

/** Each version's station says a few things, good and bad; wrong passwords are tried. */
const busyMinute = async (): Promise<void> => {
  const port = Number(new URL(server.url).port);
  for (const [index, version] of VERSIONS.entries()) {
    const id = `p${index + 1}`;
    const station = await rawStation(port, id, `ocpp${version}`, PASSWORDS.get(id));
    const say = (frame: readonly unknown[]): void => station.socket.send(JSON.stringify(frame));
    say([2, "1", "StatusNotification", STATUS[version]]);
    say([2, "2", "Heartbeat", {}]);
    say([2, "3", `Nonsense${"x".repeat(index)}`, { password: PASSWORDS.get(id) }]);
    say([2, "6", "DataTransfer", { vendorId: HOOK.vendorId, data: SECRETS.token }]);
    say([2, "4", "StatusNotification", { password: PASSWORDS.get(id) }]);
    station.socket.send(`[2, "5", "Heartbeat", ${PASSWORDS.get(id)}`);
    await until(
      () =>
        station.heard.filter((text) => text.startsWith("[3,")).length >= 2 &&
        station.heard.some((text) => text.includes("-1") || version === "1.6"),
      "answers",
    );
  }
  await upgradeStatus(port, "/ocpp/p1", { authorization: basic("p1", "a-wrong-password-0123456789") });
  await call("/api/v1/stations/p1/commands", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "write-setting", name: "AuthorizationKey", value: SECRETS.changed }),
  });
  await call("/api/v1/sites/nowhere/measurements", { method: "POST", body: SECRETS.token });
  await fetch(`${server.url}/api/v1/sites`, { headers: { authorization: `Bearer x${SECRETS.token}` } });
  await fetch(`${server.url}/openadr3/3.1.1/auth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "c",
      client_secret: `x${SECRETS.client}`,
    }),
  });
  await until(() => server.control.readings().sites[0]?.plannedMs != null, "a plan");
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "observed-"));
  store = await openStore({ path: join(folder, "youxu.db"), commitWithinMs: 0 });
  server = await startServer({
    clock: new WallClock(),
    sites: [communityOf([stationOf("p1"), stationOf("p2"), stationOf("p3")])],
    tariffs: [TARIFF],
    prices: fixedPriceTables([]),
    store,
    policy: flatPolicy(3.3),
    settings: { gatherMs: 1, horizonSlots: 4, followWithinMs: 60_000, answerWithinMs: 10, steer: true },
    ocpp: { bootGraceMs: 60_000, callTimeoutMs: 50 },
    idTokens: null,
    secret: SECRETS.installation,
    stationPasswords: PASSWORDS,
    tokens: [{ name: "me", token: SECRETS.token, scopes: ["read", "operate", "measure"] }],
    clients: [{ id: "c", name: "c", secret: SECRETS.client, scopes: [] }],
    listen: { host: "127.0.0.1", port: 0 },
    openPage: null,
    transferHooks: [HOOK],
    vitals: store,
    checks: [storeCheck(store), diskCheck(join(folder, "youxu.db"), 0)],
    log: pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  });
  await busyMinute();
});
afterAll(async () => {
  await server.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the metrics of a server", () => {
  it("are those of the catalogue, with its labels, and no others", async () => {
    const names = new Map<string, Set<string>>();
    for (const row of (await scrape()).keys()) {
      const [, full = "", labels = ""] = /^(\w+)(?:\{(.*)\})?$/.exec(row) ?? [];
      const name = full in METRICS ? full : full.replace(/_(bucket|sum|count)$/, "");
      const known = names.get(name) ?? new Set();
      names.set(name, known);
      for (const [, label] of labels.matchAll(/(\w+)="/g)) if (label !== "le") known.add(label ?? "");
    }
    for (const [name, { labels }] of Object.entries(METRICS)) {
      // A rule proves no bound, so that its plans have no gap.
      if (name === "youxu_plan_gap_ratio") continue;
      expect([name, [...(names.get(name) ?? [])].sort()]).toEqual([name, [...labels].sort()]);
    }
    expect([...names.keys()].filter((name) => !(name in METRICS))).toEqual([]);
  });

  it("count what each version said by action and outcome, a stranger's words as other", async () => {
    const values = await scrape();
    for (const version of VERSIONS) {
      const counted = (action: string, outcome: string) =>
        values.get(
          `youxu_ocpp_messages_total{version="${version}",direction="from-station",action="${action}",outcome="${outcome}"}`,
        );
      expect(values.get(`youxu_ocpp_connections{version="${version}"}`)).toBe(1);
      expect(counted("StatusNotification", "answered")).toBe(1);
      expect(counted("StatusNotification", "refused")).toBe(1);
      expect(counted("Heartbeat", "answered")).toBe(1);
      expect(counted("other", "refused")).toBe(1);
      expect(
        values.get(`youxu_ocpp_message_seconds_count{version="${version}",direction="from-station"}`),
      ).toBe(5);
    }
    expect(values.get('youxu_ocpp_complaints_total{kind="bad-message"}')).toBe(3);
    expect(values.get('youxu_ocpp_refused_connections_total{status="401"}')).toBe(1);
    expect([...values.keys()].filter((row) => row.includes("Nonsense"))).toEqual([]);
  });

  it("count calls to stations by what became of them", async () => {
    await until(() => server.central.readings().callsInFlight === 0, "the calls are over");
    const calls = [...(await scrape())].filter(([row]) => /messages_total.*direction="to-station"/.test(row));
    expect(calls.some(([row]) => /outcome="timeout"/.test(row))).toBe(true);
  });
});

describe("the health of a server", () => {
  it("names every dependency, and is good", async () => {
    const answer = await fetch(`${server.url}/health/ready`);
    const { checks }: { checks: { name: string; ok: boolean }[] } = JSON.parse(await answer.text());
    expect(checks.map(({ name }) => name)).toEqual(["sites", "ledger", "plan:community", "store", "disk"]);
    expect([answer.status, checks.filter(({ ok }) => !ok)]).toEqual([200, []]);
  });
});

describe("the log of a server", () => {
  it("names station, version and connection in every line about a station that is connected", () => {
    const about = lines.filter((line) => "stationId" in line);
    expect(new Set(about.map(({ stationId }) => stationId))).toEqual(new Set(["p1", "p2", "p3"]));
    for (const line of about) {
      const version = VERSIONS[Number(String(line["stationId"]).slice(1)) - 1];
      expect(line).toMatchObject({ version, connection: expect.any(Number), msg: expect.any(String) });
    }
    // No line names a station under another key.
    for (const line of lines) expect(Object.keys(line)).not.toContain("station");
  });

  it("has the id of a request in its lines and in its answer", async () => {
    const answer = await fetch(`${server.url}/api/v1/sites`);
    const id = answer.headers.get("x-request-id");
    expect(id).toMatch(/^[\w-]{8}-\d+$/);
    await until(() => lines.some(({ reqId }) => reqId === id), "the line");
  });

  it("has no secret in any line", () => {
    expect(lines.length).toBeGreaterThan(8);
    const secrets = [...Object.values(SECRETS), ...PASSWORDS.values(), "a-wrong-password-0123456789"];
    const encoded = [...PASSWORDS].map(([id, password]) => basic(id, password).replace("Basic ", ""));
    for (const line of lines)
      for (const secret of [...secrets, ...encoded]) expect(JSON.stringify(line)).not.toContain(secret);
  });
});
