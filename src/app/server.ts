import type { AddressInfo } from "node:net";
import type { FastifyBaseLogger } from "fastify";
import { type Accounts, createAccounts } from "../accounts/accounts.js";
import type { ConfiguredClient } from "../accounts/clients.js";
import { instanceOf } from "../accounts/secrets.js";
import { createStationRegistry, type ManagedStationRegistry } from "../accounts/station-registry.js";
import type { CertificateBook } from "../certificates/book.js";
import type { HealthCheck } from "../ports/health.js";
import type { Control, ControlSettings, Policy } from "../control/contract.js";
import { withFileLocations } from "../control/file-locations.js";
import { createControl } from "../control/control.js";
import { checkedLink } from "../control/checked-link.js";
import { createCostBook } from "../control/cost-book.js";
import { costMessages } from "../control/cost-messages.js";
import { createCustomerReports } from "../control/customer-reports.js";
import { openIdTokenBook } from "../control/id-token-book.js";
import { createInventory } from "../control/inventory.js";
import { createLocalLists } from "../control/local-lists.js";
import { createSettingsProfiles } from "../control/settings-profiles.js";
import { createStationFiles } from "../control/station-files.js";
import type { StationCommand } from "../domain/command.js";
import type { DeviceConfig, DeviceState } from "../domain/device.js";
import { ratedKw } from "../domain/draw.js";
import { createGuesses } from "../domain/guesses.js";
import { plainToken } from "../domain/id-token.js";
import type { PriceTables } from "../ports/price-tables.js";
import type { QuirkEntry } from "../domain/quirks.js";
import type { Site } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import { createDevices } from "../metering/devices.js";
import { type CentralSettings, type CentralSystem, createCentralSystem } from "../ocpp/index.js";
import { createVtn, type Vtn } from "../openadr/vtn.js";
import { type Clock, WallClock } from "../ports/clock.js";
import type { CertificateAuthority } from "../ports/certificate-authority.js";
import type { Documents } from "../ports/documents.js";
import { transferHooks } from "../ports/transfer-hooks.js";
import { fixedIdTokens } from "../ports/id-tokens.js";
import type { Ledger } from "../ports/ledger.js";
import type { StationLink } from "../ports/station-link.js";
import { meterOfStation } from "../planning/tree.js";
import { createQuirkBook, type QuirkBook } from "../ports/quirk-book.js";
import type { Telemetry } from "../ports/telemetry.js";
import { type ExchangeSettings, openFileExchange } from "../store/files/exchange.js";
import { createServer } from "../server/server.js";
import { ownHost, pileHost } from "./hosts.js";
import { listenFault } from "./listen-fault.js";
import type { StoreVitals } from "./metrics.js";
import { observe } from "./observe.js";
import { deviceChecks, planChecks } from "./readiness.js";
import { withConnections } from "./station-lines.js";
import { stationAdminOf } from "./station-admin.js";
import { registeredSecurity, servedProfiles, statedSecurity, stationSecurityOf } from "./station-security.js";
import { type StatedToken, verifierOf } from "./stated-tokens.js";
import { openTls, type RunningTls, type TlsParts } from "./tls.js";
import { driverTariffOf } from "../signals/driver-tariff.js";
import { createSignalSource } from "../signals/source.js";

/** Everything that a server is made of; the same for `serve`, the demonstration and wire simulations. */
export interface ServerParts {
  readonly clock: Clock;
  readonly sites: readonly Site[];
  /** Meters, PV inverters and batteries that are reached over MQTT and Modbus TCP; absent: none. */
  readonly devices?: readonly DeviceConfig[];
  readonly tariffs: readonly Tariff[];
  readonly prices: PriceTables;
  readonly store: { readonly ledger: Ledger; readonly telemetry: Telemetry; readonly documents: Documents };
  readonly policy: Policy;
  readonly settings: ControlSettings;
  readonly ocpp: Partial<CentralSettings>;
  /** What the operator states of models and stations. */
  readonly quirks?: readonly QuirkEntry[];
  readonly idTokens: ReadonlySet<string> | null;
  /** Exchange of files with stations; left out or null: none. */
  readonly files?: ExchangeSettings | null;
  /** Secret of the installation: pepper of passwords, key of tokens. */
  readonly secret: string;
  readonly stationPasswords: ReadonlyMap<string, string>;
  /** Tokens of the operator API that the configuration states. */
  readonly tokens?: readonly StatedToken[];
  readonly clients: readonly ConfiguredClient[];
  readonly listen: { readonly host: string; readonly port: number };
  /** Where it listens with TLS too, and by what it is known there; left out: nowhere. */
  readonly tls?: TlsParts | null;
  /** The authority of one's own: what it revoked lets nobody in; left out: there is none. */
  readonly localCa?: { readonly book: CertificateBook; readonly signs: CertificateAuthority | null } | null;
  /** Token that the page on loopback is given; null: the page asks for one. */
  readonly openPage: { readonly token: string } | null;
  /** How the store fares, for metrics; left out where nothing is kept. */
  readonly vitals?: StoreVitals;
  /** What must stand well, besides sites, ledger and plans, for /health/ready. */
  readonly checks?: readonly HealthCheck[];
  /** Port of loopback at which metrics are told without a token; null: none. */
  readonly metricsPort?: number | null;
  readonly log: FastifyBaseLogger;
  /** Whether stations are asked in the background for all of their settings; a simulation needs none. */
  readonly asksSettings?: boolean;
  /** Ids of OpenADR objects; random unless a simulation wants to be repeated. */
  readonly newId?: () => string;
  /** Draws for randomizeStart, in [0, 1). */
  readonly random?: () => number;
}

export interface RunningServer {
  /** `http://host:port` without a slash at the end, as this computer calls it. */
  readonly url: string;
  /** The same for stations on this computer, without the identity. */
  readonly stationUrl: string;
  /** Port of the TLS listener; null: there is none. */
  readonly tlsPort: number | null;
  /** What is typed into piles, without the identity. */
  readonly pileUrl: string;
  readonly control: Control;
  readonly central: CentralSystem;
  readonly quirks: QuirkBook;
  readonly accounts: Accounts;
  readonly registry: ManagedStationRegistry;
  readonly vtn: Vtn;
  /** How the devices of all sites stand. */
  devices(): readonly DeviceState[];
  /** Nothing in flight between stations, loop and store. */
  idle(): boolean;
  close(): Promise<void>;
}

/** Composes and starts a server: stations by OCPP, operators and pages by HTTP, grid operators by OpenADR. */
export const startServer = async (parts: ServerParts): Promise<RunningServer> => {
  const { clock, sites, store, log } = parts;
  const accounts = createAccounts({
    documents: store.documents,
    secret: parts.secret,
    clock: new WallClock(),
    clients: parts.clients,
  });
  const { verify } = verifierOf(accounts, parts.tokens ?? []);
  const registry = createStationRegistry({
    documents: store.documents,
    pepper: parts.secret,
    configured: [...parts.stationPasswords].map(([id, password]) => ({ id, password })),
    stated: statedSecurity(sites),
    isRevoked: async (certificate) => (await parts.localCa?.book.isRevoked(certificate)) ?? false,
  });
  const stationIds = new Set(sites.flatMap(({ stations }) => stations.map(({ id }) => id)));
  const nodeIds = new Set(sites.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  const guesses = createGuesses();
  const vtn = await createVtn({
    documents: store.documents,
    clock,
    accounts: { verify, grant: (request) => accounts.grant(request) },
    guesses,
    knownNodes: () => nodeIds,
    random: parts.random ?? Math.random,
    ...(parts.newId === undefined ? {} : { newId: parts.newId }),
    log,
  });
  const quirks = createQuirkBook({
    documents: store.documents,
    entries: parts.quirks ?? [],
    failed: (err) => log.error({ err }, "what a station taught could not be kept"),
  });
  await quirks.open();
  const devices = createDevices({ configs: parts.devices ?? [], clock, log });
  const idTokens = await openIdTokenBook({
    documents: store.documents,
    configured: fixedIdTokens(parts.idTokens === null ? null : [...parts.idTokens].map(plainToken)),
    log,
  });
  let central: CentralSystem | null = null;
  let pileUrl = "";
  const lines = withConnections(log, (stationId) => central?.connectionOf(stationId) ?? null);
  const link: StationLink = {
    send: async (stationId, command) =>
      central === null ? { status: "offline", detail: "starting" } : central.link.send(stationId, command),
  };
  const tariffOf = tariffsOfStations(sites, parts.tariffs);
  const stationFiles = createStationFiles({ documents: store.documents, clock, log: lines });
  const costs = createCostBook({ clock, sites, tariffOf, link });
  const operatorLink = checkedLink({
    link,
    files: stationFiles,
    securityOf: (stationId) => registeredSecurity(registry, stationId),
    driverTariff: (stationId) => {
      const tariff = tariffOf(stationId);
      return tariff === null ? null : driverTariffOf(tariff, clock.now());
    },
  });
  const control = createControl({
    clock,
    sites,
    signals: createSignalSource({ sites, tariffs: parts.tariffs, prices: parts.prices, events: vtn.events }),
    events: vtn.events,
    ledger: store.ledger,
    telemetry: store.telemetry,
    documents: store.documents,
    link: operatorLink,
    heard: (event) => costs.heard(event),
    quirks,
    devices,
    policy: parts.policy,
    settings: parts.settings,
    log: lines,
    idTokens,
  });
  const customerReports = createCustomerReports(clock);
  const inventory = createInventory({
    clock,
    files: stationFiles,
    link,
    log: lines,
    random: parts.random ?? Math.random,
  });
  const siteIds = new Map(sites.flatMap((site) => site.stations.map(({ id }) => [id, site.id] as const)));
  const localLists = createLocalLists({
    clock,
    tokens: idTokens,
    files: stationFiles,
    link,
    siteOf: (stationId) => siteIds.get(stationId) ?? null,
    log: lines,
    random: parts.random ?? Math.random,
  });
  central = createCentralSystem({
    clock,
    note: (news) => {
      stationFiles.tell(news);
      customerReports.tell(news);
      control.told(news);
    },
    transfers: transferHooks([costMessages(costs)]),
    gateway: {
      ...control,
      costSoFar: (stationId, transactionId) => costs.costSoFar(stationId, transactionId),
      report: (event) => {
        control.report(event);
        localLists.heard(event);
        if (parts.asksSettings === true) inventory.heard(event);
      },
    },
    registry,
    documents: store.documents,
    quirks,
    log: lines,
    settings: parts.ocpp,
    ...(parts.localCa?.signs == null ? {} : { authority: parts.localCa.signs }),
    evseElectrics: electricsOf(sites),
    configured: stationIds,
    timeZone: zoneOf(sites),
  });
  const settings = parts.files ?? null;
  const files =
    settings === null ? null : await openFileExchange({ settings, documents: store.documents, clock, log });
  const command = (stationId: string, asked: StationCommand) => control.command(stationId, asked);
  const observed = observe({ central, control, store: parts.vitals ?? null, nowMs: () => clock.now() });
  const app = await createServer({
    metrics: observed.metrics,
    checks: [
      ...planChecks(control, () => clock.now()),
      ...deviceChecks(() => devices.states()),
      ...(parts.checks ?? []),
    ],
    operations: files === null ? control : { ...control, command: withFileLocations(command, files) },
    ...(files === null ? {} : { fileExchange: files }),
    clock,
    verifier: { verify },
    guesses,
    messages: central.messages,
    stationFiles,
    quirks,
    devices,
    sharing: control.sharing,
    telemetry: store.telemetry,
    customerReports,
    idTokens,
    localLists,
    ...(control.dischargeProbes === null ? {} : { dischargeProbes: control.dischargeProbes }),
    settingsProfiles: createSettingsProfiles({ files: stationFiles, link }),
    stationAdmin: stationAdminOf({
      registry,
      sites,
      dismiss: (stationId) => central?.dismiss(stationId),
      pileUrl: () => pileUrl,
    }),
    stationSecurity: stationSecurityOf({
      registry,
      link: central.link,
      files: stationFiles,
      served: servedProfiles(parts.tls ?? null),
      versionOf: (stationId) =>
        control.stations().find((row) => row.stationId === stationId)?.version ?? null,
      ownUrl: () => pileUrl,
      stationIds,
    }),
    vtnPlugin: vtn.plugin,
    // The plugin registers itself under the standard's prefix.
    vtnPrefix: "",
    logger: log,
    openPage: parts.openPage,
    instance: instanceOf(parts.secret),
  });
  central.attach(app.server);
  let tls: RunningTls | null = null;
  const close = async (): Promise<void> => {
    costs.stop();
    inventory.stop();
    localLists.stop();
    await control.stop();
    devices.stop();
    await central?.close();
    await stationFiles.flush();
    files?.close();
    await observed.close();
    await app.close();
    await tls?.close();
  };
  try {
    if (parts.tls != null) tls = openTls(app, parts.tls, log);
    if (tls !== null) central.attach(tls.server);
    await control.start();
    devices.start();
    await listen(parts.listen, "server", () => app.listen(parts.listen));
    if (tls !== null && parts.tls != null) await listen(parts.tls.files, "server.tls", tls.listen);
    await observed.listen(parts.metricsPort ?? null);
  } catch (error) {
    await close();
    throw error;
  }
  const port = portOf(app.server.address());
  const host = ownHost(parts.listen.host);
  const running = central;
  const tlsPort = tls?.port() ?? null;
  pileUrl = pileUrlOf({ ...parts.listen, port }, parts.tls?.files, tlsPort);
  return {
    url: `http://${host}:${port}`,
    stationUrl: `ws://${host}:${port}/ocpp/`,
    tlsPort,
    pileUrl,
    control,
    central: running,
    quirks,
    accounts,
    registry,
    vtn,
    devices: () => devices.states(),
    idle: () => running.idle() && control.idle(),
    close,
  };
};

const listen = async (
  { host, port }: ServerParts["listen"],
  key: "server" | "server.tls",
  start: () => Promise<unknown>,
): Promise<void> => {
  try {
    await start();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw listenFault(code, { host, port, key }) ?? error;
  }
};

const pileUrlOf = (
  { host, port }: ServerParts["listen"],
  tls: { readonly host: string } | undefined,
  tlsPort: number | null,
): string =>
  tls === undefined || tlsPort === null
    ? `ws://${pileHost(host)}:${port}/ocpp/`
    : `wss://${pileHost(tls.host)}:${tlsPort}/ocpp/`;
/** The tariff that bills each station; none where prices come from a table. */
const tariffsOfStations = (sites: readonly Site[], tariffs: readonly Tariff[]) => {
  const byId = new Map(tariffs.map((tariff) => [tariff.id, tariff]));
  const found = new Map(
    sites.flatMap((site) =>
      site.stations.map(
        ({ id }) => [id, byId.get(meterOfStation(site, id)?.tariffId ?? "") ?? null] as const,
      ),
    ),
  );
  return (stationId: string): Tariff | null => found.get(stationId) ?? null;
};

/** Sockets of a host have a port; only a pipe has a name instead. */
const portOf = (address: AddressInfo | string | null): number =>
  address === null || typeof address === "string" ? 0 : address.port;

const zoneOf = (sites: readonly Site[]) => {
  const zones = new Map(sites.flatMap((site) => site.stations.map(({ id }) => [id, site.timeZone] as const)));
  return (stationId: string) => zones.get(stationId) ?? "UTC";
};

/** Worked out once: every meter value asks. */
const electricsOf = (sites: readonly Site[]) => {
  const stations = new Map(
    sites.flatMap((site) => site.stations.map(({ id, evses }) => [id, new Map(evses.map(electricsOfEvse))])),
  );
  return (stationId: string, evseId: number) => stations.get(stationId)?.get(evseId) ?? null;
};

const electricsOfEvse = (evse: Site["stations"][number]["evses"][number]) =>
  [evse.evseId, { voltageV: evse.voltageV, phases: evse.phases, ratedKw: ratedKw(evse) }] as const;
