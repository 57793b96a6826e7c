import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createAccounts } from "../accounts/accounts.js";
import { createStationRegistry } from "../accounts/station-registry.js";
import { isScope } from "../accounts/scopes.js";
import { randomSecret } from "../accounts/secrets.js";
import { YouxuError } from "../domain/errors.js";
import { type Config, type ConfigFile, loadConfig, type OriginOf } from "../config/index.js";
import { WallClock } from "../ports/clock.js";
import { openStore, type Store } from "../store/open-store.js";

export type Flags = Readonly<Record<string, unknown>>;

/** Faults of a configuration, all at once. */
export class ConfigFaults extends Error {
  constructor(readonly faults: readonly YouxuError[]) {
    super(`${faults.length} problems in the configuration`);
  }
}

/** The configuration of a file, environment and flags; throws all its faults at once. */
export const readConfig = (
  path: string,
  flags: Flags = {},
): { config: Config; originOf: OriginOf; file: ConfigFile } => {
  if (!existsSync(path)) throw new YouxuError("config.not-found", `there is no ${path}`, path);
  const loaded = loadConfig({ path, env: process.env, flags });
  if (!loaded.ok) throw new ConfigFaults(loaded.errors);
  return loaded;
};

/** The installation's secret, made at first use and readable by its owner only. */
export const installationSecret = (file: string): string => {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${randomSecret()}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  }
  return readFileSync(file, "utf8").trim();
};

/** The store of an installation with the books of stations and tokens. */
export interface Installation {
  readonly config: Config;
  readonly secret: string;
  readonly store: Store;
  readonly registry: ReturnType<typeof createStationRegistry>;
  readonly accounts: ReturnType<typeof createAccounts>;
  close(): Promise<void>;
}

export const openInstallation = async (path: string, flags: Flags = {}): Promise<Installation> => {
  const { config } = readConfig(path, flags);
  const secret = installationSecret(config.store.secretFile);
  const store = await openStore({ path: config.store.path });
  const { documents } = store;
  return {
    config,
    secret,
    store,
    registry: createStationRegistry({ documents, pepper: secret, configured: passwordsOf(config) }),
    accounts: createAccounts({ documents, secret, clock: new WallClock(), clients: clientsOf(config) }),
    close: () => store.close(),
  };
};

const passwordsOf = ({ stationPasswords }: Config) =>
  [...stationPasswords].map(([id, password]) => ({ id, password }));

export const clientsOf = ({ api }: Config) =>
  api.clients.map(({ id, secret, scopes }) => ({ id, name: id, secret, scopes: scopes.filter(isScope) }));
