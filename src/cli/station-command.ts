import { Command } from "commander";
import { counted } from "../domain/figures.js";
import {
  addAllStations,
  type AddedStation,
  addStation,
  asCalled,
  type ListedStation,
  listStations,
  removeStation,
  stationRows,
  YouxuError,
} from "../app.js";
import { CONFIG_OPTION, configSuffix, JSON_OPTION } from "./options.js";
import { accessOf, type AskOptions, READ } from "./station/asking.js";
import { operatorCommands } from "./station/index.js";
import { SEVERAL, TOGETHER } from "./station/selection.js";
import { numberOption, print, printJson, say } from "./output.js";

interface NewOptions {
  readonly site?: string;
  readonly node?: string;
  readonly phases?: 1 | 3;
  readonly maxA?: number;
  readonly maxDischargeKw?: number;
}

interface AddOptions extends NewOptions {
  readonly config: string;
  readonly new?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

export const stationCommand = (): Command => {
  const station = new Command("station")
    .description("stations: their passwords, and what an operator asks of them")
    .addHelpText(
      "after",
      `\nWhat is asked of one station can be asked of several, as a task: ${SEVERAL}.\n${TOGETHER}.`,
    )
    .addCommand(add())
    .addCommand(list())
    .addCommand(remove());

  for (const command of operatorCommands()) station.addCommand(command);
  return station;
};

const add = (): Command =>
  new Command("add")
    .description("give a station of the site file its URL and password; with --new write it there first")
    .argument("[identity]", "1–48 characters of A–Z a–z 0–9 - _ .; left out with --all")
    .option(...CONFIG_OPTION)
    .option("--all", "every station of the site file that has no password, as CSV or JSON")
    .option("--new", "write a station that does not stand there yet; only its own lines are added")
    .option("--site <id>", "with --new: site it belongs to; the only one by default")
    .option("--node <id>", "with --new: node it hangs on; the root by default")
    .option("--phases <number>", "with --new: 1 or 3 (default: 1)", phasesOption)
    .option(
      "--max-a <amperes>",
      "with --new: rated current (default: 32)",
      numberOption("--max-a", { least: 6, most: 1_000 }),
    )
    .option(
      "--max-discharge-kw <kW>",
      "with --new: rated discharge power (default: 0, none)",
      numberOption("--max-discharge-kw", { least: 0, most: 1_000 }),
    )
    .option(...JSON_OPTION)
    .action(async (id: string | undefined, options: AddOptions) => {
      if (options.all === true) return addAll(id, options);
      if (id === undefined)
        throw new YouxuError("usage.invalid", "name the station, or give --all", "<identity>");
      const added = await addStation(options.config, requestOf(id, options));
      if (options.json === true) return printJson(added);
      print(`URL       ${added.url}\nuser      ${added.identity}\npassword  ${added.password}`);
      explain(added, options.config);
    });

/** Passwords of a whole yard at once, shown this once: a table to hand to those who type them in. */
const addAll = async (id: string | undefined, options: AddOptions): Promise<void> => {
  if (id !== undefined || options.new === true)
    throw new YouxuError("usage.invalid", "without an identity and --new: the site file names them", "--all");
  const given = await addAllStations(options.config);
  if (options.json === true) return printJson(given);
  print("identity,url,password");
  for (const { identity, url, password } of given) print(`${identity},${url},${password}`);
  say(`${counted(given.length, "password")} given, shown this once`);
};

const requestOf = (id: string, options: AddOptions): Parameters<typeof addStation>[1] => {
  const { site, node, phases, maxA, maxDischargeKw } = options;
  if (options.new !== true) {
    const given = Object.entries({ site, node, phases, maxA, maxDischargeKw }).find(
      ([, value]) => value !== undefined,
    );
    if (given !== undefined)
      throw new YouxuError(
        "usage.invalid",
        "only with --new: what stands in the site file is changed there",
        `--${given[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      );
    return { id, isNew: false };
  }
  return {
    id,
    isNew: true,
    siteId: site ?? null,
    nodeId: node ?? null,
    phases: phases ?? 1,
    maxA: maxA ?? 32,
    maxDischargeKw: maxDischargeKw ?? 0,
  };
};

const explain = (
  { identity, written, plainUrl, onlyHereBy, consequence }: AddedStation,
  config: string,
): void => {
  say("type these into the pile; the password is shown this once");
  if (written) say(`${identity} was written into ${config}: restart a running \`youxu serve\``);
  if (consequence !== null) say(consequence);
  if (plainUrl !== null) say(`one that cannot do TLS: ${plainUrl}`);
  if (onlyHereBy !== null)
    say(
      `a pile cannot reach this address: set ${onlyHereBy} in ${config} to 0.0.0.0, and type this computer's own`,
    );
};

const phasesOption = (text: string): 1 | 3 => {
  if (text === "1") return 1;
  if (text === "3") return 3;
  throw new YouxuError("usage.invalid", `${JSON.stringify(text)}: must be 1 or 3`, "--phases");
};

/** Stations that a running server has a connection of; null: none was asked, or it did not answer. */
const connectedOf = async (options: AskOptions): Promise<ReadonlySet<string> | null> => {
  if (options.token === undefined && (process.env["YOUXU_TOKEN"] ?? "") === "") return null;
  try {
    const rows = await stationRows(accessOf(options), {});
    return new Set(rows.filter(({ connected }) => connected).map(({ stationId }) => stationId));
  } catch (error) {
    say(`whether they are connected is not known: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
};

const list = (): Command =>
  new Command("list")
    .description("stations of the site file, whether they may connect, and with a token whether they are")
    .option(...CONFIG_OPTION)
    .option("--url <url>", "the running server; that of the site file by default")
    .option("--token <token>", `${READ}; without one no server is asked`)
    .option(...JSON_OPTION)
    .action(async (options: AskOptions) => {
      const { config, json } = options;
      const connected = await connectedOf(options);
      const stations = (await listStations(config)).map((station) => ({
        ...station,
        ...(connected === null ? {} : { connected: connected.has(station.id) }),
      }));
      if (json === true) return printJson(stations);
      for (const station of stations)
        print(
          `${station.id.padEnd(24)} ${station.siteId.padEnd(16)} ${standingOf(station, config)}${connectionOf(station)}`,
        );
    });

const connectionOf = ({ connected }: { readonly connected?: boolean }): string => {
  if (connected === undefined) return "";
  return connected ? "  connected" : "  not connected";
};

const standingOf = ({ id, hasPassword, ofAnotherSecret }: ListedStation, config: string): string => {
  if (hasPassword) return "has a password";
  if (ofAnotherSecret)
    return asCalled("its password was made with another secret: youxu doctor tells what to do");
  return asCalled(`no password: youxu station add ${id}${configSuffix(config)}`);
};

const remove = (): Command =>
  new Command("remove")
    .description("take a station's password away")
    .argument("<identity>")
    .option(...CONFIG_OPTION)
    .action(async (id: string, { config }: { config: string }) => {
      const { stands } = await removeStation(config, id);
      const standing = stands ? `it still stands in ${config}` : `it stands in no site of ${config}`;
      say(`${id} can no longer connect; ${standing}. A running server cuts it off at its next ping`);
    });
