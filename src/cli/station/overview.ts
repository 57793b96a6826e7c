import type { Command } from "commander";
import { allSessions, stationOverview } from "../../app.js";
import { print, printJson, say } from "../output.js";
import { timeOption } from "../time-option.js";
import { accessOf, type AskOptions, askingServer } from "./asking.js";
import { csvLine } from "./csv.js";

const READ = "with the scope read; YOUXU_TOKEN by default";

type Row = Awaited<ReturnType<typeof stationOverview>>[number];
type Session = Awaited<ReturnType<typeof allSessions>>[number];

const kw = (powerKw: number | null): string => `${powerKw === null ? "?" : powerKw.toFixed(1)} kW`;

/** One EVSE in a line: what its connector says, what it draws, and what is plugged in. */
const overviewLine = ({ stationId, evseId, version, connected, status, ...row }: Row): string =>
  [
    stationId.padEnd(24),
    `EVSE ${evseId}`.padEnd(8),
    (version ?? "-").padEnd(6),
    (connected ? status : "not connected").padEnd(14),
    kw(row.powerKw).padStart(9),
    row.session === null ? "" : `session ${row.session.id}`,
    row.following ? "" : "does not follow",
  ]
    .join("  ")
    .trimEnd();

const status = (): Command =>
  askingServer("status", "every EVSE: its connector, its power, and what is plugged in", READ)
    .option("--site <id>", "of this site; of all by default")
    .action(async ({ site, ...options }: AskOptions & { site?: string }) => {
      const rows = await stationOverview(accessOf(options), site ?? null);
      if (options.json === true) return printJson(rows);
      for (const row of rows) print(overviewLine(row));
      const counts = new Map<string, number>();
      for (const { connected, status: said } of rows) {
        const state = connected ? said : "not connected";
        counts.set(state, (counts.get(state) ?? 0) + 1);
      }
      say([...counts].map(([state, count]) => `${count} ${state}`).join(", "));
    });

const COLUMNS = [
  "session",
  "station",
  "evse",
  "transaction",
  "started",
  "ended",
  "delivered_kWh",
  "exported_kWh",
  "end_reason",
] as const;

const iso = (atMs: number | null): string => (atMs === null ? "" : new Date(atMs).toISOString());

/** Energies to the watt-hour. */
const valuesOf = (session: Session): (string | number)[] => [
  session.id,
  session.stationId,
  session.evseId,
  session.transactionId,
  iso(session.startedMs),
  iso(session.endedMs),
  session.deliveredKwh.toFixed(3),
  session.exportedKwh.toFixed(3),
  session.endReason ?? "",
];

const sessionLine = (session: Session): string =>
  `${iso(session.startedMs)}  ${session.stationId.padEnd(24)} EVSE ${session.evseId}  ${session.deliveredKwh.toFixed(2).padStart(8)} kWh  ${session.endedMs === null ? "runs" : `until ${iso(session.endedMs)}`}`;

interface SessionsOptions extends AskOptions {
  readonly site?: string;
  readonly from?: string;
  readonly to?: string;
  readonly csv?: boolean;
}

const sessions = (): Command =>
  askingServer(
    "sessions",
    "charging sessions, running and past, as a list or a table for a spreadsheet",
    READ,
  )
    .option("--site <id>", "of this site; of all by default")
    .option("--from <time>", "only those that end after: 2026-11-01T00:00:00+08:00")
    .option("--to <time>", "only those that begin before")
    .option("--csv", "comma-separated, times in UTC")
    .action(async ({ site, from, to, csv, ...options }: SessionsOptions) => {
      const found = await allSessions(accessOf(options), {
        siteId: site ?? null,
        fromMs: timeOption(from, "--from"),
        toMs: timeOption(to, "--to"),
      });
      if (options.json === true) return printJson(found);
      if (csv === true) print(csvLine(COLUMNS));
      for (const session of found) print(csv === true ? csvLine(valuesOf(session)) : sessionLine(session));
      if (found.length === 0) say("there are none");
    });

/** All stations at once. */
export const overviewCommands = (): Command[] => [status(), sessions()];
