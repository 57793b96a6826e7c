import type { Command } from "commander";
import {
  followEvents,
  followStation,
  type LoggedMessage,
  type StationEvent,
  stationEvents,
  stationMessages,
} from "../../app.js";
import { numberOption, print, printJson, say } from "../output.js";
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
        await followStation(access, id, { action, signal: untilInterrupted(), onMessage: shown });
      },
    );

const alarmText = ({ alarm }: StationEvent): string => {
  if (alarm === undefined) return "";
  const severity = alarm.severity === null ? "" : `, severity ${alarm.severity}`;
  return ` ${alarm.name} = ${alarm.value}${severity}${alarm.cleared ? ", over" : ""}`;
};

const eventLine = (event: StationEvent): string => {
  const { atMs, topic, type, detail } = event;
  const more = detail === "" ? "" : `: ${detail}`;
  return `${new Date(atMs).toISOString()} ${topic.padEnd(12)} ${type}${alarmText(event)}${more}`;
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
