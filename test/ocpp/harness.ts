import { createServer, type Server } from "node:http";
import { createValidator, type IHandlersOption, RPCClient } from "ocpp-rpc";
import type { RPC_ClientOptions } from "ocpp-rpc/lib/client.js";
import type { FleetEvent, OcppVersion, TransactionEvent, UnclearMessage } from "../../src/domain/fleet.js";
import type { Authorization, Verdict } from "../../src/domain/id-token.js";
import {
  type CentralParts,
  type CentralSettings,
  type CentralSystem,
  createCentralSystem,
} from "../../src/ocpp/index.js";
import { readSchemas } from "../../src/ocpp/schemas.js";
import type { Schedule } from "../../src/domain/schedule.js";
import { type Clock, WallClock } from "../../src/ports/clock.js";
import type { CertificateAuthority } from "../../src/ports/certificate-authority.js";
import type { Documents } from "../../src/ports/documents.js";
import type { FleetGateway, OpenSession, TokenShown, Vacancy } from "../../src/ports/fleet-gateway.js";
import type { Recorded } from "../../src/ports/ledger.js";

export const PASSWORD = "0123456789abcdef0123";

/** A gateway in memory that keeps what it is told, with idempotent transaction ids. */
interface FakeGateway extends FleetGateway {
  readonly reports: FleetEvent[];
  readonly records: TransactionEvent[];
  readonly aside: UnclearMessage[];
  readonly vacancies: Vacancy[];
  failing: boolean;
  delay: () => Promise<void>;
  standing: Authorization;
  /** What is said of a token beside its standing. */
  verdict: Omit<Verdict, "status">;
  /** Id tokens that were asked for. */
  readonly shown: (TokenShown & { stationId: string; idToken: string })[];
  open: readonly OpenSession[];
  /** EVSEs that the fleet knows of any station. */
  evseIds: readonly number[];
  correction: Schedule | null;
  kinds(): string[];
}

function fakeGateway(): FakeGateway {
  const ids = new Map<string, string>();
  const seen = new Set<string>();
  const gateway: FakeGateway = {
    reports: [],
    records: [],
    aside: [],
    vacancies: [],
    failing: false,
    delay: () => Promise.resolve(),
    standing: "Accepted",
    open: [],
    evseIds: [1, 2],
    correction: null,
    kinds: () => gateway.reports.map((event) => event.kind),
    report: (event) => void gateway.reports.push(event),
    freed: async (vacancy) => void gateway.vacancies.push(vacancy),
    openSessions: () => gateway.open,
    evsesOf: () => gateway.evseIds,
    presentCorrection: () => gateway.correction,
    shown: [],
    verdict: { groupId: null, expiresMs: null, language: null, isKnown: true },
    authorize: async (stationId, idToken, shown) => {
      gateway.shown.push({ stationId, idToken, ...shown });
      return { ...gateway.verdict, status: gateway.standing };
    },
    async keepAside(message) {
      const isNew = gateway.aside.every(({ payload }) => payload !== message.payload);
      gateway.aside.push(message);
      return isNew;
    },
    async record(event): Promise<Recorded> {
      await gateway.delay();
      if (gateway.failing) throw new Error("the disk is full");
      gateway.records.push(event);
      const { transactionId: id } = event;
      gateway.open = gateway.open.filter(({ transactionId }) => transactionId !== id);
      if (event.kind !== "transaction-ended" && id !== null)
        gateway.open = [...gateway.open, { evseId: event.evseId, transactionId: id }];
      const key = JSON.stringify({ ...event, atMs: 0 });
      const outcome = seen.has(key) ? "duplicate" : "stored";
      seen.add(key);
      if (event.transactionId !== null)
        return { outcome, transactionId: event.transactionId, session: null, others: [] };
      const transactionId = ids.get(key) ?? String(1_000 + ids.size);
      ids.set(key, transactionId);
      return { outcome, transactionId, session: null, others: [] };
    },
  };
  return gateway;
}

export interface Stage {
  readonly central: CentralSystem;
  readonly gateway: FakeGateway;
  readonly server: Server;
  readonly url: string;
  readonly port: number;
  readonly lines: { level: string; fields: Record<string, unknown>; message: string }[];
  connect(identity: string, version: OcppVersion, options?: object): Promise<RPCClient>;
  close(): Promise<void>;
}

const validators = new Map<OcppVersion, ReturnType<typeof createValidator>>();

/** The peer's own strict validator, over the schemas with 2.1's ids mapped. */
export function peerValidator(version: OcppVersion): ReturnType<typeof createValidator> {
  let validator = validators.get(version);
  if (!validator) {
    validator = createValidator(`ocpp${version}`, readSchemas(version));
    validators.set(version, validator);
  }
  return validator;
}

/** A central system on a port of its own, and peers of another make. */
export async function openStage(
  options: {
    settings?: Partial<CentralSettings>;
    clock?: Clock;
    registry?: CentralParts["registry"];
    documents?: Documents;
    evseElectrics?: CentralParts["evseElectrics"];
    configured?: ReadonlySet<string>;
    authority?: CertificateAuthority;
    note?: CentralParts["note"];
    transfers?: CentralParts["transfers"];
    plugAndCharge?: CentralParts["plugAndCharge"];
  } = {},
): Promise<Stage> {
  const gateway = fakeGateway();
  const lines: Stage["lines"] = [];
  const log = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message });
  const central = createCentralSystem({
    clock: options.clock ?? new WallClock(),
    gateway,
    registry: options.registry ?? {
      authenticate: (_, password) => Promise.resolve(password?.toString() === PASSWORD),
    },
    log: { info: log("info"), warn: log("warn"), error: log("error") },
    settings: { pingIntervalMs: null, ...options.settings },
    ...(options.configured === undefined ? {} : { configured: options.configured }),
    ...(options.note === undefined ? {} : { note: options.note }),
    ...(options.authority === undefined ? {} : { authority: options.authority }),
    ...(options.plugAndCharge === undefined ? {} : { plugAndCharge: options.plugAndCharge }),
    ...(options.transfers === undefined ? {} : { transfers: options.transfers }),
    ...(options.documents === undefined ? {} : { documents: options.documents }),
    evseElectrics: options.evseElectrics ?? (() => ({ voltageV: 230, phases: 3 })),
  });
  const server = createServer();
  central.attach(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const url = `ws://127.0.0.1:${port}/ocpp`;
  const clients: RPCClient[] = [];
  return {
    central,
    gateway,
    server,
    url,
    port,
    lines,
    async connect(identity, version, more = {}) {
      const client = new RPCClient(
        peerOptions({
          endpoint: url,
          identity,
          password: PASSWORD,
          protocols: [`ocpp${version}`],
          strictMode: [`ocpp${version}`],
          strictModeValidators: [peerValidator(version)],
          reconnect: false,
          ...more,
        }),
      );
      client.on("error", () => undefined);
      clients.push(client);
      await client.connect();
      return client;
    },
    async close() {
      await central.close();
      await Promise.all(clients.map((client) => client.close({ force: true }).catch(() => undefined)));
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Waits, a turn of the event loop at a time, until `holds`; fails after many turns. */
export async function until(holds: () => boolean, what = "the condition"): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`${what} did not come true`);
}

/** The library's type wants every option, its constructor does not: the rest has defaults. */
export function peerOptions(some: Partial<RPC_ClientOptions>): RPC_ClientOptions {
  return {
    callTimeoutMs: 60_000,
    pingIntervalMs: 30_000,
    deferPingsOnActivity: false,
    respondWithDetailedErrors: false,
    callConcurrency: 1,
    maxBadMessages: Number.POSITIVE_INFINITY,
    wsOpts: {},
    headers: {},
    maxReconnects: 0,
    backoff: { initialDelay: 1_000, maxDelay: 10_000, factor: 2, randomisationFactor: 0.25 },
    identity: "",
    reconnect: false,
    strictMode: false,
    strictModeValidators: [],
    protocols: [],
    password: null,
    ...some,
  };
}

export interface Call {
  readonly method: string;
  readonly params: Record<string, unknown>;
}
export type Handler = (call: Call) => object | Promise<object>;

/** Lets the peer answer calls: by action, `Accepted` for the rest. */
export function answering(client: RPCClient, answers: Record<string, Handler>): Call[] {
  const calls: Call[] = [];
  client.handle(async ({ method = "", params = {} }: IHandlersOption) => {
    calls.push({ method, params });
    const answer: Promise<object> = Promise.resolve(
      answers[method]?.({ method, params }) ?? defaultAnswer(method),
    );
    return { ...(await answer) };
  });
  return calls;
}

function defaultAnswer(method: string): object {
  if (method === "GetConfiguration") return { configurationKey: [] };
  if (method === "GetVariables")
    return { getVariableResult: [unknownVariable("SmartChargingCtrlr", "RateUnit")] };
  return { status: "Accepted" };
}

const unknownVariable = (component: string, variable: string): object => ({
  attributeStatus: "UnknownVariable",
  component: { name: component },
  variable: { name: variable },
});

export const toldVariable = (component: string, variable: string, attributeValue: string): object => ({
  attributeStatus: "Accepted",
  attributeValue,
  component: { name: component },
  variable: { name: variable },
});
