import { Command } from "commander";
import { knownIdTokens, putIdToken, removeIdToken } from "../app.js";
import { numberOption, print, printJson, say } from "./output.js";
import { timeText } from "./time-text.js";
import { accessOf, type AskOptions, askingServer } from "./station/asking.js";
import { timeOption } from "./time-option.js";

/** What drivers show to charge, at a running server. */
export const idTokenCommand = (): Command =>
  new Command("id-token")
    .description("cards and tokens that drivers charge with, at a running server")
    .addCommand(add())
    .addCommand(list())
    .addCommand(remove());

interface AddOptions extends AskOptions {
  readonly type?: string;
  readonly blocked?: boolean;
  readonly group?: string;
  readonly until?: string;
  readonly language?: string;
  readonly atOnce?: number;
  readonly site?: readonly string[];
}

const add = (): Command =>
  askingServer("add", "add an id token, or change the one there is")
    .argument("<token>", "as a station reads it")
    .option("--type <name>", "ISO14443, eMAID, Central …; any by default (2.x)")
    .option("--blocked", "it may not charge")
    .option("--group <id>", "its tokens may end each other's sessions")
    .option("--until <time>", "from then on it may charge no more: 2027-01-31T00:00:00+08:00")
    .option("--language <name>", "that its driver reads: zh-CN")
    .option(
      "--at-once <n>",
      "so many of its sessions may run at the same time",
      numberOption("--at-once", { least: 1, most: 1_000, whole: true }),
    )
    .option("--site <ids...>", "only there")
    .action(async (idToken: string, options: AddOptions) => {
      const expiresMs = timeOption(options.until, "--until");
      await putIdToken(accessOf(options), {
        idToken,
        type: options.type ?? null,
        standing: options.blocked === true ? "Blocked" : "Accepted",
        groupId: options.group ?? null,
        expiresMs,
        language: options.language ?? null,
        mostAtOnce: options.atOnce ?? null,
        siteIds: options.site === undefined ? null : [...options.site],
      });
      say(`${idToken} is known`);
      if (expiresMs !== null && expiresMs <= Date.now())
        say(`it may not charge: its time was over at ${timeText(expiresMs)}`);
    });

const list = (): Command =>
  askingServer("list", "id tokens that are known").action(async (options: AskOptions) => {
    const found = await knownIdTokens(accessOf(options));
    if (options.json === true) return printJson(found);
    for (const { idToken, standing, groupId, expiresMs, mostAtOnce, siteIds, fixed } of found.tokens)
      print(
        [
          idToken.padEnd(24),
          standing,
          groupId === null ? "" : `group ${groupId}`,
          expiresMs === null ? "" : `until ${timeText(expiresMs)}`,
          mostAtOnce === null ? "" : `${mostAtOnce} at once`,
          siteIds === null ? "" : `at ${siteIds.join(", ")}`,
          fixed ? "(site file)" : "",
        ]
          .filter((part) => part !== "")
          .join("  "),
      );
    say(found.othersMayCharge ? "all others may charge, too" : "no others may charge");
  });

const remove = (): Command =>
  askingServer("remove", "take an id token away that was added")
    .argument("<token>", "as `youxu id-token list` shows it")
    .action(async (idToken: string, options: AskOptions) => {
      await removeIdToken(accessOf(options), idToken);
      say(`${idToken} is known no more`);
    });
