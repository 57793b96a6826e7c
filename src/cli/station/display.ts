import { type Command, Option } from "commander";
import { stationDisplay, stationTransfers } from "../../app.js";
import type { DisplayMessage } from "../../domain/commands/display.js";
import { MINUTE_MS } from "../../domain/units.js";
import { numberOption, print, printJson, say } from "../output.js";
import { timeText } from "../time-text.js";
import { accessOf, type AskOptions, asking, freshNumber, NUMBERS, run, runNumbered } from "./asking.js";

const messageNumber = numberOption("--number", NUMBERS);
const PRIORITIES = ["always-front", "in-front", "normal-cycle"] as const;
const STATES = ["charging", "faulted", "idle", "unavailable", "suspended", "discharging"] as const;
const FORMATS = ["ascii", "html", "uri", "utf8", "qrcode"] as const;

interface ShowOptions extends AskOptions {
  readonly number?: number;
  readonly priority: DisplayMessage["priority"];
  readonly state?: NonNullable<DisplayMessage["state"]>;
  readonly format: DisplayMessage["format"];
  readonly minutes?: number;
  readonly transaction?: string;
  readonly language?: string;
  readonly display?: string;
}

const show = (): Command =>
  asking("set-display-message", "show a message to drivers (2.x)")
    .argument("<text>", "what is shown")
    .option(
      "--number <n>",
      "of the message; a later one of the same takes its place; a fresh one by default",
      messageNumber,
    )
    .addOption(new Option("--priority <name>", "before others?").choices(PRIORITIES).default("normal-cycle"))
    .addOption(new Option("--state <name>", "only while the station does this").choices(STATES))
    .addOption(
      new Option("--format <name>", "of the text; qrcode is of 2.1").choices(FORMATS).default("utf8"),
    )
    .option("--minutes <n>", "how long", numberOption("--minutes", { least: 1, most: 525_600 }))
    .option("--transaction <id>", "gone with it")
    .option("--language <name>", "of the text: zh")
    .option("--display <component>", "where there are several")
    .action(async (id: string, content: string, { number = freshNumber(), ...options }: ShowOptions) => {
      const command = {
        kind: "set-display-message",
        message: {
          messageId: number,
          priority: options.priority,
          state: options.state ?? null,
          fromMs: null,
          untilMs: options.minutes === undefined ? null : Date.now() + options.minutes * MINUTE_MS,
          transactionId: options.transaction ?? null,
          format: options.format,
          language: options.language ?? null,
          content,
          display: options.display ?? null,
        },
      } as const;
      return runNumbered(id, options, command, { what: "message", number });
    });

const unshow = (): Command =>
  asking("clear-display-message", "take a message away (2.x)")
    .argument("<number>", "of the message", messageNumber)
    .action(async (id: string, messageId: number, options: AskOptions) =>
      run(id, options, { kind: "clear-display-message", messageId }),
    );

const getDisplay = (): Command =>
  asking("get-display-messages", "have a station tell its messages; see display-messages (2.x)").action(
    async (id: string, options: AskOptions) =>
      run(id, options, { kind: "report-display-messages", messageIds: [] }),
  );

const display = (): Command =>
  asking(
    "display-messages",
    "messages of a station's display, as it last told them or was told (2.x)",
  ).action(async (id: string, options: AskOptions) => {
    const found = await stationDisplay(accessOf(options), id);
    if (options.json === true) return printJson(found);
    for (const { messageId, priority, state, content } of found.messages)
      print(
        `${String(messageId).padStart(6)}  ${priority.padEnd(12)} ${(state ?? "").padEnd(12)} ${content}`,
      );
    if (found.completeMs === null) say(`it may have more: youxu station get-display-messages ${id}`);
  });

const transfers = (): Command =>
  asking("transfers", "what a station sent that its vendor defined, the newest 50").action(
    async (id: string, options: AskOptions) => {
      const found = await stationTransfers(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const { atMs, vendorId, messageId, status, data } of found)
        print(`${timeText(atMs)} ${vendorId} ${messageId ?? ""} ${status} ${data ?? ""}`);
      if (found.length === 0) say("nothing");
    },
  );

/** What a station shows, and what its vendor defined. */
export const displayCommands = (): Command[] => [show(), unshow(), getDisplay(), display(), transfers()];
