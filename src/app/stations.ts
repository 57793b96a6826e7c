import { readFileSync, writeFileSync } from "node:fs";
import { isStationIdentity } from "../accounts/station-registry.js";
import { storedIdentities } from "../accounts/credentials.js";
import { nearest } from "../domain/nearest.js";
import { YouxuError } from "../domain/errors.js";
import type { Site, StationConfig } from "../domain/site.js";
import type { Config } from "../config/index.js";
import { adviceOf, closedHours, closedQuarters } from "./doctor/defaults.js";
import { isLoopback, pileHost } from "./hosts.js";
import { type Installation, openInstallation, openToList } from "./installation.js";
import { readConfig } from "./read-config.js";
import { type NewStation, withStation } from "./station-text.js";

/** What is asked for: the password of a station that stands in the site file, or a new one in it. */
export type StationRequest =
  | { readonly id: string; readonly isNew: false }
  | ({
      readonly isNew: true;
      /** Site it belongs to; null: the only one. */
      readonly siteId: string | null;
    } & NewStation);

export interface AddedStation {
  readonly url: string;
  readonly identity: string;
  readonly password: string;
  /** Whether the station was written into the configuration. */
  readonly written: boolean;
  /** The same without TLS, for a station that may come so (profile 1); null: `url` is the only one. */
  readonly plainUrl: string | null;
  /** Key of the host by which the server listens to this computer only, so that no pile can reach it; null: others can. */
  readonly onlyHereBy: "server.host" | "server.tls.host" | null;
  /**
   * What the station changes for every car of its site while the server is off or has not planned; null:
   * nothing.
   */
  readonly consequence: string | null;
}

/** Gives a station a password; a new one is written into the site file first. */
export const addStation = async (configPath: string, request: StationRequest): Promise<AddedStation> => {
  mustBeIdentity(request.id);
  const installation = await openInstallation(configPath);
  try {
    const { config } = installation;
    const undo = request.isNew ? writeStation(configPath, request, installation) : null;
    if (!request.isNew) mustStandThere(configPath, request.id, installation);
    const added = await passwordFor(request.id, installation).catch((error: unknown) => {
      undo?.();
      throw error;
    });
    const { url, plainUrl, host, hostKey } = stationAddress(config, request.id);
    const consequence = request.isNew ? consequenceOf(config, readConfig(configPath).config) : null;
    const onlyHereBy = isLoopback(host) ? hostKey : null;
    return { ...added, url, plainUrl, written: request.isNew, onlyHereBy, consequence };
  } finally {
    await installation.close();
  }
};

export interface GivenPassword {
  readonly identity: string;
  readonly url: string;
  readonly password: string;
}

/** Gives every station of the site file that has no password one; those that need none get none. */
export const addAllStations = async (configPath: string): Promise<GivenPassword[]> => {
  const installation = await openInstallation(configPath);
  const { registry, config } = installation;
  try {
    const known = new Set(await registry.identities());
    const given: GivenPassword[] = [];
    for (const { id } of stationsOf(installation).filter((station) => !known.has(station.id)))
      given.push({ ...(await registry.add(id)), url: stationAddress(config, id).url });
    return given;
  } finally {
    await installation.close();
  }
};

const mustBeIdentity = (id: string): void => {
  if (!isStationIdentity(id))
    throw new YouxuError("station.identity", `not a station identity: ${JSON.stringify(id)}`, "<identity>");
};

/**
 * The minimum currents of all stations share what is free: one more may close hours for all of them, or find them
 * closed.
 */
const consequenceOf = (before: Config, after: Config): string | null => {
  const changed = after.sites.find((site, index) => {
    const old = before.sites[index];
    const known = old === undefined ? new Set<string>() : closedQuarters(old);
    return [...closedQuarters(site)].some((closed) => !known.has(closed));
  });
  if (changed === undefined) return null;
  const closed = closedHours(changed);
  return closed === null ? null : `without the server, ${closed}: ${adviceOf(changed)}`;
};

/** Where a station connects: with TLS where there is some, but for what its owner keeps on plain websockets. */
const stationAddress = ({ server, sites }: Config, id: string) => {
  const station = sites.flatMap(({ stations }) => stations).find((each) => each.id === id);
  const profile = station?.securityProfile ?? null;
  const plainUrl = urlOf("ws", server, id);
  if (server.tls === null || (profile ?? 2) < 2)
    return { url: plainUrl, plainUrl: null, host: server.host, hostKey: "server.host" as const };
  const url = urlOf("wss", server.tls, id);
  const { host } = server.tls;
  return { url, plainUrl: profile === null ? plainUrl : null, host, hostKey: "server.tls.host" as const };
};

const urlOf = (scheme: "ws" | "wss", { host, port }: { host: string; port: number }, id: string): string =>
  `${scheme}://${pileHost(host)}:${port}/ocpp/${id}`;

const mustStandThere = (configPath: string, id: string, installation: Installation): void => {
  const known = stationsOf(installation).map((station) => station.id);
  if (known.includes(id)) return;
  const near = nearest(id, known);
  const advice = near === null ? "" : `did you mean ${near}? if not, `;
  throw new YouxuError(
    "not-found.station",
    `"${id}" stands in no site: ${advice}give --new to write it there`,
    configPath,
  );
};

const passwordFor = async (id: string, { registry }: Installation) => {
  if ((await registry.identities()).includes(id))
    throw new YouxuError(
      "station.exists",
      `${id} has a password already; \`youxu station remove ${id}\` takes it away`,
      id,
    );
  return registry.add(id);
};

/** Writes the station and checks the file as a whole; returns what takes it back. */
const writeStation = (
  configPath: string,
  station: Extract<StationRequest, { isNew: true }>,
  installation: Installation,
): (() => void) => {
  const { sites } = installation.config;
  if (stationsOf(installation).some(({ id }) => id === station.id))
    throw new YouxuError("station.exists", `${station.id} stands there already: leave out --new`, configPath);
  const index = siteIndex(sites, station);
  checkNode(sites[index], station.nodeId);
  const before = readFileSync(configPath, "utf8");
  const undo = (): void => writeFileSync(configPath, before);
  writeFileSync(configPath, withStation(before, index, station));
  try {
    readConfig(configPath);
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
};

const siteIndex = (sites: readonly Site[], { siteId }: { siteId: string | null }): number => {
  const ids = sites.map(({ id }) => id);
  if (siteId === null && ids.length === 1) return 0;
  if (siteId === null) throw new YouxuError("usage.invalid", `name the site: ${ids.join(", ")}`, "--site");
  const index = ids.indexOf(siteId);
  if (index === -1) throw unknownName("not-found.site", { what: "site", name: siteId, known: ids });
  return index;
};

const checkNode = (site: Site | undefined, nodeId: string | null): void => {
  const ids = site?.nodes.map(({ id }) => id) ?? [];
  if (nodeId !== null && !ids.includes(nodeId))
    throw unknownName("usage.invalid", { what: "node", name: nodeId, known: ids });
};

const unknownName = (
  code: "not-found.site" | "usage.invalid",
  { what, name, known }: { what: string; name: string; known: readonly string[] },
): YouxuError => {
  const near = nearest(name, known);
  const advice = near === null ? `there are ${known.join(", ")}` : `did you mean ${near}?`;
  return new YouxuError(code, `no ${what} is called "${name}"; ${advice}`, `--${what}`);
};

export interface ListedStation {
  readonly id: string;
  readonly siteId: string;
  readonly hasPassword: boolean;
  /** It was given one, which only a secret that is not here can check. */
  readonly ofAnotherSecret: boolean;
}

export const listStations = async (configPath: string): Promise<ListedStation[]> => {
  const installation = await openToList(configPath);
  const { registry, store, secretFits, config } = installation;
  try {
    const known = new Set(await registry.identities());
    const stored = new Set(secretFits ? [] : await storedIdentities(store.documents));
    return stationsOf(installation).map(({ id, siteId }) => {
      const ofAnotherSecret = stored.has(id) && !config.stationPasswords.has(id);
      return { id, siteId, hasPassword: known.has(id) && !ofAnotherSecret, ofAnotherSecret };
    });
  } finally {
    await installation.close();
  }
};

/** Takes a station's password away: it can no longer connect. Tells whether it still stands in the site file. */
export const removeStation = async (configPath: string, id: string): Promise<{ stands: boolean }> => {
  const installation = await openToList(configPath);
  try {
    const stands = stationsOf(installation).some((station) => station.id === id);
    if (await installation.registry.remove(id)) return { stands };
    const fixed = installation.config.stationPasswords.has(id);
    const why = fixed ? "has its password from the site file: change it there" : "has no password";
    throw new YouxuError("not-found.station", `"${id}" ${why}`, configPath);
  } finally {
    await installation.close();
  }
};

const stationsOf = ({ config }: Installation): readonly StationConfig[] =>
  config.sites.flatMap(({ stations }) => stations);
