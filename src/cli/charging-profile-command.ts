import { Command } from "commander";
import {
  handProfileClient,
  type NamedProfile,
  type ProfileAssignment,
  type ReleasedProfile,
  YouxuError,
} from "../app.js";
import { numberOption, print, printJson, say } from "./output.js";
import { accessOf, type AskOptions, askingServer, READ } from "./station/asking.js";
import { SEVERAL, selectionOf } from "./station/selection.js";
import { timeOption } from "./time-option.js";
import { timeText } from "./time-text.js";

/** Charging profiles by hand, at a running server. */
export const chargingProfileCommand = (): Command =>
  new Command("charging-profile")
    .description("charging profiles by hand: at most so much at a station, whatever the plan would give")
    .addCommand(put())
    .addCommand(list())
    .addCommand(show())
    .addCommand(assign())
    .addCommand(release())
    .addCommand(remove());

const MOST_KW = 10_000;
const limitKw = numberOption("limit", { least: 0, most: MOST_KW });
const evse = numberOption("--evse", { least: 0, most: 1_000, whole: true });
const NAME = "1–48 characters of A–Z a–z 0–9 - _ .";

/** `17:30=3.7` as seconds from midnight and kW. */
const dailyPeriod = (text: string) => {
  const [, hour, minute, kw] = /^([01]\d|2[0-3]):([0-5]\d)=(.+)$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined || kw === undefined)
    throw new YouxuError("usage.invalid", `"${text}": a time and kW, such as 17:30=3.7`, "<limit...>");
  return { startS: Number(hour) * 3_600 + Number(minute) * 60, limitKw: limitKw(kw) };
};

interface PutOptions extends AskOptions {
  readonly from?: string;
  readonly until?: string;
}

const put = (): Command =>
  askingServer("put", "store a charging profile, or change the one there is")
    .argument("<name>", NAME)
    .argument("<limit...>", "kW for all the time, or by the clock of the site: 00:00=22 17:00=3.7 21:00=22")
    .option("--from <time>", "when it begins; at once by default: 2026-12-01T02:00:00+08:00")
    .option("--until <time>", "until then; for good by default")
    .action(async (name: string, limits: string[], options: PutOptions) => {
      const isDaily = limits.some((text) => text.includes("="));
      if (!isDaily && limits.length > 1)
        throw new YouxuError(
          "usage.invalid",
          "one limit for all the time, or each with its time",
          "<limit...>",
        );
      if (isDaily && options.from !== undefined)
        throw new YouxuError("usage.invalid", "a profile by the clock holds at once", "--from");
      const stored = await (await handProfileClient(accessOf(options))).put(name, {
        kind: isDaily ? "daily" : "absolute",
        startMs: isDaily ? null : (timeOption(options.from, "--from") ?? Date.now()),
        endMs: timeOption(options.until, "--until"),
        periods: isDaily ? limits.map(dailyPeriod) : [{ startS: 0, limitKw: limitKw(limits[0] ?? "") }],
      });
      if (options.json === true) return printJson(stored);
      printProfile(stored);
    });

const list = (): Command =>
  askingServer("list", "those that are stored, and where each is in force", READ).action(
    async (options: AskOptions) => {
      const all = await (await handProfileClient(accessOf(options))).list();
      if (options.json === true) return printJson(all);
      all.forEach(printProfile);
      if (all.length === 0) say("none");
    },
  );

const show = (): Command =>
  askingServer("show", "one of them, and where it is in force", READ)
    .argument("<name>", "as `youxu charging-profile list` shows it")
    .action(async (name: string, options: AskOptions) => {
      const found = await (await handProfileClient(accessOf(options))).find(name);
      if (options.json === true) return printJson(found);
      printProfile(found);
    });

const assign = (): Command =>
  askingServer("assign", "put it in force, in place of the one that is in force there")
    .argument("<name>", "as `youxu charging-profile list` shows it")
    .argument("<stations>", `CP1 · ${SEVERAL}`)
    .option(
      "--evse <number>",
      "that EVSE alone, to which the plan keeps; the whole station by default",
      evse,
      0,
    )
    .action(async (name: string, stations: string, options: AskOptions & { readonly evse: number }) => {
      const place = { selection: selectionOf(stations), evseId: options.evse };
      const assigned = await (await handProfileClient(accessOf(options))).assign(name, place);
      if (options.json === true) printJson(assigned);
      else assigned.forEach(printAssignment);
    });

const release = (): Command =>
  askingServer("release", "take back what is in force at stations")
    .argument("<stations>", `CP1 · ${SEVERAL}`)
    .option("--evse <number>", "of that EVSE; of the whole station by default", evse, 0)
    .action(async (stations: string, options: AskOptions & { readonly evse: number }) => {
      const place = { selection: selectionOf(stations), evseId: options.evse };
      const released = await (await handProfileClient(accessOf(options))).release(place);
      if (options.json === true) return printJson(released);
      released.forEach(printReleased);
    });

const remove = (): Command =>
  askingServer("remove", "forget one that is in force nowhere")
    .argument("<name>", "as `youxu charging-profile list` shows it")
    .action(async (name: string, options: AskOptions) => {
      await (await handProfileClient(accessOf(options))).remove(name);
      say(`${name} is forgotten`);
    });

const two = (value: number): string => String(value).padStart(2, "0");
const clockText = (startS: number): string =>
  `${two(Math.floor(startS / 3_600))}:${two(Math.floor((startS % 3_600) / 60))}`;

const printProfile = ({ name, profile, assignments }: NamedProfile): void => {
  const { startMs, endMs, periods } = profile;
  const when = periods.map(({ startS, limitKw: kw }) =>
    startMs === null ? `${clockText(startS)}=${kw}` : `${timeText(startMs + startS * 1_000)}=${kw}`,
  );
  print(`${name.padEnd(24)} ${when.join(" ")} kW${endMs === null ? "" : ` until ${timeText(endMs)}`}`);
  assignments.forEach(printAssignment);
};

const placeText = ({ stationId, evseId }: Pick<ProfileAssignment, "stationId" | "evseId">): string =>
  `  ${stationId.padEnd(22)} ${evseId === 0 ? "station" : `EVSE ${evseId}`.padEnd(7)}`;
const why = (detail: string | null): string => (detail === null ? "" : `: ${detail}`);

const printAssignment = ({ state, detail, assignedBy, ...place }: ProfileAssignment): void =>
  print(`${placeText(place)}  ${state.padEnd(9)} by ${assignedBy}${why(detail)}`);

const printReleased = ({ state, detail, ...place }: ReleasedProfile): void =>
  print(`${placeText(place)}  ${state}${why(detail)}`);
