import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from "fastify";
import type { Accounts } from "../../accounts/accounts.js";
import { YouxuError } from "../../domain/errors.js";
import { createGuesses, type Guesses } from "../../domain/guesses.js";
import type { Clock } from "../../ports/clock.js";
import type { Documents } from "../../ports/documents.js";
import type { GridEvents } from "../../ports/event-store.js";
import { createAdmission } from "./admission.js";
import { openEventBook } from "./event-book.js";
import { eventRoutes } from "./event-routes.js";
import { type Log, problemHandler } from "./problem.js";
import { openProgramBook } from "./program-book.js";
import { programRoutes } from "./program-routes.js";
import type { RouteParts } from "./route-parts.js";
import { tokenRoutes } from "./token-routes.js";

/** Whatever is asked for below it is answered in OpenADR's form. */
const FAMILY_PREFIX = "/openadr3";
const VERSION_PREFIX = "/3.1.1";
/** Where the VTN is mounted; 3.1.0 and 3.1.1 have the same API. */
export const OPENADR_PREFIX = `${FAMILY_PREFIX}${VERSION_PREFIX}`;

export interface VtnParts {
  readonly documents: Documents;
  /** The clock of the control loop: `0001-01-01` in an event means its now. */
  readonly clock: Clock;
  /** Verifies every token that the operator API knows, so that one token is known everywhere or nowhere. */
  readonly accounts: Pick<Accounts, "verify" | "grant">;
  /** Unknown tokens, counted with those of others that take tokens; left out, by itself. */
  readonly guesses?: Guesses;
  /** Ids of the grid nodes that an event's targets may name. */
  readonly knownNodes: () => ReadonlySet<string>;
  /** Number in [0, 1), for randomizeStart. */
  readonly random: () => number;
  /** Ids of new objects; random by default, given where a run must be repeatable. */
  readonly newId?: () => string;
  readonly log: Log;
}

export interface Vtn {
  /** Registers itself under `OPENADR_PREFIX`: `app.register(vtn.plugin)`. */
  readonly plugin: FastifyPluginAsync;
  readonly events: GridEvents;
}

/** An OpenADR 3.1 VTN for grid operators: tokens, programs and events, kept in documents. */
export const createVtn = async (given: VtnParts): Promise<Vtn> => {
  const { documents, clock, accounts, knownNodes, log } = given;
  const events = await openEventBook(given);
  const programs = await openProgramBook(documents, log);
  const parts: RouteParts = {
    programs,
    events,
    admission: createAdmission(accounts, given.guesses ?? createGuesses()),
    newId: given.newId ?? randomUUID,
    clock,
    knownNodes,
    log,
  };
  const routes = async (app: FastifyInstance): Promise<void> => {
    tokenRoutes(app, { accounts, prefix: OPENADR_PREFIX, log });
    programRoutes(app, parts);
    eventRoutes(app, parts);
  };
  return {
    events: events.grid,
    plugin: async (app) => {
      await app.register(
        async (scope) => {
          scope.setErrorHandler(problemHandler(log));
          // A route and no handler of what is not found: the page's wildcard would come before that.
          scope.all("/*", { onRequest: noRoute }, noRoute);
          await scope.register(routes, { prefix: VERSION_PREFIX });
        },
        { prefix: FAMILY_PREFIX },
      );
    },
  };
};

const noRoute = async ({ method, url }: FastifyRequest): Promise<never> => {
  const [path = "/"] = url.split("?");
  throw new YouxuError("not-found.route", `there is no ${method} ${path}`, "url");
};
