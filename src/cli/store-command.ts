import { Command } from "commander";
import { backUpStore, examineStore, forgetLost, putBackStore } from "../app.js";
import { counted, firstOf } from "../domain/figures.js";
import { CONFIG_OPTION, configSuffix, JSON_OPTION } from "./options.js";
import { print, printJson, say } from "./output.js";

interface StoreOptions {
  readonly config: string;
  readonly json?: boolean;
}

export const storeCommand = (): Command =>
  new Command("store")
    .description("the database: copy it while the server runs, put a copy back, check it")
    .addCommand(backup())
    .addCommand(restore())
    .addCommand(check())
    .addCommand(forget());

/** What to know of a store whose passwords and tokens cannot be checked. */
const saySecret = ({
  secret,
  secretFile,
}: Pick<Awaited<ReturnType<typeof examineStore>>, "secret" | "secretFile">): void => {
  if (secret === "other")
    say(`its passwords and tokens were made with another secret than ${secretFile}: they open nothing`);
  if (secret === "missing") say(`there is no ${secretFile}: nothing can check its passwords and tokens`);
};

const backup = (): Command =>
  new Command("backup")
    .description("copy the store as of now into a file, and check the copy; the server may go on meanwhile")
    .argument("<file>", "where to; must not be there yet")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (file: string, { config, json }: StoreOptions) => {
      const { secretFile, ...made } = await backUpStore(config, file);
      if (json === true) return printJson(made);
      print(`${made.path}  ${(made.bytes / 1024 / 1024).toFixed(1)} MiB, version ${made.version}, checked`);
      say(`passwords and tokens in it work with ${secretFile} only: keep a copy of that file elsewhere`);
    });

const restore = (): Command =>
  new Command("restore")
    .description("put a backup in the place of the store; the one that was there is kept beside it")
    .argument("<file>", "a file of `youxu store backup`")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (file: string, { config, json }: StoreOptions) => {
      const restored = await putBackStore(config, file);
      if (json === true) return printJson(restored);
      print(`restored, version ${restored.version}`);
      if (restored.replaced !== null)
        say(
          `the store that was there is now ${restored.replaced}: what came since the backup (transactions, events, stations, tokens, id tokens) is there alone`,
        );
      saySecret(restored);
      sayNewer(restored.newerPasswords, configSuffix(config));
    });

/** Whom a backup shuts out: it knows no password that was given after it. */
const sayNewer = (newer: readonly string[] | null, option: string): void => {
  const way = `remove and add gives one anew: youxu station remove <identity>${option}`;
  if (newer === null)
    say(`stations whose password was changed or given since the backup are refused from now on: ${way}`);
  else if (newer.length > 0)
    say(`have a newer password than the backup and are refused: ${firstOf(newer, 10)}; ${way}`);
};

const check = (): Command =>
  new Command("check")
    .description("read a store from end to end: pages, indexes, and what the ledger never writes")
    .argument("[file]", "a backup; that of the site file by default")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (file: string | undefined, { config, json }: StoreOptions) => {
      const checked = await examineStore(config, file);
      if (json === true) return printJson(checked);
      const { version, transactions, messages } = checked;
      print(`sound: ${transactions} transactions with ${messages} messages, version ${version}`);
      saySecret(checked);
    });

const forget = (): Command =>
  new Command("forget-credentials")
    .description("take away all passwords and tokens whose secret is lost, so that new ones can be given")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async ({ config, json }: StoreOptions) => {
      const forgotten = await forgetLost(config);
      if (json === true) return printJson(forgotten);
      const { stations, tokens, clients } = forgotten;
      print(
        `forgot ${counted(stations, "station password")}, ${counted(tokens, "token")} and ${counted(clients, "client")}`,
      );
    });
