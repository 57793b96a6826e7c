import { randomInt } from "node:crypto";
import { Command } from "commander";
import { type Access, type AskableCommand, type CommandOutcome, commandStation } from "../../app.js";
import type { TransactionStatus } from "../../domain/commands/transactions.js";
import { EXIT } from "../exit-codes.js";
import { CONFIG_OPTION, JSON_OPTION } from "../options.js";
import { numberOption, print, printJson, say } from "../output.js";
import { timeText } from "../time-text.js";
import { severalOf } from "./selection.js";
import { runAtSeveral } from "./task-run.js";

export interface AskOptions {
  readonly config: string;
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

export const accessOf = ({ config, url, token }: AskOptions): Access => ({
  configPath: config,
  url: url ?? null,
  token: token ?? null,
});

/** A command that asks a running server; every station command of an operator takes these. */
export const asking = (name: string, description: string, scope = OPERATE): Command =>
  askable(new Command(name).argument("<identity>", "the station"), description, scope);

/** The same without a station. */
export const askingServer = (name: string, description: string, scope = OPERATE): Command =>
  askable(new Command(name), description, scope);

/** Of what may cost us a station. */
export const ADMIN = "with the scopes operate and admin; YOUXU_TOKEN by default";
/** Of what only looks. */
export const READ = "with the scope read; YOUXU_TOKEN by default";
const OPERATE = "with the scope operate; YOUXU_TOKEN by default";

const askable = (command: Command, description: string, scope: string): Command =>
  command
    .description(description)
    .option(...CONFIG_OPTION)
    .option("--url <url>", "the running server; that of the site file by default")
    .option("--token <token>", scope)
    .option(...JSON_OPTION);

export const evseNumber = numberOption("--evse", { least: 1, most: 1_000, whole: true });
export const EVSE_OPTION = [
  "--evse <number>",
  "EVSE (1.6: connector); the whole station by default",
  evseNumber,
] as const;

const valueText = (value: string | null, why: string | null): string => value ?? `(${why ?? "none"})`;

const transactionText = ({ isOngoing, hasMessages }: TransactionStatus): string =>
  [
    ...(isOngoing === null ? [] : [isOngoing ? "it goes on" : "it is over"]),
    hasMessages ? "messages wait at the station" : "no messages wait",
  ].join(", ");

const ending = (text: string | undefined): string => (text === undefined ? "" : `: ${text}`);

/** Whether a station took all that it was asked, and not only some of it. */
const isWhole = (outcome: CommandOutcome): boolean =>
  outcome.status === "accepted" &&
  [...(outcome.settings ?? []), ...(outcome.results ?? [])].every(({ why }) => why === null);

export const show = (outcome: CommandOutcome): void => {
  if (outcome.status !== "accepted") return print(`${outcome.status}: ${outcome.detail}`);
  for (const { name, value, readOnly, why } of outcome.settings ?? [])
    print(`${name.padEnd(48)} ${valueText(value, why)}${readOnly === true ? "  (read only)" : ""}`);
  for (const { item, id, why } of outcome.results ?? [])
    print(`${item.padEnd(48)} ${why ?? (id === null ? "accepted" : `accepted as ${id}`)}`);
  for (const { tariffId, kind, evseIds } of outcome.tariffs ?? [])
    print(`${tariffId.padEnd(32)} ${kind}${evseIds.length === 0 ? "" : `, EVSE ${evseIds.join(", ")}`}`);
  for (const { streamId, monitorId, intervalS, values } of outcome.streams ?? [])
    print(`stream ${streamId}  monitor ${monitorId}  every ${intervalS ?? "?"} s  ${values ?? "?"} values`);
  for (const { startMs, powerKw } of outcome.composite ?? [])
    print(`${timeText(startMs)} ${powerKw.toFixed(3).padStart(10)} kW`);
  if (outcome.transaction !== undefined) return print(transactionText(outcome.transaction));
  if (outcome.data !== undefined) print(outcome.data);
  for (const { use, certificate } of outcome.certificates ?? [])
    print(`${certificate.serialNumber.padEnd(40)} ${use}`);
  if (outcome.certificates?.length === 0) say("it holds none");
  if (outcome.certificates !== undefined) return;
  if (outcome.version !== undefined) return print(`version ${outcome.version}`);
  const { detail, requestId, fileName } = outcome;
  const request = requestId === undefined ? "" : `, request ${requestId}`;
  if (!isWhole(outcome))
    return say(outcome.settings === undefined ? "not all of it was taken" : "not all of them were told");
  if (outcome.settings === undefined) print(`accepted${request}${ending(detail)}${ending(fileName)}`);
};

const LARGEST_NUMBER = 2_147_483_647;
/** Reservations and messages are numbered by whole numbers of 31 bits. */
export const NUMBERS = { least: 0, most: LARGEST_NUMBER, whole: true } as const;

/** One of two thousand million, so that nothing has it: a number in use would silently take the other one's place. */
export const freshNumber = (): number => randomInt(1, LARGEST_NUMBER);

/** Asks for what is numbered, and says by which number it is then known: `reservation 7`. */
export const runNumbered = async (
  id: string,
  options: AskOptions,
  command: AskableCommand,
  { what, number }: { readonly what: string; readonly number: number },
): Promise<void> => {
  const several = severalOf(id);
  if (several !== null) {
    say(`${what} ${number} at each`);
    return runAtSeveral(accessOf(options), several, { command, ...options });
  }
  const outcome = await commandStation(accessOf(options), id, command);
  const isTaken = outcome.status === "accepted";
  if (options.json === true) printJson(isTaken ? { ...outcome, number } : outcome);
  else show(outcome);
  if (isTaken && options.json !== true) print(`${what} ${number}`);
  if (!isTaken) process.exitCode = EXIT.failed;
};

/** Asks a station, or several of them as a task. */
export const run = async (id: string, options: AskOptions, command: AskableCommand): Promise<void> => {
  const several = severalOf(id);
  if (several !== null) return runAtSeveral(accessOf(options), several, { command, ...options });
  const outcome = await commandStation(accessOf(options), id, command);
  if (options.json === true) printJson(outcome);
  else show(outcome);
  if (!isWhole(outcome)) process.exitCode = EXIT.failed;
};
