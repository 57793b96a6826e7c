/** A whole server in this process, with peers of another make at its real sockets. */
import { RPCClient } from "ocpp-rpc";
import { pino } from "pino";
import { type RunningServer, type ServerParts, startServer } from "../../src/app/server.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { WallClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { flatPolicy } from "../control/harness.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { answering, type Call, type Handler, PASSWORD, peerOptions, peerValidator } from "../ocpp/harness.js";
import { flatTariff } from "../signals/tables.js";

const TOKEN = "token-of-an-operator-0123456789";

/** One pile of each version. */
export const PILES: readonly { readonly id: string; readonly version: OcppVersion }[] = [
  { id: "old-16", version: "1.6" },
  { id: "mid-201", version: "2.0.1" },
  { id: "new-21", version: "2.1" },
];

const BOOT = {
  "1.6": { chargePointVendor: "Acme", chargePointModel: "Old" },
  "2.0.1": { reason: "PowerUp", chargingStation: { vendorName: "Acme", model: "Mid" } },
  "2.1": { reason: "PowerUp", chargingStation: { vendorName: "Acme", model: "New" } },
};

export interface Peer {
  readonly client: RPCClient;
  /** What it was asked, since it connected. */
  readonly calls: Call[];
}

export interface ServedStage {
  readonly server: RunningServer;
  readonly connect: (id: string, answers?: Record<string, Handler>) => Promise<Peer>;
  /** Asks the operator API; the body of its answer. */
  readonly ask: (path: string, body?: object, method?: string) => Promise<{ status: number; body: unknown }>;
  readonly close: () => Promise<void>;
}

export const openServed = async (change: Partial<ServerParts> = {}): Promise<ServedStage> => {
  const clients: RPCClient[] = [];
  const server = await startServer({
    clock: new WallClock(),
    sites: [communityOf(PILES.map(({ id }) => stationOf(id)))],
    tariffs: [{ ...flatTariff("Asia/Shanghai"), id: "tariff" }],
    prices: fixedPriceTables([]),
    store: {
      ledger: createMemoryLedger(),
      telemetry: createMemoryTelemetry(),
      documents: createMemoryDocuments(),
    },
    policy: flatPolicy(3.3),
    settings: { gatherMs: 1, horizonSlots: 4, followWithinMs: 60_000, answerWithinMs: 1_000, steer: true },
    ocpp: { bootGraceMs: 60_000 },
    idTokens: null,
    secret: "the secret of the installation, 32 bytes and more",
    stationPasswords: new Map(PILES.map(({ id }) => [id, PASSWORD])),
    tokens: [{ name: "me", token: TOKEN, scopes: ["read", "operate", "admin"] }],
    clients: [],
    listen: { host: "127.0.0.1", port: 0 },
    openPage: null,
    log: pino({ level: "silent" }),
    ...change,
  });
  return {
    server,
    connect: async (id, answers = {}) => {
      const version = PILES.find((pile) => pile.id === id)?.version ?? "1.6";
      const client = new RPCClient(
        peerOptions({
          endpoint: server.stationUrl.replace(/\/$/, ""),
          identity: id,
          password: PASSWORD,
          protocols: [`ocpp${version}`],
          strictMode: [`ocpp${version}`],
          strictModeValidators: [peerValidator(version)],
        }),
      );
      client.on("error", () => undefined);
      clients.push(client);
      const calls = answering(client, answers);
      await client.connect();
      await client.call("BootNotification", BOOT[version]);
      return { client, calls };
    },
    ask: async (path, body, method = body === undefined ? "GET" : "POST") => {
      const response = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close({ force: true }).catch(() => undefined)));
      await server.close();
    },
  };
};
