import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { LEAST_SECRET_BYTES } from "../../accounts/accounts.js";
import { countCredentials } from "../../accounts/credentials.js";
import { secretStanding } from "../../accounts/secret-check.js";
import { createStationRegistry } from "../../accounts/station-registry.js";
import type { Config } from "../../config/index.js";
import { hintOf } from "../../domain/errors.js";
import { counted, firstOf } from "../../domain/figures.js";
import { TODAYS_VERSION } from "../../store/migrations.js";
import { openStoreToRead, type StoreToRead } from "../../store/open-to-read.js";
import { fault, faultsOf, type Finding, warning, well } from "./finding.js";

/** What the database holds that doctors look at. */
interface Held {
  readonly stations: ReadonlySet<string>;
  readonly credentials: number;
  readonly callers: number;
  /** Whether what it holds was made with another secret than the one in the file. */
  readonly ofAnotherSecret: boolean;
}

const NOTHING: Held = { stations: new Set(), credentials: 0, callers: 0, ofAnotherSecret: false };

/** Folder, database, secret, passwords and tokens; makes nothing that is not there. */
export const storage = async (config: Config): Promise<Finding[]> => {
  const { path } = config.store;
  const where = folder(path);
  if (where.state === "fault") return [where];
  if (!existsSync(path))
    return [where, well("database", `${path} is made at the first start`), ...access(config, NOTHING)];
  try {
    const { state, held } = await read(config.store);
    return [where, state, ...access(config, held)];
  } catch (error) {
    return [where, ...faultsOf("database", error)];
  }
};

const read = async ({ path, secretFile }: Config["store"]): Promise<{ state: Finding; held: Held }> => {
  const store = await openStoreToRead(path);
  try {
    return {
      state: well("database", `${path}, ${await stateOf(store)}`),
      held: store.version === 0 ? NOTHING : await heldIn(store, secretFile),
    };
  } finally {
    await store.close();
  }
};

const stateOf = async (store: StoreToRead): Promise<string> => {
  const running = await store.openSessions();
  return running === null
    ? `of version ${store.version}: the next start of the server brings it to ${TODAYS_VERSION}`
    : counted(running, "running session");
};

const heldIn = async ({ documents }: StoreToRead, secretFile: string): Promise<Held> => {
  const { stations, tokens, clients } = await countCredentials(documents);
  const registry = createStationRegistry({ documents, pepper: "", configured: [] });
  const credentials = stations + tokens + clients;
  const secretHere = existsSync(secretFile) ? readFileSync(secretFile, "utf8").trim() : null;
  const standing = secretHere === null ? "unknown" : await secretStanding(documents, secretHere);
  return {
    stations: new Set(await registry.identities()),
    credentials,
    callers: tokens + clients,
    ofAnotherSecret: standing === "other" && credentials > 0,
  };
};

/** The folder of the database, or the nearest above it that is there: it is made when it is missing. */
const folder = (path: string): Finding => {
  let there = dirname(path);
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    if (!statSync(there).isDirectory()) throw new Error(`${there} is no folder`);
    accessSync(there, constants.W_OK | constants.X_OK);
    return well("folder", there === dirname(path) ? there : `${dirname(path)} is made at the first start`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fault("folder", why, "set store.path to a folder that you may write to, or mend its rights");
  }
};

const access = (config: Config, held: Held): Finding[] => [
  secret(config, held),
  passwords(config, held),
  ...strangers(config, held),
  tokens(config, held),
];

const secret = ({ store: { path, secretFile } }: Config, { credentials, ofAnotherSecret }: Held): Finding => {
  if (!existsSync(secretFile))
    return credentials === 0
      ? well("secret", `${secretFile} is made at the first start`)
      : fault(
          "secret",
          `${secretFile} is missing: nothing can check the ${credentials} passwords and tokens in ${path}`,
          hintOf("secret.lost"),
        );
  if (Buffer.byteLength(readFileSync(secretFile, "utf8").trim()) < LEAST_SECRET_BYTES)
    return fault(
      "secret",
      `${secretFile} holds less than ${LEAST_SECRET_BYTES} characters`,
      "put it back from a backup",
    );
  if (ofAnotherSecret)
    return fault(
      "secret",
      `${secretFile} is not the secret that the ${credentials} passwords and tokens in ${path} were made with`,
      hintOf("secret.other"),
    );
  return (statSync(secretFile).mode & 0o077) === 0
    ? well("secret", secretFile)
    : warning("secret", `${secretFile} can be read by others`, `chmod 600 ${secretFile}`);
};

const SHOWN = 3;

const passwords = ({ sites, stationPasswords }: Config, { stations }: Held): Finding => {
  const all = sites.flatMap((site) => site.stations.map(({ id }) => id));
  const without = all.filter((id) => !stations.has(id) && !stationPasswords.has(id));
  if (without.length === 0) return well("passwords", `${counted(all.length, "station")}, each with one`);
  return warning(
    "passwords",
    `${firstOf(without, SHOWN)} cannot connect: no password`,
    `youxu station add ${without[0]}`,
  );
};

/** Passwords that outlived their station's place in the site file: they let nobody in, and nobody expects them. */
const strangers = ({ sites }: Config, { stations }: Held): Finding[] => {
  const all = new Set(sites.flatMap((site) => site.stations.map(({ id }) => id)));
  const without = [...stations].filter((id) => !all.has(id));
  if (without.length === 0) return [];
  return [
    warning(
      "passwords",
      `${firstOf(without, SHOWN)} ${without.length === 1 ? "has a password and stands" : "have passwords and stand"} in no site: refused once no transaction runs`,
      `write them into the site file again, or: youxu station remove ${without[0]}`,
    ),
  ];
};

const tokens = ({ api }: Config, { callers }: Held): Finding => {
  const count = callers + api.tokens.length + api.clients.length;
  return count > 0
    ? well("tokens", `${counted(count, "credential")} for page, API and grid operators`)
    : warning(
        "tokens",
        "nobody may look at the page, call the API or post an event",
        "youxu token add me; for a grid operator: youxu token add grid --role grid-operator",
      );
};
