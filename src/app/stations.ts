import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { type Document, isSeq, parseDocument } from "yaml";
import { YouxuError } from "../domain/errors.js";
import type { StationConfig } from "../domain/site.js";
import { type Installation, openInstallation } from "./installation.js";
import { readConfig } from "./read-config.js";

export interface NewStation {
  readonly id: string;
  /** Site it belongs to; null: the only one. */
  readonly siteId: string | null;
  readonly phases: 1 | 3;
  readonly maxA: number;
  readonly maxDischargeKw: number;
}

export interface AddedStation {
  readonly url: string;
  readonly identity: string;
  readonly password: string;
  /** Whether the station was written into the configuration. */
  readonly written: boolean;
}

/** Gives a station a password, and writes it into the site file when it does not stand there yet. */
export const addStation = async (configPath: string, station: NewStation): Promise<AddedStation> => {
  const installation = await openInstallation(configPath);
  try {
    const known = stationsOf(installation).some(({ id }) => id === station.id);
    const added = await installation.registry.add(station.id);
    if (!known) await writeOrUndo(configPath, station, installation);
    const { host, port } = installation.config.server;
    return { ...added, url: `ws://${shownHost(host)}:${port}/ocpp/${station.id}`, written: !known };
  } finally {
    await installation.close();
  }
};

const writeOrUndo = async (
  configPath: string,
  station: NewStation,
  { registry }: Installation,
): Promise<void> => {
  const before = readFileSync(configPath, "utf8");
  try {
    writeFileSync(configPath, withStation(before, station));
    readConfig(configPath);
  } catch (error) {
    writeFileSync(configPath, before);
    await registry.remove(station.id);
    throw error;
  }
};

/** The YAML text with the station in it; comments and order stay. */
export const withStation = (text: string, station: NewStation): string => {
  const document = parseDocument(text);
  const index = siteIndex(document, station.siteId);
  const { id, phases, maxA, maxDischargeKw } = station;
  const evse = {
    phases,
    voltageV: phases === 1 ? 220 : 230,
    minA: 6,
    maxA,
    ...(maxDischargeKw > 0 ? { maxDischargeKw } : {}),
  };
  const entry = document.createNode({ id, evses: [evse] });
  const path = ["sites", index, "stations"];
  if (isSeq(document.getIn(path))) document.addIn(path, entry);
  else document.setIn(path, document.createNode([{ id, evses: [evse] }]));
  return document.toString({ lineWidth: 110 });
};

const siteIds = z.object({ sites: z.array(z.object({ id: z.string() })) });

const siteIndex = (document: Document, siteId: string | null): number => {
  const ids = siteIds.parse(document.toJS()).sites.map(({ id }) => id);
  if (siteId === null && ids.length === 1) return 0;
  const index = siteId === null ? -1 : ids.indexOf(siteId);
  if (index === -1)
    throw new YouxuError("not-found.site", `name the site with --site; there are ${ids.join(", ")}`, "site");
  return index;
};

/** 0.0.0.0 is an address to listen on, not one to type into a pile. */
const shownHost = (host: string): string =>
  host === "0.0.0.0" || host === "::" ? "<this computer's address>" : host;

export interface ListedStation {
  readonly id: string;
  readonly siteId: string;
  readonly hasPassword: boolean;
}

export const listStations = async (configPath: string): Promise<ListedStation[]> => {
  const installation = await openInstallation(configPath);
  try {
    const known = new Set(await installation.registry.identities());
    return stationsOf(installation).map(({ id, siteId }) => ({ id, siteId, hasPassword: known.has(id) }));
  } finally {
    await installation.close();
  }
};

/** Takes a station's password away: it can no longer connect. */
export const removeStation = async (configPath: string, id: string): Promise<void> => {
  const installation = await openInstallation(configPath);
  try {
    if (!(await installation.registry.remove(id)))
      throw new YouxuError("not-found.station", `no station "${id}" has a password of its own here`, "id");
  } finally {
    await installation.close();
  }
};

const stationsOf = ({ config }: Installation): readonly StationConfig[] =>
  config.sites.flatMap(({ stations }) => stations);
