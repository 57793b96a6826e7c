import fastify, { type FastifyInstance } from "fastify";
import { type Accounts, createAccounts } from "../../src/accounts/accounts.js";
import type { Role } from "../../src/accounts/scopes.js";
import { createGuesses, type Guesses } from "../../src/domain/guesses.js";
import type { Documents } from "../../src/ports/documents.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createVtn, OPENADR_PREFIX, type Vtn } from "../../src/openadr/vtn/vtn.js";

export const NOW = Date.UTC(2026, 5, 1, 9);
export const MINUTE_MS = 60_000;

interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly fields: object;
  readonly message: string;
}

export interface Harness {
  readonly app: FastifyInstance;
  readonly vtn: Vtn;
  readonly accounts: Accounts;
  readonly clock: VirtualClock;
  readonly documents: Documents;
  readonly log: LogLine[];
  readonly tokens: Record<Role, string>;
  /** A call as the grid operator, unless another role (or none) is named. */
  call(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    options?: { body?: unknown; as?: Role | null; headers?: Record<string, string> },
  ): Promise<Answer>;
}

/** Fields of answers that tests read one by one. */
interface Body {
  readonly id: string;
  readonly targets: readonly string[];
  readonly intervals: readonly { readonly payloads: readonly object[] }[];
  readonly tokenURL: string;
  readonly access_token: string;
  readonly scope: string;
  readonly place?: string;
  readonly detail?: string;
  readonly hint?: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Body;
  /** The body of a list call. */
  readonly list: readonly Body[];
}

const ROLES: readonly Role[] = ["viewer", "operator", "grid-operator", "meter", "admin", "ven"];

/** A VTN in a fastify app, called without a socket. */
export const startVtn = async ({
  documents = createMemoryDocuments(),
  clock = new VirtualClock(NOW),
  random = () => 0.5,
  guesses = createGuesses(),
}: {
  documents?: Documents;
  clock?: VirtualClock;
  random?: () => number;
  guesses?: Guesses;
} = {}): Promise<Harness> => {
  const log: LogLine[] = [];
  const writer = (level: LogLine["level"]) => (fields: object, message: string) => {
    log.push({ level, fields, message });
  };
  const accounts = createAccounts({
    documents,
    clock,
    secret: "a secret of the installation, 32 bytes and more",
    clients: [
      { id: "grid", secret: "grid-secret", role: "grid-operator" },
      { id: "aggregator", secret: "its secret: +/%", role: "ven", targets: ["feeder-1"] },
    ],
  });
  const vtn = await createVtn({
    documents,
    clock,
    accounts,
    random,
    guesses,
    knownNodes: () => new Set(["feeder-1", "transformer-1", "transformer-2"]),
    log: { info: writer("info"), warn: writer("warn"), error: writer("error") },
  });
  const app = fastify();
  await app.register(vtn.plugin);
  // The live page has the wildcard of the whole server.
  app.get("/*", async () => "the page");
  const issued = await Promise.all(
    ROLES.map(async (role) => [role, (await accounts.issueToken({ name: role, role })).token]),
  );
  const tokens: Record<Role, string> = Object.fromEntries(issued);
  const call: Harness["call"] = async (method, path, { body, as = "grid-operator", headers = {} } = {}) => {
    const bearer = as === null ? {} : { authorization: `Bearer ${tokens[as]}` };
    const answer = await app.inject({
      method,
      url: `${OPENADR_PREFIX}${path}`,
      headers: {
        ...bearer,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const parsed = answer.json<Body | readonly Body[]>();
    return {
      status: answer.statusCode,
      type: String(answer.headers["content-type"]),
      headers: answer.headers,
      body: answer.json<Body>(),
      list: Array.isArray(parsed) ? parsed : [],
    };
  };
  return { app, vtn, accounts, clock, documents, log, tokens, call };
};

/** Posts a program and gives its id. */
export const postProgram = async (vtn: Harness, programName = "peak shaving"): Promise<string> => {
  const { body } = await vtn.call("POST", "/programs", { body: { programName } });
  return body.id;
};

/** An event that limits import to 40 kW for an hour from now on. */
export const limitEvent = (programID: string, change: object = {}) => ({
  programID,
  intervalPeriod: { start: "0001-01-01", duration: "PT1H" },
  intervals: [{ id: 0, payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [40] }] }],
  ...change,
});
