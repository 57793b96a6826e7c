import type { FastifyPluginAsync } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Guesses } from "../domain/guesses.js";
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
import { demandTokens, type TokenVerifier } from "./auth.js";
import { requestFields } from "../domain/request-log.js";
import { devices } from "./routes/devices.js";
import { customerReports } from "./routes/customer-reports.js";
import { dischargeProbeRoutes } from "./routes/discharge-probes.js";
import { events } from "./routes/events.js";
import { idTokenRoutes } from "./routes/id-tokens.js";
import { NO_FILES } from "./files/no-files.js";
import { handProfileRoutes } from "./routes/hand-profiles.js";
import { gridSignal } from "./routes/grid-signal.js";
import { files as storedFiles } from "./routes/files.js";
import { live } from "./routes/live.js";
import { localListRoutes } from "./routes/local-lists.js";
import { measurements } from "./routes/measurements.js";
import { notices } from "./routes/notices.js";
import { preferences } from "./routes/preferences.js";
import { quirkRoutes } from "./routes/quirks.js";
import { sessions } from "./routes/sessions.js";
import { sharing as sharingRoutes } from "./routes/sharing.js";
import { settingsProfileRoutes } from "./routes/settings-profile.js";
import { sites } from "./routes/sites.js";
import { stationFile } from "./routes/station-file.js";
import { type StationAdmin, stationAdmin } from "./routes/station-admin.js";
import { stationMessages } from "./routes/station-messages.js";
import { stationSecurity, type StationSecurityAdmin } from "./routes/station-security.js";
import { stations } from "./routes/stations.js";
import { history } from "./routes/history.js";
import { taskRoutes } from "./routes/tasks.js";
import { token } from "./routes/token.js";
import { webhookRoutes } from "./routes/webhooks.js";

export interface ApiOptions {
  readonly operations: Operations;
  readonly clock: Pick<Clock, "now">;
  readonly verifier: TokenVerifier;
  readonly guesses: Guesses;
  readonly admin: StationAdmin | null;
  readonly security: StationSecurityAdmin | null;
  readonly messages: MessageLog | null;
  readonly files: StationFiles | null;
  readonly exchange: FileExchange | null;
  readonly quirks: QuirkBook | null;
  readonly devices: Pick<Devices, "states">;
  readonly sharing: Sharing | null;
  readonly telemetry: Pick<Telemetry, "between" | "quarters"> | null;
  readonly customers: CustomerReports | null;
  readonly idTokens: ManagedIdTokens | null;
  readonly localLists: LocalLists | null;
  readonly profiles: SettingsProfiles | null;
  readonly tasks: StationTasks | null;
  readonly handProfiles: HandProfiles | null;
  readonly webhooks: Webhooks | null;
  readonly probes: DischargeProbes | null;
  /** Whether the cookie of the demonstration's page is accepted as a token. */
  readonly openPage: boolean;
}

/** The operator API. Every route demands a token; each change is written to the log with its author. */
export const api: FastifyPluginAsync<ApiOptions> = async (app, options) => {
  const { operations, clock, admin, messages, files, exchange, sharing } = options;
  const { customers, idTokens, localLists, profiles } = options;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  demandTokens(app, options);
  app.addHook("onResponse", async (request, reply) => {
    // What was refused has its own line.
    if (request.method === "GET" || request.principal === null || reply.statusCode >= 400) return;
    const { name: who } = request.principal;
    request.log.info({ who, ...requestFields(request), status: reply.statusCode }, "a change was made");
  });
  await app.register(token);
  await app.register(sites, { operations });
  await app.register(live, { operations });
  await app.register(measurements, { operations, clock });
  if (options.telemetry !== null)
    await app.register(history, { operations, telemetry: options.telemetry, clock });
  await app.register(devices, { operations, devices: options.devices });
  await app.register(stations, { operations });
  await app.register(gridSignal, { operations, clock });
  await app.register(sessions, { operations });
  await app.register(preferences, { operations });
  await app.register(events, { operations });
  if (options.quirks !== null) await app.register(quirkRoutes, { operations, quirks: options.quirks });
  if (messages !== null) await app.register(stationMessages, { operations, messages });
  if (files !== null) await app.register(stationFile, { operations, files, clock });
  await app.register(storedFiles, { files: exchange ?? NO_FILES });
  if (sharing !== null) {
    await app.register(sharingRoutes, { operations, sharing });
    await app.register(notices, { operations, sharing });
  }
  if (customers !== null) await app.register(customerReports, { operations, customers });
  if (idTokens !== null) await app.register(idTokenRoutes, { operations, idTokens });
  if (localLists !== null) await app.register(localListRoutes, { operations, localLists });
  if (profiles !== null) await app.register(settingsProfileRoutes, { operations, profiles });
  if (options.tasks !== null) await app.register(taskRoutes, { tasks: options.tasks });
  if (options.handProfiles !== null)
    await app.register(handProfileRoutes, { operations, handProfiles: options.handProfiles });
  if (options.webhooks !== null) await app.register(webhookRoutes, { webhooks: options.webhooks });
  if (options.probes !== null)
    await app.register(dischargeProbeRoutes, { operations, probes: options.probes });
  if (admin !== null) await app.register(stationAdmin, { admin });
  if (options.security !== null) await app.register(stationSecurity, { security: options.security });
};
