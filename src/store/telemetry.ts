import { type Kysely, sql } from "kysely";
import type { Measurement } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import { type Quarter, quartersOf, quarterStart } from "../ports/quarter.js";
import type { EvseSample, Series, Telemetry } from "../ports/telemetry.js";
import type { GroupCommit } from "./group-commit.js";
import { makeQuarters, pruneValues, type Pruning } from "./rollup.js";
import { dueQuarters, idOf, madeQuarters, prunedBefore, quarterFrom, tablesOf } from "./series.js";
import type { Tables } from "./tables.js";
import type { Statements } from "./statements.js";
import { replaceText } from "./texts.js";

const FLUSH_AFTER_MS = 1000;
const FLUSH_AT = 500;
const ROWS_AT_ONCE = 50;
/** While the disk does not take them, values wait up to so many; then the newest are given up. */
const MOST_WAITING = 100_000;
/** Series of which it is remembered which quarter was marked last. */
const MOST_MARKED = 100_000;

export interface BufferedTelemetry extends Telemetry {
  /** Resolves when everything appended so far is on disk. */
  flush(): Promise<void>;
  /** Values that are not on disk yet. */
  waiting(): number;
  /** One bounded part of making quarters of what came; true while more are due. */
  rollUp(nowMs: EpochMs): Promise<boolean>;
  /** One bounded part of taking away values older than `rawDays`, once quarters are made of them; true until through. */
  prune(nowMs: EpochMs, rawDays: number): Promise<boolean>;
}

type Value = Measurement | EvseSample;

/** Texts that put one row, and so many, in the place of those with the same key. */
interface Replacing {
  readonly one: string;
  readonly many: string;
}

/**
 * Measurements are gathered for up to a second before they are written, so a crash may lose the last
 * second of them; bills do not depend on them.
 */
export const createSqlTelemetry = (
  commits: Pick<GroupCommit, "write" | "read">,
  onFailure: (failure: unknown) => void,
): BufferedTelemetry => {
  let buffer: Value[] = [];
  let handed = 0;
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let pruning: Pruning["at"] = null;
  const marks = createMarks();
  const failed = (failure: unknown): void => {
    marks.forget();
    onFailure(failure);
  };
  const flush = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const batch = buffer;
    buffer = [];
    if (batch.length === 0) return writing;
    if (handed + batch.length > MOST_WAITING) {
      onFailure(new Error(`${batch.length} measured values are given up: ${handed} wait for the disk`));
      return writing;
    }
    handed += batch.length;
    writing = writing
      .then(() => commits.write((db, statements) => writeBatch({ db, statements }, batch, marks)))
      .catch(failed)
      .finally(() => (handed -= batch.length));
    return writing;
  };
  const take = (value: Value): void => {
    buffer.push(value);
    if (buffer.length >= FLUSH_AT) void flush();
    else timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS).unref();
  };
  return {
    flush,
    waiting: () => buffer.length + handed,
    append: take,
    sample: take,
    between: async (query) => {
      await flush();
      return commits.read((db) => between(db, query));
    },
    quarters: async (series, window) => {
      await flush();
      return commits.read((db) => quarters(db, series, window));
    },
    rollUp: (nowMs) =>
      commits.write((db) => {
        marks.forget();
        return makeQuarters(db, nowMs);
      }),
    prune: async (nowMs, rawDays) => {
      pruning = await commits.write((db) => pruneValues(db, { nowMs, rawDays, at: pruning }));
      return pruning !== null;
    },
  };
};

/** Which quarters are marked as due already, so that the next value of one need not say it again. */
interface Marks {
  isNew(series: string, startMs: EpochMs): boolean;
  forget(): void;
}

const createMarks = (): Marks => {
  const last = new Map<string, EpochMs>();
  return {
    isNew: (series, startMs) => {
      if (last.get(series) === startMs) return false;
      if (last.size >= MOST_MARKED) last.clear();
      last.set(series, startMs);
      return true;
    },
    forget: () => last.clear(),
  };
};

const replacing = (table: keyof Tables, columns: readonly string[]): Replacing => ({
  one: replaceText(table, columns, 1),
  many: replaceText(table, columns, ROWS_AT_ONCE),
});
const MEASUREMENT = replacing("measurement", ["site_id", "kind", "at_ms", "power_kw"]);
const SAMPLE = replacing("evse_sample", [
  "station_id",
  "evse_id",
  "at_ms",
  "power_kw",
  "imported_wh",
  "exported_wh",
  "soc_percent",
]);

const writeBatch = async (
  { db, statements }: { readonly db: Kysely<Tables>; readonly statements: Statements },
  batch: readonly Value[],
  marks: Marks,
): Promise<void> => {
  const [measurements, samples]: [unknown[][], unknown[][]] = [[], []];
  for (const value of batch)
    if ("siteId" in value) measurements.push(measurementRow(value));
    else samples.push(sampleRow(value));
  replaceRows(statements, MEASUREMENT, measurements);
  replaceRows(statements, SAMPLE, samples);
  for (const value of batch) if (isNewlyDue(value, marks)) await markDue(db, value);
};

/** In texts that are put together once: one anew for each batch took longer than its run. */
const replaceRows = (statements: Statements, into: Replacing, rows: readonly unknown[][]): void => {
  const whole = rows.length - (rows.length % ROWS_AT_ONCE);
  for (let first = 0; first < whole; first += ROWS_AT_ONCE)
    statements.run(into.many, rows.slice(first, first + ROWS_AT_ONCE).flat());
  for (const row of rows.slice(whole)) statements.run(into.one, row);
};

const measurementRow = ({ siteId, kind, atMs, powerKw }: Measurement) => [siteId, kind, atMs, powerKw];

const sampleRow = (sample: EvseSample) => [
  sample.stationId,
  sample.evseId,
  sample.atMs,
  sample.powerKw,
  sample.importedWh,
  sample.exportedWh,
  sample.socPercent,
];

const isNewlyDue = (value: Value, marks: Marks): boolean => {
  const [first, second] = idOf(value);
  return marks.isNew(`${second} ${first}`, quarterStart(value.atMs));
};

const markDue = async (db: Kysely<Tables>, value: Value): Promise<void> => {
  const [startMs, nextMs] = quartersOf(value.atMs);
  const [first, second] = idOf(value);
  await sql`insert or ignore into ${sql.table(tablesOf(value).due)}
    values (${startMs}, ${first}, ${second}), (${nextMs}, ${first}, ${second})`.execute(db);
};

/** Those made, and of what came since their values as they stand. */
const quarters = async (
  db: Kysely<Tables>,
  series: Series,
  window: Parameters<Telemetry["quarters"]>[1],
): Promise<Quarter[]> => {
  const { nowMs } = window;
  const keptFromMs = await prunedBefore(db);
  const found = new Map<EpochMs, Quarter>();
  for (const quarter of await madeQuarters(db, series, window)) found.set(quarter.startMs, quarter);
  for (const startMs of await dueQuarters(db, series, window)) {
    if (startMs < keptFromMs && found.has(startMs)) continue;
    const quarter = await quarterFrom(db, tablesOf(series), idOf(series), { startMs, nowMs });
    if (quarter !== null) found.set(startMs, quarter);
  }
  return [...found.values()].sort((a, b) => a.startMs - b.startMs);
};

const between = async (db: Kysely<Tables>, query: Parameters<Telemetry["between"]>[0]) => {
  const { siteId, kind, fromMs, toMs } = query;
  const keptFromMs = await prunedBefore(db);
  const values = db
    .selectFrom("measurement")
    .select(["at_ms as atMs", "power_kw as powerKw"])
    .where("site_id", "=", siteId)
    .where("kind", "=", kind)
    .where("at_ms", ">=", keptFromMs);
  const means = db
    .selectFrom("measurement_quarter")
    .select(["start_ms as atMs", "mean_kw as powerKw"])
    .where("site_id", "=", siteId)
    .where("kind", "=", kind)
    .where("start_ms", "<", keptFromMs);
  const before = [
    ...(await values.where("at_ms", "<", fromMs).orderBy("at_ms", "desc").limit(1).execute()),
    ...(await means.where("start_ms", "<", fromMs).orderBy("start_ms", "desc").limit(1).execute()),
  ];
  const within = [
    ...(await means
      .where("start_ms", ">=", fromMs)
      .where("start_ms", "<", toMs)
      .orderBy("start_ms")
      .execute()),
    ...(await values.where("at_ms", ">=", fromMs).where("at_ms", "<", toMs).orderBy("at_ms").execute()),
  ];
  return [...before.slice(0, 1), ...within].map(({ atMs, powerKw }) => ({ siteId, kind, atMs, powerKw }));
};
