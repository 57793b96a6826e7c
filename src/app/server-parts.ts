import type { FastifyBaseLogger } from "fastify";
import type { Accounts } from "../accounts/accounts.js";
import type { ConfiguredClient } from "../accounts/clients.js";
import type { ManagedStationRegistry } from "../accounts/station-registry.js";
import type { CertificateBook } from "../certificates/book.js";
import type { Control, ControlSettings, Policy } from "../control/contract.js";
import type { DeviceConfig, DeviceState } from "../domain/device.js";
import type { QuirkEntry } from "../domain/quirks.js";
import type { Site } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import type { HttpTransferHook } from "../domain/transfer-hook.js";
import type { CentralSettings, CentralSystem } from "../ocpp/index.js";
import type { Vtn } from "../openadr/vtn/vtn.js";
import type { CertificateAuthority } from "../ports/certificate-authority.js";
import type { Clock } from "../ports/clock.js";
import type { Documents } from "../ports/documents.js";
import type { HealthCheck } from "../ports/health.js";
import type { Ledger } from "../ports/ledger.js";
import type { PlugAndCharge } from "../ports/plug-and-charge.js";
import type { PriceTables } from "../ports/price-tables.js";
import type { QuirkBook } from "../ports/quirk-book.js";
import type { Telemetry } from "../ports/telemetry.js";
import type { ExchangeSettings } from "../store/files/exchange.js";
import type { StoreVitals } from "./metrics.js";
import type { StatedToken } from "./stated-tokens.js";
import type { TlsParts } from "./tls.js";

/** Everything that a server is made of; the same for `serve`, the demonstration and wire simulations. */
export interface ServerParts {
  readonly clock: Clock;
  readonly sites: readonly Site[];
  /** Meters, PV inverters and batteries that are reached over MQTT, Modbus TCP and HTTP; absent: none. */
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
  /** Asks about certificates and contracts of cars; left out: nobody is asked. */
  readonly plugAndCharge?: PlugAndCharge;
  /** Token that the page on loopback is given; null: the page asks for one. */
  readonly openPage: { readonly token: string } | null;
  /** How the store fares, for metrics; left out where nothing is kept. */
  readonly vitals?: StoreVitals;
  /** What must stand well, besides sites, ledger and plans, for /health/ready. */
  readonly checks?: readonly HealthCheck[];
  /** Port of loopback at which metrics are told without a token; null: none. */
  readonly metricsPort?: number | null;
  /** Programs of the operator's own that answer what vendors defined; left out: none. */
  readonly transferHooks?: readonly HttpTransferHook[];
  /** Where webhooks and transfer hooks may go; left out: to public addresses alone. */
  readonly webhooks?: { readonly privateAddresses: boolean };
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
