import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createAccounts } from "../accounts/accounts.js";
import { createStationRegistry } from "../accounts/station-registry.js";
import { isScope } from "../accounts/scopes.js";
import { randomSecret } from "../accounts/secrets.js";
import type { Config } from "../config/index.js";
import { WallClock } from "../ports/clock.js";
import { type Flags, readConfig } from "./read-config.js";
import { openStore, type Store } from "../store/open-store.js";

/** The installation's secret, made at first use and readable by its owner only. */
const installationSecret = (file: string): string => {
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
