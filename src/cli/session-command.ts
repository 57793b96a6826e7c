import { Command, Option } from "commander";
import { chargeNow, listSessions, wishOfSession, YouxuError } from "../app.js";
import type { SessionView } from "../domain/views.js";
import { csvText, csvTime } from "./csv.js";
import { numberOption, print, printJson, say } from "./output.js";
import { accessOf, type AskOptions, askingServer, READ } from "./station/asking.js";
import { laterOption, timeOption } from "./time-option.js";
import { timeText } from "./time-text.js";

interface ListOptions extends AskOptions {
  readonly active?: boolean;
  readonly site?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly csv?: boolean;
}

/** Columns of the table of sessions. */
export const SESSION_COLUMNS: Readonly<Record<string, (session: SessionView) => string | number | null>> = {
  id: ({ id }) => id,
  station: ({ stationId }) => stationId,
  evse: ({ evseId }) => evseId,
  transaction: ({ transactionId }) => transactionId,
  started: ({ startedMs }) => csvTime(startedMs),
  ended: ({ endedMs }) => csvTime(endedMs),
  endReason: ({ endReason }) => endReason,
  departure: ({ departureMs }) => csvTime(departureMs),
  energyNeedKwh: ({ energyNeedKwh }) => energyNeedKwh,
  deliveredKwh: ({ deliveredKwh }) => deliveredKwh,
  exportedKwh: ({ exportedKwh }) => exportedKwh,
  estimatedImportKwh: ({ estimate }) => estimate?.importedKwh ?? null,
  estimatedExportKwh: ({ estimate }) => estimate?.exportedKwh ?? null,
  estimateReason: ({ estimate }) => estimate?.reason ?? null,
  socPercent: ({ socPercent }) => socPercent,
};

/** What of its energy no register says. */
const estimateText = ({ estimate }: SessionView): string =>
  estimate === null
    ? ""
    : `  of that estimated ${estimate.importedKwh.toFixed(1)} in, ${estimate.exportedKwh.toFixed(1)} out (${estimate.reason})`;

const sessionLine = (session: SessionView): string => {
  const { stationId, evseId, transactionId, startedMs, endedMs, deliveredKwh, energyNeedKwh } = session;
  const until = endedMs === null ? "runs".padEnd(25) : timeText(endedMs);
  const kwh = `${deliveredKwh.toFixed(1)} of ${energyNeedKwh.toFixed(1)} kWh`;
  const leaves = session.departureMs === null ? "" : `  leaves ${timeText(session.departureMs)}`;
  return `${`${stationId}/${evseId}`.padEnd(24)}  ${transactionId.padEnd(12)}  ${timeText(startedMs)} – ${until}  ${kwh.padStart(18)}${endedMs === null ? leaves : ""}${estimateText(session)}  ${session.id}`;
};

const list = (): Command =>
  askingServer("list", "sessions, running and past, in order of their begin", READ)
    .option("--active", "only those that run")
    .option("--site <id>", "only those of this site")
    .option("--from <time>", "only those that end after this: 2026-12-01T00:00:00+08:00")
    .option("--to <time>", "only those that begin before this")
    .option(
      "--limit <n>",
      "only the newest so many",
      numberOption("--limit", { least: 1, most: 10_000, whole: true }),
    )
    .addOption(new Option("--csv", "as a table for other programs, times in UTC").conflicts("json"))
    .action(async (options: ListOptions) => {
      const [fromMs, toMs] = [timeOption(options.from, "--from"), timeOption(options.to, "--to")];
      const found = await listSessions(accessOf(options), {
        ...(options.active === true ? { active: true } : {}),
        ...(options.site === undefined ? {} : { siteId: options.site }),
        ...(fromMs === null ? {} : { fromMs }),
        ...(toMs === null ? {} : { toMs }),
        ...(options.limit === undefined ? {} : { limit: options.limit }),
      });
      if (options.json === true) return printJson(found);
      if (options.csv === true) return print(csvText(SESSION_COLUMNS, found));
      for (const session of found) print(sessionLine(session));
      if (found.length === 0) say("no sessions");
    });

const show = (session: SessionView, { json }: AskOptions): void => {
  if (json === true) return printJson(session);
  print(sessionLine(session));
  if (session.shortfallCause !== null)
    say(`${session.shortfallKwh.toFixed(1)} kWh will be missing: ${session.shortfallCause.key}`);
};

const SESSION_ID = ["<session>", "its id, as `youxu session list` shows it last in the line"] as const;

interface WishOptions extends AskOptions {
  readonly departure?: string;
  readonly energyKwh?: number;
}

const wish = (): Command =>
  askingServer("wish", "what the driver wants of a session; what is left out stays as it is")
    .argument(...SESSION_ID)
    .option(
      "--departure <when>",
      "when the car leaves: 2026-12-01T07:30:00+08:00, or hours from now (8 or 8h)",
    )
    .option(
      "--energy-kwh <n>",
      "energy wanted from plug-in to departure",
      numberOption("--energy-kwh", { least: 0, most: 500 }),
    )
    .action(async (id: string, options: WishOptions) => {
      const departureMs = laterOption(options.departure, Date.now(), "--departure");
      if (departureMs === null && options.energyKwh === undefined)
        throw new YouxuError("usage.invalid", "give --departure, --energy-kwh or both", "--departure");
      const wished = {
        ...(departureMs === null ? {} : { departureMs }),
        ...(options.energyKwh === undefined ? {} : { energyNeedKwh: options.energyKwh }),
      };
      show(await wishOfSession(accessOf(options), id, wished), options);
    });

/** What a session does from now on: how much it still needs, until when, and at what power. */
const hasteText = ({ chargeNow: isOn, energyToGoKwh, departureMs, mostChargeKw }: SessionView): string => {
  const until = departureMs === null ? "" : ` until ${timeText(departureMs)}`;
  const power = mostChargeKw === null ? "full power" : `up to ${mostChargeKw.toFixed(1)} kW`;
  const how = isOn ? `charges now at ${power}, as far as limits allow` : "goes by the plan";
  const more = energyToGoKwh > 0 ? "" : " (`youxu session wish` says more)";
  return `${how}: ${energyToGoKwh.toFixed(1)} kWh to go${until}${more}`;
};

const now = (): Command =>
  askingServer("charge-now", "charge at full power as far as limits allow, whatever it costs")
    .argument(...SESSION_ID)
    .option("--off", "back to the plan")
    .action(async (id: string, options: AskOptions & { readonly off?: boolean }) => {
      const session = await chargeNow(accessOf(options), id, options.off !== true);
      show(session, options);
      say(hasteText(session));
    });

/** Cars plugged in at a running server, now and before, and what their drivers want. */
export const sessionCommand = (): Command =>
  new Command("session")
    .description("sessions of a running server, and what their drivers want")
    .addCommand(list())
    .addCommand(wish())
    .addCommand(now());
