import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import type { TokenVerifier } from "../../src/server/auth.js";
import { createServer, type ServerOptions } from "../../src/server/server.js";
import { NOW_MS } from "./community.js";
import { type FakeOperations, fakeOperations } from "./fake-operations.js";

/** Tokens of one scope or more, named by them: `token-operate`, `token-operate+admin`. */
const verifier: TokenVerifier = {
  verify: async (bearer) => {
    const scopes = /^token-((?:\+?(?:read|operate|measure|admin))+)$/.exec(bearer)?.[1];
    return scopes === undefined ? null : { name: `the ${scopes} token`, scopes: new Set(scopes.split("+")) };
  },
};

export const bearer = (scope: string): { authorization: string } => ({
  authorization: `Bearer token-${scope}`,
});

export interface Harness {
  readonly app: FastifyInstance;
  readonly operations: FakeOperations;
  /** Lines of the log, parsed. */
  readonly log: Record<string, unknown>[];
}

export const startHarness = async (change: Partial<ServerOptions> = {}): Promise<Harness> => {
  const operations = fakeOperations();
  const log: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line)) });
  const app = await createServer({
    operations,
    clock: { now: () => NOW_MS },
    verifier,
    vtnPrefix: "/openadr3/3.1.1",
    logger,
    instance: "a-test",
    openPage: null,
    ...change,
  });
  return { app, operations, log };
};
