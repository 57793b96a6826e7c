import { instanceOf } from "../accounts/secrets.js";
import { withFileLocations } from "../control/file-locations.js";
import type { HttpTransferHooks } from "../control/webhooks/http-transfer-hooks.js";
import { createSettingsProfiles } from "../control/settings-profiles.js";
import type { StationCommand } from "../domain/command.js";
import { type CentralSystem, whyNotSent } from "../ocpp/index.js";
import type { StationLink } from "../ports/station-link.js";
import { createServer } from "../server/server.js";
import { openFileExchange } from "../store/files/exchange.js";
import { allOver } from "./every-step.js";
import { observe } from "./observe.js";
import { webhooksOf } from "./server-webhooks.js";
import { handProfilesOf, tasksOf } from "./server-tasks.js";
import { deviceChecks, planChecks } from "./readiness.js";
import type { Steering } from "./server-control.js";
import type { ServerParts } from "./server-parts.js";
import type { People } from "./server-people.js";
import { stationIdsOf } from "./server-stations.js";
import { stationAdminOf } from "./station-admin.js";
import { servedProfiles, stationSecurityOf } from "./station-security.js";

/** What the doors open to. */
export interface Behind {
  readonly people: People;
  readonly steering: Steering;
  readonly central: CentralSystem;
  readonly transferHooks: Pick<HttpTransferHooks, "readings">;
  readonly link: StationLink;
  /** What is typed into piles; known once it listens. */
  readonly pileUrl: () => string;
}

/** The doors for people and programs: API, page, VTN, files, metrics. */
export const composeApi = async (parts: ServerParts, behind: Behind) => {
  const { clock, log } = parts;
  const { control, devices, stationFiles, ...steering } = behind.steering;
  const { central, link, people, transferHooks } = behind;
  const settings = parts.files ?? null;
  const files =
    settings === null
      ? null
      : await openFileExchange({ settings, documents: parts.store.documents, clock, log });
  const command = (stationId: string, asked: StationCommand) => control.command(stationId, asked);
  const rowOf = rowsOf(control);
  const store = parts.vitals ?? null;
  const observed = observe({ central, control, transferHooks, store, nowMs: () => clock.now() });
  const operations = files === null ? control : { ...control, command: withFileLocations(command, files) };
  const webhooks = await webhooksOf(parts, behind.steering);
  const tasks = await tasksOf(parts, behind, { operations, webhooks });
  const handProfiles = await handProfilesOf(parts, behind);
  const app = await createServer({
    metrics: observed.metrics,
    checks: [
      ...planChecks(control, () => clock.now()),
      ...deviceChecks(() => devices.states()),
      ...(parts.checks ?? []),
    ],
    operations,
    ...(files === null ? {} : { fileExchange: files }),
    clock,
    verifier: { verify: people.verify },
    guesses: people.guesses,
    messages: central.messages,
    stationFiles,
    quirks: steering.quirks,
    devices,
    sharing: control.sharing,
    telemetry: parts.store.telemetry,
    customerReports: steering.customerReports,
    idTokens: steering.idTokens,
    localLists: steering.localLists,
    ...(control.dischargeProbes === null ? {} : { dischargeProbes: control.dischargeProbes }),
    settingsProfiles: createSettingsProfiles({
      files: stationFiles,
      link,
      isConnected: (stationId) => rowOf(stationId)?.connected === true,
      whyNotSent: (stationId, setting) => {
        const version = rowOf(stationId)?.version ?? null;
        return version === null ? null : whyNotSent(version, setting);
      },
    }),
    stationTasks: tasks,
    handProfiles,
    webhooks,
    ...stationDoors(parts, behind),
    vtnPlugin: people.vtn.plugin,
    // The plugin registers itself under the standard's prefix.
    vtnPrefix: "",
    logger: log,
    openPage: parts.openPage,
    instance: instanceOf(parts.secret),
  });
  const stopAsking = async (): Promise<void> => {
    handProfiles.stop();
    await allOver([tasks.stop(), webhooks.stopSending()]);
  };
  return {
    app,
    observed,
    stopAsking,
    closeFiles: () => files?.close(),
    closeWebhooks: () => webhooks.close(),
  };
};

/** A station as it was last heard of. */
const rowsOf = (control: Pick<Steering["control"], "stations">) => (stationId: string) =>
  control.stations().find((row) => row.stationId === stationId) ?? null;

/** Stations added, removed, given passwords and raised while it runs. */
const stationDoors = (parts: ServerParts, { people, steering, central, pileUrl }: Behind) => ({
  stationAdmin: stationAdminOf({
    registry: people.registry,
    sites: parts.sites,
    dismiss: (stationId) => central.dismiss(stationId),
    pileUrl,
  }),
  stationSecurity: stationSecurityOf({
    registry: people.registry,
    link: central.link,
    files: steering.stationFiles,
    served: servedProfiles(parts.tls ?? null),
    versionOf: (stationId) => rowsOf(steering.control)(stationId)?.version ?? null,
    ownUrl: pileUrl,
    stationIds: stationIdsOf(parts),
  }),
});
