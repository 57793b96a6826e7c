import { Command, Option } from "commander";
import { listSessions, measurementHistory, YouxuError } from "../app.js";
import { MAX_HOLD_MS } from "../domain/units.js";
import { csvText, csvTime } from "./csv.js";
import { print, printJson } from "./output.js";
import { SESSION_COLUMNS } from "./session-command.js";
import { accessOf, type AskOptions, askingServer, evseNumber, READ } from "./station/asking.js";
import { timeOption } from "./time-option.js";

const DAY_MS = 86_400_000;
/** What the server gives at once. */
const PART_DAYS = { raw: 1, quarter: 31 } as const;

interface SpanOptions extends AskOptions {
  readonly from: string;
  readonly to?: string;
}

const spanOf = ({ from, to }: SpanOptions): { fromMs: number; toMs: number } => {
  const fromMs = timeOption(from, "--from") ?? 0;
  const toMs = timeOption(to, "--to") ?? Date.now();
  if (fromMs >= toMs) throw new YouxuError("usage.invalid", "must be after --from", "--to");
  return { fromMs, toMs };
};

/** Spans that the server gives at once, one after the other. */
const partsOf = ({ fromMs, toMs }: { fromMs: number; toMs: number }, days: number) => {
  const parts: { fromMs: number; toMs: number }[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += days * DAY_MS)
    parts.push({ fromMs: atMs, toMs: Math.min(toMs, atMs + days * DAY_MS) });
  return parts;
};

const exporting = (name: string, description: string): Command =>
  askingServer(name, description, READ)
    .requiredOption("--from <time>", "from when on: 2026-12-01T00:00:00+08:00")
    .option("--to <time>", "until when; now by default")
    .addOption(new Option("--csv", "as CSV, times in UTC: the default").conflicts("json"));

interface MeasuredRow {
  readonly series: string;
  readonly atMs: number;
  readonly meanKw: number;
  readonly leastKw: number | null;
  readonly mostKw: number | null;
  readonly coveredS: number;
  readonly valueCount: number | null;
  readonly importedWh: number | null;
  readonly exportedWh: number | null;
}

const MEASURED_COLUMNS: Readonly<Record<string, (row: MeasuredRow) => string | number | null>> = {
  series: ({ series }) => series,
  time: ({ atMs }) => csvTime(atMs),
  powerKw: ({ meanKw }) => meanKw,
  leastKw: ({ leastKw }) => leastKw,
  mostKw: ({ mostKw }) => mostKw,
  measuredS: ({ coveredS }) => coveredS,
  values: ({ valueCount }) => valueCount,
  importedWh: ({ importedWh }) => importedWh,
  exportedWh: ({ exportedWh }) => exportedWh,
};

const ONE_VALUE = { leastKw: null, mostKw: null, valueCount: 1, importedWh: null, exportedWh: null };

type Histories = Awaited<ReturnType<typeof measurementHistory>>;

const quarterRows = ({ series, quarters }: Histories[number]): MeasuredRow[] =>
  quarters.map(({ startMs, coveredMs, ...quarter }) => ({
    ...quarter,
    series,
    atMs: startMs,
    coveredS: coveredMs / 1000,
  }));

/** How long a value counts: until the next of its series, a quarter of an hour at most. */
const heldS = (atMs: number, nextMs: number): number =>
  Math.max(0, Math.min(nextMs - atMs, MAX_HOLD_MS)) / 1000;

/** A series comes in several parts: the value after the last of one part is the first of a later one. */
const valueTimes = (histories: Histories): ReadonlyMap<string, readonly number[]> => {
  const times = new Map<string, number[]>();
  for (const { series, values } of histories) {
    const known = times.get(series) ?? [];
    for (const { atMs } of values) known.push(atMs);
    times.set(series, known);
  }
  return times;
};

/** The last value of a series holds until `endMs`. */
const valueRows = (histories: Histories, endMs: number) => {
  const times = valueTimes(histories);
  const begun = new Map<string, number>();
  return ({ series, values }: Histories[number]): MeasuredRow[] => {
    const first = begun.get(series) ?? 0;
    begun.set(series, first + values.length);
    return values.map(({ atMs, powerKw }, index) => {
      const nextMs = times.get(series)?.[first + index + 1] ?? endMs;
      return { ...ONE_VALUE, series, atMs, meanKw: powerKw, coveredS: heldS(atMs, nextMs) };
    });
  };
};

const rowsOf = (histories: Histories, endMs: number): MeasuredRow[] => {
  const valuesOf = valueRows(histories, endMs);
  return histories.flatMap((history) => [...valuesOf(history), ...quarterRows(history)]);
};
interface MeasurementOptions extends SpanOptions {
  readonly resolution: "quarter" | "raw";
  readonly station?: string;
  readonly evse: number;
}

const measurements = (): Command =>
  exporting("measurements", "what was measured at a site: import, PV, batteries, cars, nodes")
    .argument("<site>", "the site")
    .addOption(
      new Option("--resolution <name>", "means of quarters of an hour, or values as they came")
        .choices(["quarter", "raw"])
        .default("quarter"),
    )
    .option("--station <identity>", "of an EVSE of this station instead: quarters with its registers")
    .option("--evse <number>", "with --station: the EVSE", evseNumber, 1)
    .action(async (site: string, options: MeasurementOptions) => {
      const { resolution, station, evse } = options;
      const place = station === undefined ? {} : { stationId: station, evseId: evse };
      const found: Histories = [];
      const span = spanOf(options);
      for (const part of partsOf(span, PART_DAYS[resolution]))
        found.push(...(await measurementHistory(accessOf(options), site, { ...part, ...place, resolution })));
      // Nothing was measured of the time to come.
      const rows = rowsOf(found, Math.min(span.toMs, Date.now()));
      if (options.json === true) return printJson(rows);
      return print(csvText(MEASURED_COLUMNS, rows));
    });

const transactions = (): Command =>
  exporting("transactions", "transactions with their energy, in order of their begin")
    .option("--site <id>", "only those of this site")
    .action(async (options: SpanOptions & { site?: string }) => {
      const site = options.site === undefined ? {} : { siteId: options.site };
      const found = await listSessions(accessOf(options), { ...spanOf(options), ...site });
      if (options.json === true) return printJson(found);
      return print(csvText(SESSION_COLUMNS, found));
    });

/** History of a running server as tables for other programs. */
export const exportCommand = (): Command =>
  new Command("export")
    .description("what was measured and charged at a running server, as CSV on stdout")
    .addCommand(measurements())
    .addCommand(transactions());
