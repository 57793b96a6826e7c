import { Command } from "commander";
import {
  type Access,
  type CommandOutcome,
  commandStation,
  followStation,
  type LoggedMessage,
  type OperatorCommand,
  stationMessages,
} from "../app.js";
import { MINUTE_MS } from "../domain/units.js";
import { EXIT } from "./exit-codes.js";
import { CONFIG_OPTION, JSON_OPTION } from "./options.js";
import { numberOption, print, printJson, say } from "./output.js";

interface AskOptions {
  readonly config: string;
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

const accessOf = ({ config, url, token }: AskOptions): Access => ({
  configPath: config,
  url: url ?? null,
  token: token ?? null,
});

/** A command that asks a running server; every station command of an operator takes these. */
const asking = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .argument("<identity>", "the station")
    .option(...CONFIG_OPTION)
    .option("--url <url>", "the running server; that of the site file by default")
    .option("--token <token>", "with the scope operate; YOUXU_TOKEN by default")
    .option(...JSON_OPTION);

const evseNumber = numberOption("--evse", { least: 1, most: 1_000, whole: true });
const EVSE_OPTION = [
  "--evse <number>",
  "EVSE (1.6: connector); the whole station by default",
  evseNumber,
] as const;

const valueText = (value: string | null, why: string | null): string => value ?? `(${why ?? "none"})`;

const show = (outcome: CommandOutcome): void => {
  if (outcome.status !== "accepted") return print(`${outcome.status}: ${outcome.detail}`);
  for (const { name, value, readOnly, why } of outcome.settings ?? [])
    print(`${name.padEnd(48)} ${valueText(value, why)}${readOnly === true ? "  (read only)" : ""}`);
  if (outcome.data !== undefined) print(outcome.data);
  if (outcome.version !== undefined) return print(`version ${outcome.version}`);
  if (outcome.settings === undefined)
    print(outcome.detail === undefined ? "accepted" : `accepted: ${outcome.detail}`);
};

const run = async (id: string, options: AskOptions, command: OperatorCommand): Promise<void> => {
  const outcome = await commandStation(accessOf(options), id, command);
  if (options.json === true) printJson(outcome);
  else show(outcome);
  if (outcome.status !== "accepted") process.exitCode = EXIT.failed;
};

const reset = (): Command =>
  asking("reset", "restart a station")
    .option("--hard", "without ending transactions in order (1.6; in 2.x all resets are at once)")
    .option("--when-idle", "once no transaction runs (2.x)")
    .option(...EVSE_OPTION)
    .action(
      async (id: string, options: AskOptions & { hard?: boolean; whenIdle?: boolean; evse?: number }) => {
        const how = options.whenIdle === true ? "when-idle" : options.hard === true ? "hard" : "soft";
        await run(id, options, { kind: "reset", how, evseId: options.evse ?? null });
      },
    );

const availability = (name: "enable" | "disable", description: string): Command =>
  asking(name, description)
    .option(...EVSE_OPTION)
    .action(async (id: string, options: AskOptions & { evse?: number }) => {
      const evseId = options.evse ?? null;
      await run(id, options, { kind: "change-availability", evseId, operative: name === "enable" });
    });

const unlock = (): Command =>
  asking("unlock", "release the plug of a connector")
    .option("--evse <number>", "EVSE (1.6: connector)", evseNumber, 1)
    .option(
      "--connector <number>",
      "connector of the EVSE (2.x)",
      numberOption("--connector", { least: 1, most: 100, whole: true }),
      1,
    )
    .action(async (id: string, options: AskOptions & { evse: number; connector: number }) =>
      run(id, options, { kind: "unlock", evseId: options.evse, connectorId: options.connector }),
    );

const clearCache = (): Command =>
  asking("clear-cache", "have a station forget the id tokens that it took").action(
    async (id: string, options: AskOptions) => run(id, options, { kind: "clear-cache" }),
  );

const settings = (): Command =>
  asking("settings", "read settings of a station")
    .argument("[names...]", "1.6: keys, none for all; 2.x: Component.Variable")
    .action(async (id: string, names: string[], options: AskOptions) =>
      run(id, options, { kind: "read-settings", names }),
    );

const set = (): Command =>
  asking("set", "write a setting of a station")
    .argument("<name>", "1.6: key; 2.x: Component.Variable")
    .argument("<value>", "as text")
    .action(async (id: string, name: string, value: string, ...rest: [AskOptions]) =>
      run(id, rest[0], { kind: "write-setting", name, value }),
    );

const transfer = (): Command =>
  asking("transfer", "send a station what a vendor defined (DataTransfer)")
    .argument("<vendor>", "e.g. com.example")
    .option("--message <id>", "which of the vendor's messages")
    .option("--data <text>", "its content")
    .action(async (id: string, vendorId: string, options: AskOptions & { message?: string; data?: string }) =>
      run(id, options, {
        kind: "data-transfer",
        vendorId,
        messageId: options.message ?? null,
        data: options.data ?? null,
      }),
    );

const RESERVATIONS = { least: 0, most: 2_147_483_647, whole: true } as const;
const RESERVED_MINUTES = 15;

const reserve = (): Command =>
  asking("reserve", "hold an EVSE for an id token")
    .argument("<token>", "the id token")
    .option("--number <n>", "of the reservation, to cancel it by", numberOption("--number", RESERVATIONS), 1)
    .option(
      "--minutes <n>",
      "how long",
      numberOption("--minutes", { least: 1, most: 1_440 }),
      RESERVED_MINUTES,
    )
    .option("--evse <number>", "EVSE (1.6: connector); any by default", evseNumber)
    .action(
      async (
        id: string,
        idToken: string,
        options: AskOptions & { number: number; minutes: number; evse?: number },
      ) =>
        run(id, options, {
          kind: "reserve",
          reservationId: options.number,
          evseId: options.evse ?? null,
          idToken,
          expiresMs: Date.now() + options.minutes * MINUTE_MS,
        }),
    );

const cancelReservation = (): Command =>
  asking("cancel-reservation", "let go of what is held")
    .argument("<number>", "of the reservation", numberOption("number", RESERVATIONS))
    .action(async (id: string, reservationId: number, options: AskOptions) =>
      run(id, options, { kind: "cancel-reservation", reservationId }),
    );

const localList = (): Command =>
  asking(
    "local-list",
    "the id tokens by which a station decides without the server: its version, or a new list",
  )
    .argument("[tokens...]", "those that may charge; they take the place of the list that is there")
    .option("--empty", "none may")
    .action(async (id: string, tokens: string[], options: AskOptions & { empty?: boolean }) => {
      if (tokens.length === 0 && options.empty !== true)
        return run(id, options, { kind: "local-list-version" });
      const held = await commandStation(accessOf(options), id, { kind: "local-list-version" });
      const version = held.status === "accepted" ? Math.max(0, held.version ?? 0) + 1 : 1;
      const entries = tokens.map((idToken) => ({ idToken, standing: "Accepted" as const }));
      return run(id, options, { kind: "send-local-list", version, isWhole: true, entries });
    });

const lineOf = ({ atMs, direction, type, action, text }: LoggedMessage): string =>
  `${new Date(atMs).toISOString()} ${direction === "from-station" ? "→" : "←"} ${(type ?? "?").padEnd(6)} ${(action ?? "").padEnd(22)} ${text}`;

const messages = (): Command =>
  asking("messages", "the newest OCPP messages of a station, secrets taken out")
    .option("--follow", "and those to come, until Ctrl-C")
    .option("--action <name>", "only of this action, answers included")
    .option(
      "--limit <n>",
      "the newest so many",
      numberOption("--limit", { least: 1, most: 1_000, whole: true }),
      50,
    )
    .action(
      async (id: string, options: AskOptions & { follow?: boolean; action?: string; limit: number }) => {
        const { limit, action, json } = options;
        const access = accessOf(options);
        const shown = (message: LoggedMessage): void =>
          print(json === true ? JSON.stringify(message) : lineOf(message));
        const wanted = action === undefined ? { limit } : { limit, action };
        for (const message of await stationMessages(access, id, wanted)) shown(message);
        if (options.follow !== true) return;
        const ended = new AbortController();
        process.once("SIGINT", () => ended.abort());
        say("following; Ctrl-C ends it");
        await followStation(access, id, { action, signal: ended.signal, onMessage: shown });
      },
    );

/** What an operator asks of a station over a running server. */
export const operatorCommands = (): Command[] => [
  reset(),
  availability("enable", "take a station or an EVSE into service"),
  availability("disable", "take it out of service: no transaction begins, one that runs goes on"),
  unlock(),
  clearCache(),
  settings(),
  set(),
  reserve(),
  cancelReservation(),
  localList(),
  transfer(),
  messages(),
];
