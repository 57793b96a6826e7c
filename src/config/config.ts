import type { QuirkEntry } from "../domain/quirks.js";
import type { DeviceConfig } from "../domain/device.js";
import type { EmaidsByHashes } from "../domain/plug-and-charge.js";
import type { Site } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import type { HttpTransferHook } from "../domain/transfer-hook.js";
import type { PriceFileOptions } from "../signals/sources/reading.js";
import type { ConfigFile } from "./config-schema.js";

type Api = ConfigFile["api"];

/** Where it listens with TLS; file paths are absolute. */
export interface TlsConfig {
  readonly host: string;
  readonly port: number;
  readonly certificates: readonly { readonly certFile: string; readonly keyFile: string }[];
  readonly clientCaFiles: readonly string[];
  readonly clientCrlFiles: readonly string[];
}

export interface LocalCaConfig {
  /** Absolute. */
  readonly folder: string;
  readonly signs: boolean;
  readonly stationDays: number;
}

/** Whom stations' questions about cars' certificates are taken to; file paths are absolute. */
export interface PlugAndChargeConfig {
  readonly responders: readonly string[];
  readonly caFiles: readonly string[];
  /** Which eMAIDs a contract that is named by hashes alone is good for. */
  readonly emaidsByHashes: EmaidsByHashes;
  readonly timeoutMs: number;
  /** null: contracts are not fetched. */
  readonly pool: {
    /** Without a slash at the end. */
    readonly url: string;
    /** A bearer token, or who grants them. */
    readonly authorization:
      | string
      | {
          readonly tokenUrl: string;
          readonly clientId: string;
          readonly clientSecret: string;
          readonly audience: string | null;
        };
  } | null;
}

/** The one validated configuration, as the program uses it. Paths are absolute, secrets resolved. */
export interface Config {
  /** The file it was read from. */
  readonly file: string;
  readonly server: { readonly host: string; readonly port: number; readonly tls: TlsConfig | null };
  readonly localCa: LocalCaConfig | null;
  /** null: nobody is asked. */
  readonly plugAndCharge: PlugAndChargeConfig | null;
  readonly store: {
    readonly path: string;
    readonly secretFile: string;
    readonly rawDays: number;
    readonly leastFreeMb: number;
  };
  readonly metrics: { readonly loopbackPort: number | null };
  readonly webhooks: { readonly privateAddresses: boolean };
  readonly transferHooks: readonly HttpTransferHook[];
  readonly sites: readonly Site[];
  /** Meters, PV inverters and batteries of all sites. */
  readonly devices: readonly DeviceConfig[];
  /** Basic passwords of stations that the file gives one, by identity. */
  readonly stationPasswords: ReadonlyMap<string, string>;
  readonly tariffs: readonly Tariff[];
  /** `file` is absolute; read it with `parsePrices`. */
  readonly prices: readonly PriceFileOptions[];
  readonly ocpp: {
    readonly callTimeoutMs: number;
    readonly heartbeatIntervalS: number;
    readonly maxOfflineDurationS: number;
    readonly pingIntervalMs: number;
    readonly openNetworks: readonly string[];
  };
  /** Of the quirks file. */
  readonly quirks: readonly QuirkEntry[];
  readonly planning: {
    readonly horizonSlots: number;
    readonly gatherMs: number;
    readonly solver: ConfigFile["planning"]["solver"];
    readonly timeLimitMs: number;
    readonly followWithinMs: number;
    readonly answerWithinMs: number;
  };
  /** Exchange of files with stations; null: none. Sizes in bytes. */
  readonly files: {
    readonly publicUrl: string;
    /** Absolute. */
    readonly folder: string;
    readonly mostFileBytes: number;
    readonly mostBytes: number;
    readonly keepMs: number;
    readonly linkMs: number;
  } | null;
  /** null: all may charge. */
  readonly idTokens: ReadonlySet<string> | null;
  readonly api: {
    readonly tokens: readonly {
      readonly name: string;
      readonly token: string;
      readonly scopes: Api["tokens"][number]["scopes"];
    }[];
    readonly clients: readonly {
      readonly id: string;
      readonly secret: string;
      readonly scopes: Api["clients"][number]["scopes"];
    }[];
  };
}

/** Where a value comes from: `youxu.yaml:3:13`, `YOUXU_SERVER_PORT`, `flag server.port`, `default`. */
export type OriginOf = (path: string) => string;
