import { type Command, Option } from "commander";
import { type Reservation, stationReservations, YouxuError } from "../../app.js";
import type { LogType } from "../../domain/commands/logs.js";
import { TRIGGER_MESSAGES, type TriggerMessage, triggersByVersion } from "../../domain/trigger.js";
import { numberOption, print, printJson, say } from "../output.js";
import { timeText } from "../time-text.js";
import { accessOf, type AskOptions, asking, EVSE_OPTION, run } from "./asking.js";
import { timeOption } from "../time-option.js";
import { retriesOf, withRetries } from "./firmware.js";

interface LogOptions extends AskOptions {
  readonly type: LogType;
  readonly from?: string;
  readonly to?: string;
  readonly extended?: boolean;
  readonly retries?: number;
  readonly retryAfter?: number;
}

const log = (): Command =>
  withRetries(
    asking("get-log", "have a station upload a log; see jobs for how it goes")
      .argument("[location]", "URL that it uploads to; the server's own files by default")
      .addOption(
        new Option("--type <name>", "security: 1.6 with the security extension, and 2.x; data-collector: 2.1")
          .choices(["diagnostics", "security", "data-collector"])
          .default("diagnostics"),
      )
      .option("--from <time>", "from when on")
      .option("--to <time>", "until when")
      .option("--extended", "1.6: diagnostics by GetLog instead of GetDiagnostics"),
  ).action(async (id: string, location: string | undefined, options: LogOptions) =>
    run(id, options, {
      kind: "get-log",
      logType: options.type,
      location: location ?? null,
      fromMs: timeOption(options.from, "--from"),
      toMs: timeOption(options.to, "--to"),
      extended: options.extended === true,
      ...retriesOf(options),
    }),
  );

interface TriggerOptions extends AskOptions {
  readonly evse?: number;
  readonly connector?: number;
  readonly custom?: string;
}

const messageOf = (text: string): TriggerMessage => {
  const found = TRIGGER_MESSAGES.find((name) => name === text);
  if (found === undefined)
    throw new YouxuError("usage.invalid", `"${text}": one of ${triggersByVersion()}`, "message");
  return found;
};

const trigger = (): Command =>
  asking("trigger", "have a station send a message now (TriggerMessage)")
    .argument("<message>", `with the versions that know it: ${triggersByVersion()}`, messageOf)
    .option(...EVSE_OPTION)
    .option(
      "--connector <number>",
      "connector of the EVSE (2.x)",
      numberOption("--connector", { least: 1, most: 100, whole: true }),
    )
    .option("--custom <name>", "with CustomTrigger (2.1): which, as the vendor calls it")
    .action(async (id: string, message: TriggerMessage, options: TriggerOptions) =>
      run(id, options, {
        kind: "trigger",
        message,
        evseId: options.evse ?? null,
        ...(options.connector === undefined ? {} : { connectorId: options.connector }),
        ...(options.custom === undefined ? {} : { custom: options.custom }),
      }),
    );

const reservationLine = ({ reservationId, evseId, idToken, expiresMs, state }: Reservation): string =>
  `${String(reservationId).padEnd(10)} ${state.padEnd(14)} ${evseId === null ? "any EVSE" : `EVSE ${evseId}`}  until ${timeText(expiresMs)}  ${idToken}`;

const reservations = (): Command =>
  asking("reservations", "what a station holds, or held, for id tokens").action(
    async (id: string, options: AskOptions) => {
      const found = await stationReservations(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const reservation of found) print(reservationLine(reservation));
      if (found.length === 0) say("nothing");
    },
  );

/** What a station is asked to tell, and what it holds. */
export const logCommands = (): Command[] => [log(), trigger(), reservations()];
