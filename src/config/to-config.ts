import { dirname, resolve } from "node:path";
import { YouxuError } from "../domain/errors.js";
import type { QuirkEntry } from "../domain/quirks.js";
import type { Site } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, SLOT_MS } from "../domain/units.js";
import type { PriceFileOptions } from "../signals/sources/reading.js";
import type { Config } from "./config.js";
import type { ConfigFile } from "./config-schema.js";
import { resolveSecret, type SecretContext, type SecretFile } from "./secrets.js";
import { toSite } from "./site-schema.js";
import { toDevices } from "./to-devices.js";
import { toPlugAndCharge } from "./to-plug-and-charge.js";
import type { Path } from "./yaml-places.js";

interface Surroundings {
  /** Absolute. */
  readonly path: string;
  /** From the tariff files. */
  readonly tariffs: readonly Tariff[];
  /** From the quirks file. */
  readonly quirks: readonly QuirkEntry[];
  readonly secrets: SecretContext;
}

const priceOptions = (
  price: ConfigFile["prices"][number],
  sites: readonly Site[],
  folder: string,
): PriceFileOptions => {
  const sells = (site: Site): boolean =>
    site.meteringPoints.some(({ sellPriceId }) => sellPriceId === price.id);
  const site = sites.find(sells) ?? sites[0];
  return {
    id: price.id,
    file: resolve(folder, price.file),
    currency: price.currency ?? site?.currency ?? "CNY",
    timeZone: price.timeZone ?? site?.timeZone ?? "UTC",
    unit: price.unit ?? null,
  };
};

interface Shape {
  readonly pattern: RegExp;
  readonly wanted: string;
}

/** What OCPP's Basic authentication allows as a password. */
const PASSWORD: Shape = { pattern: /^[\x21-\x7e]{16,40}$/, wanted: "16–40 visible characters" };

/** What may follow "Bearer" (RFC 6750), long enough that nobody guesses it. */
const TOKEN: Shape = {
  pattern: /^[A-Za-z0-9._~+/-]{16,4096}=*$/,
  wanted: "16 or more of A–Z a–z 0–9 - . _ ~ + /, or nobody could send it or anybody guess it",
};
const CLIENT_SECRET: Shape = { pattern: /^.{16,4096}$/s, wanted: "16 or more characters" };

/** As Standard Webhooks has it: 24 to 64 bytes in base64. */
const SIGNING_SECRET: Shape = {
  pattern: /^whsec_(?=.{32,88}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  wanted: "whsec_ and 24 to 64 bytes in base64: `echo whsec_$(openssl rand -base64 32)` makes one",
};

/** The configuration as the program uses it, and the secrets that could not be had. */
export const toConfig = (
  file: ConfigFile,
  { path, tariffs, quirks, secrets }: Surroundings,
): { config: Config; errors: YouxuError[] } => {
  const folder = dirname(path);
  const errors: YouxuError[] = [];
  const secret = (written: SecretFile, at: Path): string => {
    const found = resolveSecret(written, at, secrets);
    if (!(found instanceof YouxuError)) return found;
    errors.push(found);
    return "";
  };
  const shaped = (written: SecretFile, at: Path, { pattern, wanted }: Shape): string => {
    const text = secret(written, at);
    if (text !== "" && !pattern.test(text))
      errors.push(new YouxuError("config.invalid", wanted, secrets.placeOf(at)));
    return text;
  };
  const sites = file.sites.map(toSite);
  const config: Config = {
    file: path,
    server: { ...file.server, tls: tlsOf(file, folder) },
    metrics: file.metrics,
    webhooks: file.webhooks,
    transferHooks: file.transferHooks.map(({ secret: written, timeoutSeconds, ...hook }, index) => ({
      ...hook,
      secret: shaped(written, ["transferHooks", index, "secret"], SIGNING_SECRET),
      timeoutMs: timeoutSeconds * SECOND_MS,
    })),
    localCa:
      file.localCa === undefined ? null : { ...file.localCa, folder: resolve(folder, file.localCa.folder) },
    plugAndCharge:
      file.plugAndCharge === undefined ? null : toPlugAndCharge(file.plugAndCharge, { folder, secret }),
    store: {
      path: resolve(folder, file.store.path),
      secretFile: resolve(folder, file.store.secretFile),
      rawDays: file.store.rawDays,
      leastFreeMb: file.store.leastFreeMb,
    },
    sites,
    devices: toDevices(file, { folder, secret }),
    stationPasswords: stationPasswords(file, (written, at) => shaped(written, at, PASSWORD)),
    tariffs: [...file.tariffs, ...tariffs],
    prices: file.prices.map((price) => priceOptions(price, sites, folder)),
    ...settings(file),
    files: filesOf(file, folder),
    quirks,
    idTokens: file.idTokens === null ? null : new Set(file.idTokens),
    api: {
      tokens: file.api.tokens.map((entry, index) => ({
        ...entry,
        token: shaped(entry.token, ["api", "tokens", index, "token"], TOKEN),
      })),
      clients: file.api.clients.map((entry, index) => ({
        ...entry,
        secret: shaped(entry.secret, ["api", "clients", index, "secret"], CLIENT_SECRET),
      })),
    },
  };
  return { config, errors };
};

const tlsOf = ({ server: { tls } }: ConfigFile, folder: string): Config["server"]["tls"] => {
  if (tls === undefined) return null;
  const at = (path: string): string => resolve(folder, path);
  return {
    ...tls,
    certificates: tls.certificates.map(({ certFile, keyFile }) => ({
      certFile: at(certFile),
      keyFile: at(keyFile),
    })),
    clientCaFiles: tls.clientCaFiles.map(at),
    clientCrlFiles: tls.clientCrlFiles.map(at),
  };
};

type ReadSecret = (written: SecretFile, at: Path) => string;

const stationPasswords = (file: ConfigFile, secret: ReadSecret): Map<string, string> =>
  new Map(
    file.sites.flatMap(({ stations }, s) =>
      stations.flatMap(({ id, password }, index) =>
        password === undefined
          ? []
          : [[id, secret(password, ["sites", s, "stations", index, "password"])] as const],
      ),
    ),
  );

const MEGABYTE = 1_000_000;

const filesOf = ({ files }: ConfigFile, folder: string): Config["files"] =>
  files === null
    ? null
    : {
        publicUrl: files.publicUrl.replace(/\/+$/, ""),
        folder: resolve(folder, files.folder),
        mostFileBytes: files.fileMegabytes * MEGABYTE,
        mostBytes: files.totalMegabytes * MEGABYTE,
        keepMs: files.keepDays * DAY_MS,
        linkMs: files.linkMinutes * MINUTE_MS,
      };

const settings = ({ ocpp, planning }: ConfigFile): Pick<Config, "ocpp" | "planning"> => ({
  ocpp: {
    callTimeoutMs: ocpp.callTimeoutSeconds * SECOND_MS,
    heartbeatIntervalS: ocpp.heartbeatSeconds,
    maxOfflineDurationS: ocpp.maxOfflineSeconds,
    pingIntervalMs: ocpp.pingSeconds * SECOND_MS,
    openNetworks: ocpp.openNetworks,
  },
  planning: {
    horizonSlots: Math.ceil((planning.horizonHours * HOUR_MS) / SLOT_MS) + 1,
    gatherMs: planning.gatherSeconds * SECOND_MS,
    solver: planning.solver,
    timeLimitMs: planning.timeLimitMs,
    followWithinMs: planning.followSeconds * SECOND_MS,
    answerWithinMs: planning.answerSeconds * SECOND_MS,
  },
});
