import { Command, Option } from "commander";
import { type Unconnected, virtualStation, YouxuError } from "../../app.js";
import type { OcppVersion } from "../../domain/fleet.js";
import type { EpochMs } from "../../domain/units.js";
import { CONFIG_OPTION } from "../options.js";
import { numberOption, print, say } from "../output.js";
import { laterOption } from "../time-option.js";
import { timeText } from "../time-text.js";

interface SimulateOptions {
  readonly config: string;
  readonly ocpp: OcppVersion;
  readonly passwordFile: string;
  readonly url?: string;
  readonly card: string;
  readonly kwh?: number;
  readonly departure?: string;
  readonly after: number;
}

/** What a car wants, unless stated. */
const USUAL_KWH = 10;

/** A time, or hours from now; null where it was not given. */
export const departureOption = (text: string | undefined, nowMs: EpochMs): EpochMs | null => {
  const departMs = laterOption(text, nowMs, "--departure");
  if (departMs !== null && departMs <= nowMs)
    throw new YouxuError("usage.invalid", `"${text}" is over`, "--departure");
  return departMs;
};

/** What of the options a version has no message for; null: it has one for all. */
export const untoldText = ({ ocpp, kwh, departure }: Pick<SimulateOptions, "ocpp" | "kwh" | "departure">) => {
  if (ocpp !== "1.6" || (kwh === undefined && departure === undefined)) return null;
  const wishes = [
    ...(departure === undefined ? [] : ["--departure <time>"]),
    ...(kwh === undefined ? [] : [`--energy-kwh ${kwh}`]),
  ];
  return `OCPP 1.6 has no message for what a car wants, so the plan goes by the site file; while it charges: youxu session wish <session> ${wishes.join(" ")}`;
};

/** A virtual station at one's own server, to see it work before a real one is there. */
export const simulateCommand = (): Command =>
  new Command("simulate")
    .description("a virtual station with a car at a running server, until Ctrl-C")
    .argument("<identity>", "the station, as it stands in the site file")
    .option(...CONFIG_OPTION)
    .addOption(
      new Option("--ocpp <version>", "that it speaks").choices(["1.6", "2.0.1", "2.1"]).default("2.0.1"),
    )
    .requiredOption("--password-file <file>", "its password, as `youxu station add` told it; - for stdin")
    .option("--url <url>", "ws://host:port/ocpp; that of the site file by default")
    .option("--card <token>", "that its driver shows", "SIMULATED")
    .option(
      "--kwh <n>",
      `that its car wants (${USUAL_KWH} unless stated), as it tells (2.x)`,
      numberOption("--kwh", { least: 0.1, most: 500 }),
    )
    .option(
      "--departure <when>",
      "when its car leaves, as it tells (2.x): a time, or hours from now (8 or 8h); it stays and tells nothing by default",
    )
    .option("--after <s>", "when its car comes", numberOption("--after", { least: 0, most: 86_400 }), 5)
    .action(async (identity: string, options: SimulateOptions) => {
      const untold = untoldText(options);
      const station = await virtualStation({
        configPath: options.config,
        identity,
        version: options.ocpp,
        passwordFile: options.passwordFile,
        url: options.url ?? null,
        idToken: options.card,
        energyNeedKwh: options.kwh ?? USUAL_KWH,
        departMs: departureOption(options.departure, Date.now()),
        arriveAfterS: options.after,
      });
      station.onChange(({ connected, unconnected, hasCar, transactionId, chargedKwh }) =>
        print(
          [
            timeText(Date.now()),
            connected ? `connected, OCPP ${options.ocpp}` : unconnectedText(unconnected),
            hasCar ? "a car is plugged in" : "no car",
            transactionId === null ? "no transaction" : `transaction, ${chargedKwh.toFixed(2)} kWh so far`,
          ].join(" · "),
        ),
      );
      say(`${station.url}; Ctrl-C unplugs the car and ends it`);
      if (untold !== null) say(untold);
      station.start();
      await interrupted();
      await station.stop();
      print(`${timeText(Date.now())} · ended, ${station.state().chargedKwh.toFixed(2)} kWh charged`);
    });

const REFUSALS: Readonly<Record<number, string>> = {
  401: "wrong password, or none that the server knows",
  403: "it stands in no site of the server",
  404: "no stations are taken at this address",
  429: "too many attempts",
  503: "the server takes no more connections now",
};

/** Why it is not connected, as a sentence. */
export const unconnectedText = (why: Unconnected | null): string => {
  if (why === null) return "not connected yet";
  if (why.key === "not-booted") return "not connected: the server did not accept its boot";
  if (why.key === "refused")
    return `not connected: the server refused it, ${why.status}${REFUSALS[why.status] === undefined ? "" : `: ${REFUSALS[why.status]}`}`;
  return why.detail === "ECONNREFUSED"
    ? "not connected: no server listens there"
    : `not connected: no server was reached (${why.detail})`;
};

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
