import { type Command, Option } from "commander";
import { stationRows } from "../../app.js";
import type { Reason } from "../../domain/reason.js";
import type { StationRow } from "../../domain/views.js";
import { EXIT } from "../exit-codes.js";
import { print, printJson, say } from "../output.js";
import { timeText } from "../time-text.js";
import { accessOf, type AskOptions, askingServer, READ } from "./asking.js";

const kwText = (powerKw: number | null): string => (powerKw === null ? "– kW" : `${powerKw.toFixed(1)} kW`);

const reasonText = (reason: Reason): string => {
  if ("heldFor" in reason) return `${reason.key} (${reason.heldFor}) until ${timeText(reason.untilMs)}`;
  if ("untilMs" in reason) return `${reason.key} until ${timeText(reason.untilMs)}`;
  return "nodeId" in reason ? `${reason.key} (${reason.nodeId})` : reason.key;
};

const sessionText = ({ session, reason }: StationRow): string => {
  if (session === null) return reasonText(reason);
  const { transactionId, deliveredKwh, energyNeedKwh } = session;
  return `transaction ${transactionId}, ${deliveredKwh.toFixed(1)} of ${energyNeedKwh.toFixed(1)} kWh, ${reasonText(reason)}`;
};

/** What it was told beside its profile to give back may stand yet. */
const asideText = ({ notTakenBackSinceMs }: StationRow): string[] =>
  notTakenBackSinceMs === undefined
    ? []
    : [`may still give back, as told at ${timeText(notTakenBackSinceMs)}`];

/** Who may charge where its owner lends the pile. */
const lentText = ({ lent }: StationRow): string[] => {
  if (lent === undefined) return [];
  if (lent.isOpen) return ["lent: for all"];
  const booked =
    lent.booking === null ? "alone" : `and ${lent.booking.driver} until ${timeText(lent.booking.untilMs)}`;
  return [`lent: for its owner ${booked}`];
};

/** One EVSE in a line: what it is, whether it is there, what it does and why. */
const statusLine = (row: StationRow): string =>
  [
    `${row.stationId}/${row.evseId}`.padEnd(24),
    (row.connected ? `OCPP ${row.version ?? "?"}` : "not connected").padEnd(13),
    row.status.padEnd(13),
    `${kwText(row.powerKw)}${row.powerStale ? " (stale)" : ""}`.padStart(9),
    `planned ${kwText(row.plannedKw)}`.padEnd(16),
    sessionText(row),
    ...asideText(row),
    ...lentText(row),
  ].join("  ");

interface StatusOptions extends AskOptions {
  readonly connected?: boolean;
  readonly site?: string;
}

/** How stations stand at a running server. */
export const statusCommand = (): Command =>
  askingServer("status", "how stations stand: connected, state, power, session and the reason, by EVSE", READ)
    .argument("[identity]", "the station; all by default")
    .option("--site <id>", "of this site, where no station is named")
    .addOption(new Option("--connected", "fail unless all of them are connected"))
    .action(async (id: string | undefined, options: StatusOptions) => {
      const rows = await stationRows(accessOf(options), {
        stationId: id ?? null,
        siteId: options.site ?? null,
      });
      if (options.connected === true && rows.some(({ connected }) => !connected))
        process.exitCode = EXIT.failed;
      if (options.json === true) return printJson(rows);
      for (const row of rows) print(statusLine(row));
      if (rows.length === 0) say("no stations");
    });
