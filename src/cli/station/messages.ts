import { type Command, Option } from "commander";
import {
  followEvents,
  type Access,
  exportMessages,
  followStation,
  type LoggedMessage,
  type MessageFilter,
  type StationEvent,
  stationEvents,
  messageActions,
  stationMessages,
  YouxuError,
} from "../../app.js";
import { nearest } from "../../domain/nearest.js";
import { numberOption, print, printJson, say } from "../output.js";
import { momentText, timeText } from "../time-text.js";
import { accessOf, type AskOptions, asking, run } from "./asking.js";

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

const lineOf = ({ atMs, direction, type, action, text }: LoggedMessage): string =>
  `${momentText(atMs)} ${direction === "from-station" ? "→" : "←"} ${(type ?? "?").padEnd(6)} ${(action ?? "").padEnd(22)} ${text}`;

interface MessageOptions extends AskOptions {
  readonly follow?: boolean;
  readonly export?: string;
  readonly force?: boolean;
  readonly action?: string;
  readonly direction?: Exclude<MessageFilter["direction"], undefined>;
  readonly type?: Exclude<MessageFilter["type"], undefined>;
  readonly contains?: string;
  readonly limit: number;
}

const filterOf = ({ action, direction, type, contains }: MessageOptions): MessageFilter => ({
  ...(action === undefined ? {} : { action }),
  ...(direction === undefined ? {} : { direction }),
  ...(type === undefined ? {} : { type }),
  ...(contains === undefined ? {} : { contains }),
});

const follow = async (
  access: Access,
  id: string,
  options: { filter: MessageFilter; onMessage: (message: LoggedMessage) => void },
): Promise<void> => {
  await followStation(access, id, { ...options, signal: untilInterrupted() });
};

/** None: a misspelt action is refused, as nothing would ever come of it. */
const explainNone = async ({ action }: MessageOptions): Promise<void> => {
  const known = await messageActions();
  if (action === undefined || known.includes(action)) return say("no messages");
  const meant = nearest(action, known);
  const advice = meant === null ? "" : `; did you mean ${meant}?`;
  throw new YouxuError("usage.invalid", `"${action}" is no action of OCPP${advice}`, "--action");
};

const messages = (): Command =>
  asking("messages", "the newest OCPP messages of a station, secrets taken out")
    .option("--follow", "and those to come, until Ctrl-C")
    .option("--export <file>", "all that are kept, into a file, one JSON object a line")
    .option("--force", "with --export: replace a file that is there")
    .option("--action <name>", "only of this action, answers included")
    .addOption(
      new Option("--direction <way>", "only those that went this way").choices([
        "from-station",
        "to-station",
      ]),
    )
    .addOption(
      new Option("--type <type>", "only of this type").choices([
        "call",
        "result",
        "error",
        "result-error",
        "send",
      ]),
    )
    .option("--contains <text>", "only with this in their text")
    .option(
      "--limit <n>",
      "the newest so many",
      numberOption("--limit", { least: 1, most: 1_000, whole: true }),
      50,
    )
    .action(async (id: string, options: MessageOptions) => {
      const access = accessOf(options);
      const filter = filterOf(options);
      if (options.export !== undefined) {
        await exportMessages(access, id, {
          filter,
          target: { path: options.export, force: options.force === true },
        });
        return say(`written to ${options.export}`);
      }
      const shown = (message: LoggedMessage): void =>
        print(options.json === true ? JSON.stringify(message) : lineOf(message));
      const found = await stationMessages(access, id, { limit: options.limit, ...filter });
      if (found.length === 0) await explainNone(options);
      for (const message of found) shown(message);
      if (options.follow === true) await follow(access, id, { filter, onMessage: shown });
    });

const alarmText = ({ alarm }: StationEvent): string => {
  if (alarm === undefined) return "";
  const severity = alarm.severity === null ? "" : `, severity ${alarm.severity}`;
  return ` ${alarm.name} = ${alarm.value}${severity}${alarm.cleared ? ", over" : ""}`;
};

const eventLine = (event: StationEvent): string => {
  const { atMs, topic, type, detail } = event;
  const more = detail === "" ? "" : `: ${detail}`;
  return `${timeText(atMs)} ${topic.padEnd(12)} ${type}${alarmText(event)}${more}`;
};

const events = (): Command =>
  asking("events", "what a station found worth telling: breaches of security, alarms")
    .option("--follow", "and those to come, until Ctrl-C")
    .action(async (id: string, options: AskOptions & { follow?: boolean }) => {
      const access = accessOf(options);
      const found = await stationEvents(access, id);
      const shown = (event: StationEvent): void =>
        print(options.json === true ? JSON.stringify(event) : eventLine(event));
      if (options.json === true && options.follow !== true) return printJson(found);
      for (const event of found) shown(event);
      if (options.follow !== true) return found.length === 0 ? say("nothing") : undefined;
      return followEvents(access, id, { signal: untilInterrupted(), onEvent: shown });
    });

/** Ends with Ctrl-C. */
const untilInterrupted = (): AbortSignal => {
  const ended = new AbortController();
  process.once("SIGINT", () => ended.abort());
  say("following; Ctrl-C ends it");
  return ended.signal;
};

/** What goes over a station's wire, and what its vendor defined. */
export const messageCommands = (): Command[] => [transfer(), messages(), events()];
