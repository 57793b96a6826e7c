import type { Command } from "commander";
import {
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
        const ended = new AbortController();
        process.once("SIGINT", () => ended.abort());
        say("following; Ctrl-C ends it");
        await followStation(access, id, { action, signal: ended.signal, onMessage: shown });
      },
    );

const eventLine = ({ atMs, topic, type, detail }: StationEvent): string =>
  `${new Date(atMs).toISOString()} ${topic.padEnd(12)} ${type}${detail === "" ? "" : `: ${detail}`}`;

const events = (): Command =>
  asking("events", "what a station found worth telling: breaches of security, alarms").action(
    async (id: string, options: AskOptions) => {
      const found = await stationEvents(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const event of found) print(eventLine(event));
      if (found.length === 0) say("nothing");
    },
  );

/** What goes over a station's wire, and what its vendor defined. */
export const messageCommands = (): Command[] => [transfer(), messages(), events()];
