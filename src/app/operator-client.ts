import { createWriteStream, existsSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createParser } from "eventsource-parser";
import { z } from "zod";
import type { CommandOutcome, OperatorCommand, StationCommand } from "../domain/command.js";
import { whyUnopened } from "../domain/unread-file.js";
import { ERROR_CATALOGUE } from "../domain/error-catalogue.js";
import { type ErrorCode, YouxuError } from "../domain/errors.js";
import { type StationEvent, stationEventSchema } from "../domain/station-file/events.js";
import { type ShownProfiles, shownProfiles } from "../domain/station-file/compared-profiles.js";
import { type DisplayFile, displayFileSchema } from "../domain/station-file/display.js";
import { type KeptTransfer, transferSchema } from "../domain/station-file/transfers.js";
import { type MonitorsFile, monitorsFileSchema } from "../domain/station-file/monitors.js";
import { type SettingsFile, settingsFileSchema } from "../domain/station-file/settings.js";
import type { CustomerReport } from "../ports/customer-reports.js";
import type { ProbeAsked, ProbeTried } from "../ports/discharge-probes.js";
import type { ListSync } from "../ports/local-lists.js";
import { commandOutcomeSchema } from "../server/schemas/command.js";
import { errorSchema } from "../server/schemas/common.js";
import { loggedMessageSchema } from "../server/schemas/message.js";
import { idTokenList, type newIdToken } from "../server/schemas/id-token.js";
import { listSyncSchema } from "../server/schemas/list-sync.js";
import { appliedProfiles, type settingsProfile } from "../server/schemas/settings-profile.js";
import { type BatteriesFile, batteriesFileSchema } from "../domain/station-file/batteries.js";
import { type GridControlFile, gridControlFileSchema } from "../domain/station-file/grid-control.js";
import { type StationIdentity, stationIdentitySchema } from "../domain/station-file/identity.js";
import { type StationJob, stationJobSchema } from "../domain/station-file/jobs.js";
import { type Reservation, reservationSchema } from "../domain/station-file/reservations.js";
import type { LoggedMessage, MessageFilter, MessageQuery } from "../ports/message-log.js";
import { probeTriedSchema } from "../server/schemas/discharge-probe.js";
import { modelQuirksSchema, type StationQuirksBody, stationQuirksSchema } from "../server/schemas/quirks.js";
import { ownHost } from "./hosts.js";
import { readConfig } from "./read-config.js";

/** Where a running server is, and what opens its API. */
export interface Access {
  /** null: that of the site file. */
  readonly url: string | null;
  readonly configPath: string;
  /** null: that of the environment, `YOUXU_TOKEN`. */
  readonly token: string | null;
}

const serverUrl = ({ url, configPath }: Access): string => {
  if (url !== null) {
    if (/^https?:\/\/[^/]/i.test(url) && URL.canParse(url)) return url.replace(/\/+$/, "");
    throw new YouxuError("usage.invalid", `"${url}": an address such as http://127.0.0.1:8180`, "--url");
  }
  const { host, port } = readConfig(configPath).config.server;
  return `http://${ownHost(host)}:${port}`;
};

const tokenOf = ({ token }: Access): string => {
  const found = token ?? process.env["YOUXU_TOKEN"] ?? "";
  if (found === "")
    throw new YouxuError("auth.missing", "no token: give --token, or set YOUXU_TOKEN", "--token");
  return found;
};

const isCode = (code: string): code is ErrorCode => code in ERROR_CATALOGUE;

/** What the server said, as if it had happened here. */
export const refusalOf = async (response: Response, url: string): Promise<YouxuError> => {
  const text = await response.text();
  const read = errorSchema.safeParse(parsed(text));
  if (!read.success || !isCode(read.data.code))
    return new YouxuError("connect.failed", `${response.status} ${text.slice(0, 300)}`, url);
  return new YouxuError(read.data.code, read.data.message, placeHere(read.data.place ?? ""));
};

/** A place in a request as those know it who wrote no request: of a command line. */
const placeHere = (place: string): string => {
  if (place === "header.authorization") return "--token";
  if (place.startsWith("body.selection")) return "stations";
  // Of a path the message names what is at fault; fields are called as in the documentation.
  return place.startsWith("params.") ? "" : place.replace(/^(?:body|query)\.?/, "");
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Asks the API of a running server; what it refuses is thrown as if it had happened here. */
export const ask = async (access: Access, path: string, init: RequestInit = {}): Promise<Response> => {
  const url = serverUrl(access);
  const headers = { authorization: `Bearer ${tokenOf(access)}`, "content-type": "application/json" };
  const response = await fetch(`${url}/api/v1${path}`, { ...init, headers }).catch((error: unknown) => {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new YouxuError("connect.failed", cause, url);
  });
  if (!response.ok) throw await refusalOf(response, url);
  return response;
};

export const stationPath = (stationId: string): string => `/stations/${encodeURIComponent(stationId)}`;

/** What an operator may ask: the plan keeps schedules to itself. */
export type AskableCommand =
  | OperatorCommand
  | Extract<StationCommand, { kind: "trigger" | "remote-start" | "remote-stop" | "get-composite" }>;

/** Has a running server ask a station for something. */
export const commandStation = async (
  access: Access,
  stationId: string,
  command: AskableCommand,
): Promise<CommandOutcome> => {
  const init = { method: "POST", body: JSON.stringify(command) };
  const response = await ask(access, `${stationPath(stationId)}/commands`, init);
  return commandOutcomeSchema.parse(await response.json());
};

/** Settings of a station as it last told them; `contains` of their names. */
export const knownSettings = async (
  access: Access,
  stationId: string,
  contains: string | undefined,
): Promise<SettingsFile> => {
  const query = contains === undefined ? "" : `?${new URLSearchParams({ contains }).toString()}`;
  const response = await ask(access, `${stationPath(stationId)}/settings${query}`);
  return settingsFileSchema.parse(await response.json());
};

/** Controls of what a station feeds into the grid, as it last told them. */
export const gridControls = async (access: Access, stationId: string): Promise<GridControlFile> => {
  const response = await ask(access, `${stationPath(stationId)}/grid-controls`);
  return gridControlFileSchema.parse(await response.json());
};

/** Batteries of a swap station. */
export const stationBatteries = async (access: Access, stationId: string): Promise<BatteriesFile> => {
  const response = await ask(access, `${stationPath(stationId)}/batteries`);
  return batteriesFileSchema.parse(await response.json());
};

/** What a station found worth telling, oldest first. */
export const stationEvents = async (access: Access, stationId: string): Promise<StationEvent[]> => {
  const response = await ask(access, `${stationPath(stationId)}/events`);
  return z.array(stationEventSchema).parse(await response.json());
};

/** Monitors of a station as it last told them. */
export const stationMonitors = async (access: Access, stationId: string): Promise<MonitorsFile> =>
  monitorsFileSchema.parse(await (await ask(access, `${stationPath(stationId)}/monitors`)).json());

/** Has a running server give the stations of a site the same settings. */
export const applySettings = async (
  access: Access,
  site: string,
  profile: z.input<typeof settingsProfile>,
): Promise<z.infer<typeof appliedProfiles>> => {
  const init = { method: "POST", body: JSON.stringify(profile) };
  const response = await ask(access, `/sites/${encodeURIComponent(site)}/settings`, init);
  return appliedProfiles.parse(await response.json());
};

/** Charging profiles that a station holds, as it last told them. */
export const stationChargingProfiles = async (access: Access, stationId: string): Promise<ShownProfiles> =>
  shownProfiles.parse(await (await ask(access, `${stationPath(stationId)}/charging-profiles`)).json());

/** What a station's display shows, as it last told it. */
export const stationDisplay = async (access: Access, stationId: string): Promise<DisplayFile> =>
  displayFileSchema.parse(await (await ask(access, `${stationPath(stationId)}/display`)).json());

/** What a station sent that its vendor defined. */
export const stationTransfers = async (access: Access, stationId: string): Promise<KeptTransfer[]> =>
  z.array(transferSchema).parse(await (await ask(access, `${stationPath(stationId)}/transfers`)).json());

const customerReportSchema = z.object({ complete: z.boolean(), data: z.string().nullable() });

/** What a station told of a customer; once it is complete it is gone from the server. */
export const takeCustomerReport = async (
  access: Access,
  stationId: string,
  requestId: number,
): Promise<CustomerReport> => {
  const path = `${stationPath(stationId)}/customer-reports/${requestId}/take`;
  return customerReportSchema.parse(await (await ask(access, path, { method: "POST", body: "{}" })).json());
};

/** Has a running server ask an older station for a small discharge, and look at its meter. */
export const probeDischarge = async (
  access: Access,
  stationId: string,
  asked: ProbeAsked,
): Promise<readonly ProbeTried[]> => {
  const init = { method: "POST", body: JSON.stringify(asked) };
  const response = await ask(access, `${stationPath(stationId)}/discharge-probe`, init);
  return z.array(probeTriedSchema).parse(await response.json());
};

/** Has a running server bring a station's list of id tokens in step. */
export const syncLocalList = async (access: Access, stationId: string): Promise<ListSync> => {
  const init = { method: "POST", body: "{}" };
  const response = await ask(access, `${stationPath(stationId)}/local-list/sync`, init);
  return listSyncSchema.parse(await response.json());
};

/** Id tokens that a running server knows. */
export const knownIdTokens = async (access: Access): Promise<z.infer<typeof idTokenList>> =>
  idTokenList.parse(await (await ask(access, "/id-tokens")).json());

/** Adds an id token, or changes the one there is. */
export const putIdToken = async (access: Access, token: z.input<typeof newIdToken>): Promise<void> => {
  await ask(access, "/id-tokens", { method: "POST", body: JSON.stringify(token) });
};

export const removeIdToken = async (access: Access, idToken: string): Promise<void> => {
  await ask(access, `/id-tokens/${encodeURIComponent(idToken)}`, { method: "DELETE", body: "{}" });
};

/** What a station said of itself at its last boot. */
export const stationIdentity = async (access: Access, stationId: string): Promise<StationIdentity> =>
  stationIdentitySchema.parse(await (await ask(access, `${stationPath(stationId)}/identity`)).json());

/** Updates of firmware and uploads of logs, oldest first. */
export const stationJobs = async (access: Access, stationId: string): Promise<StationJob[]> =>
  z.array(stationJobSchema).parse(await (await ask(access, `${stationPath(stationId)}/jobs`)).json());

/** What a station holds, or held, for id tokens, oldest first. */
export const stationReservations = async (access: Access, stationId: string): Promise<Reservation[]> =>
  z
    .array(reservationSchema)
    .parse(await (await ask(access, `${stationPath(stationId)}/reservations`)).json());

/** How a station is spoken to, and why. */
export const stationQuirks = async (access: Access, stationId: string): Promise<StationQuirksBody> => {
  const response = await ask(access, `${stationPath(stationId)}/quirks`);
  return stationQuirksSchema.parse(await response.json());
};

/** What each model has taught. */
export const learntQuirks = async (access: Access) => {
  const response = await ask(access, "/quirks");
  return z.array(modelQuirksSchema).parse(await response.json());
};

/** The newest messages of a station. */
export const stationMessages = async (
  access: Access,
  stationId: string,
  { limit, ...filter }: MessageQuery,
): Promise<LoggedMessage[]> => {
  const query = new URLSearchParams({ limit: String(limit), ...fieldsOf(filter) });
  const response = await ask(access, `${stationPath(stationId)}/messages?${query.toString()}`);
  return z.array(loggedMessageSchema).parse(await response.json());
};

const fieldsOf = (filter: MessageFilter): Record<string, string> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

/** Writes all messages that the server keeps of a station to a file, one JSON object a line. */
export const exportMessages = async (
  access: Access,
  stationId: string,
  { filter, target }: { filter: MessageFilter; target: Target },
): Promise<void> => {
  mustBeFree(target);
  const query = new URLSearchParams(fieldsOf(filter)).toString();
  const response = await ask(access, `${stationPath(stationId)}/messages/export?${query}`);
  await writeTo(target, response);
};

export interface Target {
  readonly path: string;
  /** Whether a file that is there is replaced. */
  readonly force: boolean;
}

/** Throws `file.exists` where a file stands in the way; asked before anything is fetched. */
export const mustBeFree = ({ path, force }: Target): void => {
  if (!force && existsSync(path)) throw new YouxuError("file.exists", "is there already", path);
};

/** The body of an answer as a file. */
export const writeTo = async ({ path, force }: Target, { body }: Response): Promise<void> => {
  if (body === null) return;
  const file = createWriteStream(path, { flags: force ? "w" : "wx" });
  await pipeline(Readable.fromWeb(body), file).catch((error: unknown) => {
    throw new YouxuError("file.unwritable", whyUnopened(error), path);
  });
};

/** What a station's stream tells from now on, until the server ends or `signal` does. */
const follow = async (
  access: Access,
  path: string,
  { signal, onData }: { readonly signal: AbortSignal; readonly onData: (data: unknown) => void },
): Promise<void> => {
  const response = await ask(access, path, { signal });
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: ({ data }) => onData(JSON.parse(data)) });
  try {
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
  } catch (error) {
    if (!signal.aborted) throw new YouxuError("connect.failed", String(error), serverUrl(access));
  }
};

/** Messages of a station from now on. */
export const followStation = async (
  access: Access,
  stationId: string,
  { filter, signal, onMessage }: FollowOptions,
): Promise<void> => {
  const query = new URLSearchParams(fieldsOf(filter)).toString();
  const onData = (data: unknown): void => onMessage(loggedMessageSchema.parse(data));
  return follow(access, `${stationPath(stationId)}/messages/stream?${query}`, { signal, onData });
};

/** What a station finds worth telling from now on. */
export const followEvents = async (
  access: Access,
  stationId: string,
  { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: (event: StationEvent) => void },
): Promise<void> => {
  const onData = (data: unknown): void => onEvent(stationEventSchema.parse(data));
  return follow(access, `${stationPath(stationId)}/events/stream`, { signal, onData });
};

interface FollowOptions {
  readonly filter: MessageFilter;
  readonly signal: AbortSignal;
  readonly onMessage: (message: LoggedMessage) => void;
}
