import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createAccounts } from "../accounts/accounts.js";
import { createStationRegistry } from "../accounts/station-registry.js";
import { isScope } from "../accounts/scopes.js";
import { countCredentials } from "../accounts/credentials.js";
import { keepSecretCheck } from "../accounts/secret-check.js";
import { randomSecret } from "../accounts/secrets.js";
import type { Config } from "../config/index.js";
import { counted } from "../domain/figures.js";
import { YouxuError } from "../domain/errors.js";
import { WallClock } from "../ports/clock.js";
import type { Documents } from "../ports/documents.js";
import { type Flags, readConfig } from "./read-config.js";
import { statedSecurity } from "./station-security.js";
import { openStore, type Store } from "../store/open-store.js";

/**
 * The installation's secret, made at first use and readable by its owner only. One that is missed by a
 * database full of credentials is lost: a new one would silently lock every station and token out.
 */
const installationSecret = async (file: string, { path, documents }: StoreAt): Promise<string> => {
  if (!existsSync(file)) {
    const { stations, tokens, clients } = await countCredentials(documents);
    if (stations + tokens + clients > 0)
      throw new YouxuError(
        "secret.lost",
        `there is no secret here, but ${path} holds ${counted(stations, "station password")}, ${counted(tokens, "token")} and ${counted(clients, "client")} that only the old one can check`,
        file,
      );
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${randomSecret()}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  }
  return readFileSync(file, "utf8").trim();
};

interface StoreAt {
  readonly path: string;
  readonly documents: Documents;
}

/** The store of an installation with the books of stations and tokens. */
export interface Installation {
  readonly config: Config;
  readonly secret: string;
  readonly store: Store;
  readonly registry: ReturnType<typeof createStationRegistry>;
  readonly accounts: ReturnType<typeof createAccounts>;
  /** Whether the secret is the one that the stored passwords and tokens were made with. */
  readonly secretFits: boolean;
  close(): Promise<void>;
}

/**
 * Opens an installation whose secret can check what its store holds.
 *
 * @throws YouxuError `secret.lost` where the secret is missing, `secret.other` where it is that of another store.
 */
export const openInstallation = async (path: string, flags: Flags = {}): Promise<Installation> => {
  const installation = await openToList(path, flags);
  if (installation.secretFits) return installation;
  await installation.close();
  const { secretFile, path: databasePath } = installation.config.store;
  throw new YouxuError(
    "secret.other",
    `this is not the secret that the passwords and tokens in ${databasePath} were made with`,
    secretFile,
  );
};

/** The same to look at what is there and to take it away, for which another secret does too. */
export const openToList = async (path: string, flags: Flags = {}): Promise<Installation> => {
  const { config } = readConfig(path, flags);
  const { path: databasePath, secretFile } = config.store;
  const store = await openStore({ path: databasePath });
  try {
    const secret = await installationSecret(secretFile, { path: databasePath, documents: store.documents });
    const standing = await keepSecretCheck(store.documents, secret);
    return { ...installationOf(config, store, secret), secretFits: standing === "fits" };
  } catch (error) {
    await store.close();
    throw error;
  }
};

const installationOf = (config: Config, store: Store, secret: string): Omit<Installation, "secretFits"> => {
  const { documents } = store;
  return {
    config,
    secret,
    store,
    registry: createStationRegistry({
      documents,
      pepper: secret,
      configured: passwordsOf(config),
      stated: statedSecurity(config.sites),
    }),
    accounts: createAccounts({ documents, secret, clock: new WallClock(), clients: clientsOf(config) }),
    close: () => store.close(),
  };
};

const passwordsOf = ({ stationPasswords }: Config) =>
  [...stationPasswords].map(([id, password]) => ({ id, password }));

export const clientsOf = ({ api }: Config) =>
  api.clients.map(({ id, secret, scopes }) => ({ id, name: id, secret, scopes: scopes.filter(isScope) }));
