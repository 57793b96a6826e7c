import { randomBytes } from "node:crypto";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
} from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { createGuesses, type Guesses } from "../domain/guesses.js";
import type { HealthCheck } from "../ports/health.js";
import type { Clock } from "../ports/clock.js";
import type { FileExchange } from "../ports/file-exchange.js";
import type { DischargeProbes } from "../ports/discharge-probes.js";
import type { Devices } from "../ports/devices.js";
import type { CustomerReports } from "../ports/customer-reports.js";
import type { ManagedIdTokens } from "../ports/id-tokens.js";
import type { HandProfiles } from "../ports/hand-profiles.js";
import type { LocalLists } from "../ports/local-lists.js";
import type { MessageLog } from "../ports/message-log.js";
import type { Operations } from "../ports/operations.js";
import type { SettingsProfiles } from "../ports/settings-profiles.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationTasks } from "../ports/station-tasks.js";
import type { QuirkBook } from "../ports/quirk-book.js";
import type { Sharing } from "../ports/sharing.js";
import type { Telemetry } from "../ports/telemetry.js";
import type { Webhooks } from "../ports/webhooks.js";
import { api } from "./api.js";
import type { TokenVerifier } from "./auth.js";
import { takeEmptyBodies } from "./bodies.js";
import { stationFileLinks } from "./files/station-files.js";
import { answerError, answerErrors } from "./errors.js";
import { addSecurityHeaders } from "./headers.js";
import { health } from "./health.js";
import { metricsRoute } from "./metrics/plugin.js";
import type { Metrics } from "./metrics/registry.js";
import { documentApi } from "./openapi.js";
import { findPackage } from "./package-root.js";
import { page } from "./page.js";
import type { StationAdmin } from "./routes/station-admin.js";
import type { StationSecurityAdmin } from "./routes/station-security.js";
import { cutUnusedSocketsOnClose, keepNoConnectionOnClose } from "./unused-sockets.js";

const BODY_LIMIT_BYTES = 1_048_576;

export interface ServerOptions {
  readonly operations: Operations;
  /** The clock of the sites: the time of a measurement that does not state one. */
  readonly clock: Pick<Clock, "now">;
  readonly verifier: TokenVerifier;
  /** Unknown tokens, counted with those of others that take tokens; left out, by itself. */
  readonly guesses?: Guesses;
  /** The OpenADR VTN and where it is mounted, e.g. `/openadr3/3.1.1`. It answers errors in its own form. */
  readonly vtnPlugin?: FastifyPluginAsync;
  readonly vtnPrefix: string;
  /** What went over the wire between stations and us; left out, those routes do not exist. */
  readonly messages?: MessageLog;
  /** What stations told of themselves; left out, those routes do not exist. */
  readonly stationFiles?: StationFiles;
  /** Files between operators and stations; left out, their routes say how to have some. */
  readonly fileExchange?: FileExchange;
  /** What models do otherwise than the standard says; left out, those routes do not exist. */
  readonly quirks?: QuirkBook;
  /** Meters, inverters and batteries; left out: there are none. */
  readonly devices?: Pick<Devices, "states">;
  /** Queues, bookings and the emergency pile; left out, those routes do not exist. */
  readonly sharing?: Sharing;
  /** What was measured over time. */
  readonly telemetry?: Pick<Telemetry, "between" | "quarters">;
  /** What stations told of customers; left out, those routes do not exist. */
  readonly customerReports?: CustomerReports;
  /** Id tokens that are known; left out, those routes do not exist. */
  readonly idTokens?: ManagedIdTokens;
  /** Lists by which stations decide alone; left out, that route does not exist. */
  readonly localLists?: LocalLists;
  /** The same settings for many stations; left out, that route does not exist. */
  readonly settingsProfiles?: SettingsProfiles;
  /** Commands for many stations; left out, those routes do not exist. */
  readonly stationTasks?: StationTasks;
  /** Charging profiles by hand; left out, those routes do not exist. */
  readonly handProfiles?: HandProfiles;
  /** Who is told of what happens; left out, those routes do not exist. */
  readonly webhooks?: Webhooks;
  /** Whether older stations give back; left out, that route does not exist. */
  readonly dischargeProbes?: DischargeProbes;
  /** Adding and removing stations over the API; left out, those routes do not exist. */
  readonly stationAdmin?: StationAdmin;
  /** How stations prove themselves; left out, those routes do not exist. */
  readonly stationSecurity?: StationSecurityAdmin;
  /** What /health/ready looks at besides the sites and the ledger. */
  readonly checks?: readonly HealthCheck[];
  /** Told at /metrics; left out, there is no such route. */
  readonly metrics?: Metrics;
  /** pino fits. */
  readonly logger: FastifyBaseLogger;
  /** The demonstration's token, handed to the page on loopback; null: the page asks for one. */
  readonly openPage: { readonly token: string } | null;
  /** Name of the installation, told by /health/live. */
  readonly instance: string;
}

/** Ids that no two runs of the program share. */
const requestIds = (): (() => string) => {
  const run = randomBytes(6).toString("base64url");
  let count = 0;
  return () => `${run}-${++count}`;
};

/** Everything over HTTP, composed and ready to listen. Opens no socket itself. */
export const createServer = async (options: ServerOptions): Promise<FastifyInstance> => {
  const { operations, clock, verifier, vtnPlugin, openPage } = options;
  const { guesses = createGuesses() } = options;
  const { root, version } = findPackage();
  const app = fastify({
    loggerInstance: options.logger,
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: requestIds(),
    exposeHeadRoutes: false,
    logController: new LogController({ disableRequestLogging: true }),
    // A malformed URL never reaches a route.
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  });
  answerErrors(app);
  addSecurityHeaders(app);
  takeEmptyBodies(app);
  cutUnusedSocketsOnClose(app);
  keepNoConnectionOnClose(app);
  await documentApi(app, version);
  const admin = options.stationAdmin ?? null;
  await app.register(api, {
    prefix: "/api/v1",
    operations,
    clock,
    verifier,
    guesses,
    admin,
    security: options.stationSecurity ?? null,
    messages: options.messages ?? null,
    files: options.stationFiles ?? null,
    exchange: options.fileExchange ?? null,
    quirks: options.quirks ?? null,
    devices: options.devices ?? { states: () => [] },
    sharing: options.sharing ?? null,
    telemetry: options.telemetry ?? null,
    customers: options.customerReports ?? null,
    idTokens: options.idTokens ?? null,
    localLists: options.localLists ?? null,
    profiles: options.settingsProfiles ?? null,
    tasks: options.stationTasks ?? null,
    handProfiles: options.handProfiles ?? null,
    webhooks: options.webhooks ?? null,
    probes: options.dischargeProbes ?? null,
    openPage: openPage !== null,
  });
  if (options.fileExchange !== undefined)
    await app.register(stationFileLinks, { files: options.fileExchange });
  await app.register(
    async (scope) => {
      scope.setValidatorCompiler(validatorCompiler);
      scope.setSerializerCompiler(serializerCompiler);
      const { instance, checks = [] } = options;
      await scope.register(health, { operations, instance, checks });
    },
    { prefix: "/health" },
  );
  if (options.metrics !== undefined)
    await app.register(metricsRoute, { metrics: options.metrics, verifier, guesses });
  if (vtnPlugin !== undefined) await app.register(vtnPlugin, { prefix: options.vtnPrefix });
  await app.register(page, { root, token: openPage?.token ?? null });
  return app;
};
